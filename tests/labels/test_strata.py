"""Families are drawn, and dealt into folds, by kinds of type."""

from collections import Counter

import pytest

from rasm.labels.strata import Strata, deal, split_by_lot


def strata(**changes: object) -> Strata:
    plain = {
        "seed": 1,
        "reported": ["b1"],
        "strata": {
            "sans": {"val": 1, "test": 1, "families": ["a1", "a2", "a3", "b1", "b2"]},
            "kufi": {"val": 0, "test": 1, "families": ["k1", "k2"]},
        },
    }
    return Strata.model_validate(plain | changes)


GROUPS = {"a1": "a1", "a2": "a1", "a3": "a3", "b1": "b1", "b2": "b1", "k1": "k1", "k2": "k2"}


def test_groups_are_drawn_whole_and_none_that_has_been_reported() -> None:
    """Two groups of sans are free, a1 with two families and a3: one tests and one validates."""
    seen = set()
    for seed in range(60):
        split_of = split_by_lot(strata(seed=seed), GROUPS)
        assert split_of["b1"] == split_of["b2"] == "train"
        assert split_of["a1"] == split_of["a2"]
        assert {split_of["a1"], split_of["a3"]} == {"val", "test"}
        assert sorted(split_of[name] for name in ("k1", "k2")) == ["test", "train"]
        seen.add((split_of["a1"], split_of["k1"]))
    assert len(seen) == 4  # the seed decides


def test_a_kind_without_groups_enough_and_a_family_without_a_kind_are_refused() -> None:
    with pytest.raises(ValueError, match="sans: 2 groups are to be drawn of 1"):
        split_by_lot(strata(reported=["a1", "b1"]), GROUPS)
    with pytest.raises(ValueError, match="no stratum has x9"):
        split_by_lot(strata(), {**GROUPS, "x9": "x9"})


def test_every_group_is_dealt_to_one_fold_and_kinds_evenly() -> None:
    """Five groups of sans and two of kufi in three folds, and one that no stratum has."""
    groups = ["a1", "a2", "a3", "b1", "b2", "k1", "k2", "x9"]
    dealt = deal(strata(), groups, 3)
    assert dealt == deal(strata(), reversed(groups), 3)
    assert sorted(dealt) == groups
    for kind in ("abk", "ab", "k"):
        held = Counter(fold for group, fold in dealt.items() if group[0] in kind)
        assert max(held.values()) - min(held[fold] for fold in range(3)) <= 1
    assert dealt != deal(strata(seed=2), groups, 3)
    with pytest.raises(ValueError, match="2 unrelated font families cannot fill 3 folds"):
        deal(strata(), ["a1", "a2"], 3)
