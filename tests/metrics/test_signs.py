"""Which sign is right, among those of its script."""

import numpy as np

from rasm.metrics.signs import sign_scores

TEXTS = ["", "A", "a", "А", "7"]  # the fourth is Cyrillic


def test_letters_are_told_from_those_of_their_script() -> None:
    """Twice a capital A, Latin and Cyrillic, of a picture that is rather the latter; and a 7."""
    p = np.array([[0.1, 0.3, 0.1, 0.5, 0.0], [0.1, 0.3, 0.1, 0.5, 0.0], [0.6, 0.0, 0.1, 0.0, 0.3]])
    right = sign_scores(p, np.array([1, 3, 4]), TEXTS)
    assert right["read"].tolist() == [True, True, True]
    assert right["none"].tolist() == [True, True, False]


def test_case_aside() -> None:
    p = np.array([[0.0, 0.6, 0.4, 0.0, 0.0]])
    right = sign_scores(p, np.array([2]), TEXTS)
    assert not right["read"][0] and right["folded"][0]
