"""Validation of matchers whose worth is known: one that weighs ink, one that sees nothing."""

import numpy as np
import pytest
import torch

from rasm.metrics.verification import JudgedPairs
from rasm.training.choosing.letters import (
    LetterTrialParams,
    halved_accuracy,
    letter_validation,
)
from tests.augment.levels import SEVERITIES
from tests.corpora.drawn_letters import LETTERS, Collapsed, Weigher, shares

PARAMS = LetterTrialParams(kind="letters", queries=30, levels=(SEVERITIES["light"],), pairs=120)


def test_a_matcher_that_tells_the_letters_apart() -> None:
    """Neighbours of the three ideals are log 2 apart on the circle."""
    found = letter_validation(LETTERS, PARAMS, lambda p: shares(*p), seed=1)(Weigher())
    assert found["val_recall_at_1"] == 1
    assert found["val_verification"] > 0.95
    apart = [2 * np.sin(np.log(2) / 2)] * 2 + [2 * np.sin(np.log(2))]
    assert found["val_spread"] == pytest.approx(np.mean(apart), abs=1e-3)


def test_a_collapsed_matcher_guesses() -> None:
    found = letter_validation(LETTERS, PARAMS, lambda p: shares(*p), seed=1)(Collapsed())
    assert found["val_recall_at_1"] == pytest.approx(1 / 3), "the first ideal is nearest to all"
    assert found["val_verification"] == pytest.approx(0.5, abs=0.15)
    assert found["val_spread"] == pytest.approx(0, abs=1e-6)


def test_gallery_are_the_ideals_and_queries_are_worn() -> None:
    shown: list[list[np.ndarray]] = []

    def see(pictures: object) -> torch.Tensor:
        shown.append(list(pictures))  # type: ignore[call-overload]
        return shares(*shown[-1])

    letter_validation(LETTERS, PARAMS, see, seed=1)
    asked, references = shown
    assert len(asked) == 30
    for picture, row in zip(references, (0, 1, 3), strict=True):
        np.testing.assert_array_equal(picture, LETTERS.pictures[row])


def test_threshold_is_learnt_on_one_half_and_measured_on_the_other() -> None:
    """Queries 0 and 1 say 0.5; by that, of the pairs of 2 and 3 the one at 0.6 is misjudged."""
    pairs = JudgedPairs(
        queries=np.array([0, 1, 2, 3, 2, 3]),
        distances=np.array([0.4, 0.6, 0.1, 0.6, 0.9, 1.2], dtype=np.float32),
        same=np.array([True, False, True, True, False, False]),
    )
    assert halved_accuracy(pairs) == 0.75


def test_a_half_without_same_pairs_is_refused() -> None:
    pairs = JudgedPairs(np.array([0, 1]), np.array([0.1, 0.2], np.float32), np.array([False, True]))
    with pytest.raises(ValueError, match="too few pairs"):
        halved_accuracy(pairs)
