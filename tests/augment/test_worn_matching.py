"""Worn letters and ideals, through an embedder that only tells how dark a picture is."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from rasm.augment.worn_matching import worn_matching
from rasm.corpora.letter_set import Letters
from tests.augment.levels import SEVERITIES


def darkness(pictures: Sequence[NDArray[np.uint8]]) -> NDArray[np.float32]:
    return np.array([[1 - picture.mean() / 255] for picture in pictures], dtype=np.float32)


def test_the_first_drawing_of_a_letter_is_what_all_are_compared_with() -> None:
    """A thick and a thin bar of one letter, a dot of another: bars stay darker than dots."""
    thick, thin, dot = (np.full((128, 128), 255, dtype=np.uint8) for _ in range(3))
    thick[20:108, 44:84] = 0
    thin[20:108, 54:74] = 0
    dot[62:70, 62:70] = 0
    letters = Letters((thick, thin, dot), np.array(["bar", "bar", "dot"]))
    level = SEVERITIES["light"]
    found = worn_matching(letters, 10, [level], "val", darkness, seed=1)
    assert found.labels.tolist() == ["bar", "dot"]
    np.testing.assert_array_equal(found.references, darkness([thick, dot]))
    assert found.truth.tolist() == ["bar", "dot"] * 5
    assert found.queries[::2].min() > found.queries[1::2].max()
    other = worn_matching(letters, 10, [level], "test", darkness, seed=1)
    assert not np.array_equal(other.queries, found.queries), "other wear"
