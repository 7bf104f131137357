"""Sets that hold the truth as often as promised, in families that nobody asked about."""

import numpy as np
import pytest
from numpy.typing import NDArray

from rasm.trust.conformal import SetParams, SetRule, drawn_for, fit_sets, weighted_threshold


@pytest.mark.parametrize(
    ("count", "coverage", "at"),
    [
        # The k-th lowest, k = ceil(coverage (n + 1)); the highest where k is beyond it.
        (9, 0.9, 9),
        (19, 0.9, 18),
        (18, 0.9, 18),
        (99, 0.9, 90),
        (99, 0.95, 95),
        (8, 0.9, 8),
        (3, 0.5, 2),
    ],
)
def test_threshold_is_the_finite_sample_quantile(count: int, coverage: float, at: int) -> None:
    shuffled = np.random.default_rng(0).permutation(np.arange(1, count + 1) / 1000)
    assert weighted_threshold(shuffled, np.full(count, 0.3), coverage) == at / 1000


def test_threshold_goes_by_weight() -> None:
    """Of 9 in all and one to come, the score 2 brings 8: as much as 0.8 of them."""
    scores, weights = np.array([1.0, 2.0, 3.0]), np.array([2.0, 6.0, 1.0])
    assert weighted_threshold(scores, weights, 0.6) == 2
    assert weighted_threshold(scores, weights, 0.7) == 3


def rule(score: str, threshold: float, penalty: float = 0.0, free: int = 0) -> SetRule:
    given = {"coverage": 0.9, "score": score, "penalty": penalty, "free": free}
    return SetRule.model_validate({**given, "threshold": threshold})


P = np.array([[0.2, 0.5, 0.3], [0.05, 0.05, 0.9]])
HALF = np.array([0.5, 0.5])


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        # lac: 1 - P.
        (rule("lac", 0.7), [[0, 1, 1], [0, 0, 1]]),
        # aps, half of the own: (0.9, 0.25, 0.65), (0.925, 0.975, 0.45).
        (rule("aps", 0.65), [[0, 1, 1], [0, 0, 1]]),
        (rule("aps", 0.925), [[1, 1, 1], [1, 0, 1]]),
        # raps: 0.1 more for the second and 0.2 for the third.
        (rule("raps", 0.75, 0.1, 1), [[0, 1, 1], [0, 0, 1]]),
        (rule("raps", 1.05, 0.1, 1), [[0, 1, 1], [1, 0, 1]]),
        # Nothing is low enough: the best answer stays.
        (rule("aps", 0.1), [[0, 1, 0], [0, 0, 1]]),
    ],
)
def test_sets_by_hand(chosen: SetRule, expected: list[list[int]]) -> None:
    assert chosen.sets(P, HALF).astype(int).tolist() == expected


def world(count: int, seed: int) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """P(class) of 8 classes, and truths drawn from it."""
    generator = np.random.default_rng(seed)
    p = generator.dirichlet(np.full(8, 0.3), count)
    truth = (p.cumsum(axis=1) < generator.random((count, 1))).sum(axis=1).clip(max=7)
    return p, truth


PROMISES = SetParams(coverage=(0.9, 0.95), penalties=(0.01, 0.1), free=(1, 2))


def test_promises_are_kept_on_glyphs_of_the_same_kind_and_not_by_waste() -> None:
    p, truth = world(4000, 0)
    families = np.array(list("abcd"))[np.arange(4000) % 4]
    rules = fit_sets(p, p, truth, families, PROMISES, seed=1)
    fresh, true = world(20_000, 1)
    for found in rules:
        inside = found.sets(fresh, drawn_for(len(true), 2))
        covered = inside[np.arange(len(true)), true].mean()
        # The best answer is in every set, which is more than asked for.
        assert found.coverage - 0.01 < covered < found.coverage + 0.04
        assert inside.any(axis=1).all()


def test_of_those_that_keep_the_promise_the_smallest_sets_are_chosen() -> None:
    """Where P is right, lac is best by theory: no other has smaller sets of this coverage."""
    p, truth = world(20_000, 3)
    families = np.array(list("abcd"))[np.arange(20_000) % 4]
    (first, _) = fit_sets(p, p, truth, families, PROMISES, seed=1)
    fresh, true = world(20_000, 4)
    drawn = drawn_for(len(true), 5)
    sizes = first.sets(fresh, drawn).sum(axis=1).mean()
    limit = weighted_threshold(1 - p[np.arange(20_000), truth], np.ones(20_000), 0.9)
    assert sizes <= rule("lac", limit).sets(fresh, drawn).sum(axis=1).mean() + 0.02


def test_a_family_of_many_glyphs_does_not_speak_for_the_others() -> None:
    """Of the large family all answers are sure and right, of the small one P is what it says."""
    p, truth = world(1000, 6)
    sure = np.eye(8)[np.zeros(9000, dtype=np.int64)] * 0.999 + 0.0001
    both = np.concatenate([p, sure])
    classes = np.concatenate([truth, np.zeros(9000, dtype=np.int64)])
    families = np.repeat(["small", "large"], [1000, 9000])
    (found,) = fit_sets(
        both, both, classes, families, SetParams(coverage=(0.9,), penalties=(), free=()), seed=0
    )
    inside = found.sets(p, drawn_for(1000, 1))
    assert inside[np.arange(1000), truth].mean() > 0.78  # pooled, 0 of 10 is as good as 0.9
