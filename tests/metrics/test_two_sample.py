"""Two samples: distances worked out by hand, p-values of what is alike and what is not."""

import numpy as np
import pytest
from numpy.typing import NDArray

from rasm.metrics.two_sample import frechet_distance, kernel_distance, mmd_test


def normal(count: int, seed: int, shift: float = 0.0) -> NDArray[np.float32]:
    drawn = np.random.default_rng(seed).normal(shift, 1, (count, 4))
    return drawn.astype(np.float32)


def test_frechet_distance_by_hand() -> None:
    """Means 0 and 3, variances 2 and 8: 3 ** 2 + (sqrt(8) - sqrt(2)) ** 2 = 9 + 2."""
    first, second = np.array([[-1.0], [1]], np.float32), np.array([[1.0], [5]], np.float32)
    assert frechet_distance(first, second) == pytest.approx(11)


def test_frechet_distance_of_two_axes_that_share_nothing() -> None:
    """Variance 2 along one axis, 8 along the other: nothing is shared, so it is 2 + 8."""
    first, second = np.array([[-1.0, 0], [1, 0]], np.float32), np.array([[0, -2.0], [0, 2]])
    assert frechet_distance(first, second.astype(np.float32)) == pytest.approx(10)
    assert frechet_distance(first, first) == 0


def test_kernel_distance_by_hand() -> None:
    """One number: k(0, 0) = 1, k(1, 1) = 8, k(0, 1) = 1, so 1 + 8 - 2."""
    zeros, ones = np.zeros((2, 1), np.float32), np.ones((2, 1), np.float32)
    assert kernel_distance(zeros, ones) == pytest.approx(7)
    assert kernel_distance(ones, ones) == 0


def test_kernel_distance_is_unbiased_where_frechet_is_not() -> None:
    """Of halves of one distribution, over 20 draws: about 0, and well above."""
    pairs = [(normal(20, seed), normal(20, 1000 + seed)) for seed in range(20)]
    kernel = np.array([kernel_distance(*pair) for pair in pairs])
    assert abs(kernel.mean()) < 2 * kernel.std() / 20**0.5
    assert min(frechet_distance(*pair) for pair in pairs) > 0.05


def test_p_values_of_what_is_alike_are_spread_evenly() -> None:
    p = [mmd_test(normal(15, s), normal(15, 99 + s), 99, s).p_value for s in range(40)]
    assert min(p) >= 0.01 and 0.35 < float(np.mean(p)) < 0.65


def test_what_is_shifted_differs() -> None:
    near, far = mmd_test(normal(40, 0), normal(40, 1), 199, 0), None
    far = mmd_test(normal(40, 0), normal(30, 1, shift=1.0), 199, 0)
    assert near.p_value > 0.05 and far.p_value == 1 / 200
    assert far.effect > 3 * near.effect


def test_pairs_of_one_class_are_exchanged_within_it() -> None:
    """Classes far apart, and a small shift in each: only who keeps to pairs sees it."""
    classes = np.repeat(np.eye(4) * 20, 10, axis=0)
    first = (classes + 0.5 * normal(40, 0)).astype(np.float32)
    second = (classes + 0.5 * normal(40, 1, shift=0.8)).astype(np.float32)
    same = (classes + 0.5 * normal(40, 2)).astype(np.float32)
    assert mmd_test(first, second, 199, 0).p_value > 0.5
    assert mmd_test(first, second, 199, 0, paired=True).p_value < 0.05
    assert mmd_test(first, same, 199, 0, paired=True).p_value > 0.05


def test_what_cannot_be_compared_says_why() -> None:
    good, bad = normal(3, 0), normal(3, 0)
    bad[1, 0] = np.nan
    for compare in (frechet_distance, kernel_distance):
        with pytest.raises(ValueError, match="a sample of 1 has no covariance"):
            compare(good, good[:1])
        with pytest.raises(ValueError, match="features of picture 1 are no numbers"):
            compare(good, bad)
        with pytest.raises(ValueError, match="features of 4 and of 3 numbers"):
            compare(good, good[:, :3])
    with pytest.raises(ValueError, match="3 and 2 rows cannot be paired"):
        mmd_test(good, good[:2], 9, 0, paired=True)
