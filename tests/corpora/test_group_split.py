"""Splits of a folder: shares by hand, every class everywhere, lists kept, order irrelevant."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from rasm.corpora.group_split import Shares, split_groups
from rasm.labels.splits import SPLITS, Split

SHARES = Shares(train=0.7, val=0.15, test=0.15)


def of_class(label: str, count: int) -> dict[str, frozenset[str]]:
    return {f"{label}{number:03}": frozenset({label}) for number in range(count)}


def counts(split_of: dict[str, Split], label: str = "") -> tuple[int, ...]:
    found = [split for group, split in split_of.items() if group.startswith(label)]
    return tuple(found.count(split) for split in SPLITS)


@pytest.mark.parametrize(
    ("groups", "expected"),
    # Webster from one each on: of 20 groups the quotas are 14, 3 and 3.
    [(3, (1, 1, 1)), (4, (2, 1, 1)), (5, (3, 1, 1)), (20, (14, 3, 3)), (100, (70, 15, 15))],
)
def test_a_class_is_divided_by_the_shares(groups: int, expected: tuple[int, ...]) -> None:
    assert counts(split_groups(of_class("a", groups), SHARES, {}, 1)) == expected


def test_classes_of_one_or_two_groups_train() -> None:
    labels_of = of_class("a", 20) | of_class("b", 1) | of_class("c", 2)
    split_of = split_groups(labels_of, SHARES, {}, 1)
    assert counts(split_of, "a") == (14, 3, 3)
    assert counts(split_of, "b") == (1, 0, 0)
    assert counts(split_of, "c") == (2, 0, 0)


def test_where_no_class_has_three_the_second_groups_fill_val_and_test() -> None:
    labels_of = {k: v for label in "abcde" for k, v in of_class(label, 2).items()}
    split_of = split_groups(labels_of, SHARES, {}, 1)
    assert counts(split_of) == (8, 1, 1)
    assert all(counts(split_of, label)[0] >= 1 for label in "abcde")


@pytest.mark.parametrize(
    ("labels_of", "expected"),
    [
        ({}, (0, 0, 0)),
        (of_class("a", 1), (1, 0, 0)),
        (of_class("a", 2), (2, 0, 0)),
        (of_class("a", 1) | of_class("b", 1) | of_class("c", 1), (3, 0, 0)),
        (of_class("a", 2) | of_class("b", 1), (3, 0, 0)),
    ],
)
def test_too_few_groups_train(
    labels_of: dict[str, frozenset[str]], expected: tuple[int, ...]
) -> None:
    assert counts(split_groups(labels_of, SHARES, {}, 1)) == expected


one_class = st.dictionaries(
    st.integers(0, 60).map(lambda n: f"g{n}"),
    st.sampled_from("abcd").map(lambda label: frozenset({label})),
    max_size=40,
)
several = st.dictionaries(
    st.integers(0, 60).map(lambda n: f"g{n}"),
    st.frozensets(st.sampled_from("abcd"), min_size=1),
    max_size=40,
)


@settings(max_examples=40)
@given(one_class, st.integers(0, 3))
def test_every_class_of_three_groups_is_in_every_split(
    labels_of: dict[str, frozenset[str]], seed: int
) -> None:
    split_of = split_groups(labels_of, SHARES, {}, seed)
    assert split_of.keys() == labels_of.keys()
    for label in "abcd":
        splits = [split_of[group] for group, labels in labels_of.items() if label in labels]
        assert not splits or "train" in splits
        assert len(splits) < 3 or set(splits) == set(SPLITS)


@settings(max_examples=40)
@given(several, st.dictionaries(st.integers(0, 70).map(lambda n: f"g{n}"), st.sampled_from(SPLITS)))
def test_listed_groups_stay_and_all_others_get_a_split(
    labels_of: dict[str, frozenset[str]], listed: dict[str, Split]
) -> None:
    split_of = split_groups(labels_of, SHARES, listed, 1)
    assert split_of.keys() == labels_of.keys()
    assert all(split_of[group] == split for group, split in listed.items() if group in labels_of)


@settings(max_examples=40)
@given(several, st.integers(0, 3))
def test_order_does_not_matter(labels_of: dict[str, frozenset[str]], seed: int) -> None:
    turned = dict(reversed(labels_of.items()))
    assert split_groups(labels_of, SHARES, {}, seed) == split_groups(turned, SHARES, {}, seed)


def test_new_groups_move_no_listed_one() -> None:
    before = split_groups(of_class("a", 20), SHARES, {}, 1)
    after = split_groups(of_class("a", 30) | of_class("b", 3), SHARES, before, 1)
    assert {group: after[group] for group in before} == before
    assert counts(after, "a") == (21, 5, 4) or counts(after, "a") == (21, 4, 5)
    assert counts(after, "b") == (1, 1, 1)


def test_the_seed_decides_who_goes_where_and_nothing_else() -> None:
    one, two = (split_groups(of_class("a", 20), SHARES, {}, seed) for seed in (1, 2))
    assert one != two
    assert counts(one) == counts(two)


def test_shares_sum_to_one() -> None:
    with pytest.raises(ValidationError, match="must sum to 1"):
        Shares(train=0.7, val=0.2, test=0.2)
