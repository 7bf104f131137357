"""Intervals whose ends can be reasoned out, or counted."""

import numpy as np
import pytest
from numpy.typing import NDArray

from rasm.metrics.intervals import IntervalParams, with_interval

PARAMS = IntervalParams(resamples=4000, level=0.95)


def ends(values: NDArray[np.generic], groups: list[str], **changes: bool) -> list[float]:
    return list(with_interval("x", values, np.array(groups), PARAMS, 1, **changes).values())


def test_a_lone_group_is_the_plain_bootstrap() -> None:
    """90 of 400 right: a binomial share of standard deviation 0.0209, 1.96 of them either way."""
    mean, low, high = ends(np.arange(400) < 90, ["a"] * 400)
    assert mean == 0.225
    assert (low, high) == pytest.approx((0.225 - 0.0409, 0.225 + 0.0409), abs=0.006)


def test_members_of_a_group_are_right_or_wrong_together() -> None:
    """One of two groups is all right: none, half or all of what is drawn, whatever the size."""
    values = np.repeat([True, False], 500)
    assert ends(values, ["a"] * 500 + ["b"] * 500) == [0.5, 0.0, 1.0]
    assert ends(np.ones(10), ["a"] * 3 + ["b"] * 7) == [1.0, 1.0, 1.0]


def test_groups_count_by_their_size_or_alike() -> None:
    """9 right and 1 wrong: the mean is 0.9, that of the groups 0.5; no draw lies between."""
    values, groups = np.arange(10) < 9, ["a"] * 9 + ["b"]
    assert ends(values, groups) == [0.9, 0.0, 1.0]
    assert ends(values, groups, groups_alike=True) == [0.5, 0.0, 1.0]


def test_the_order_of_rows_and_the_names_of_groups_do_not_matter_but_the_seed_does() -> None:
    values, groups = np.random.default_rng(0).random(60), np.repeat([*"abc"], 20)
    order = np.argsort(np.arange(60) % 20, kind="stable")
    first = with_interval("x", values, groups, PARAMS, 1)
    again = with_interval("x", values[order], groups[order], PARAMS, 1)
    assert again == pytest.approx(first, abs=1e-12)
    assert with_interval("x", values, groups, PARAMS, 2) != first
