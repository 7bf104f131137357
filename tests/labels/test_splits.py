"""Splits that do not leak: every group whole, pins kept, no split empty, rare labels spread."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rasm.labels.splits import SPLITS, Split, assign_groups, pins_of_groups, split_families

SHARES: dict[Split, float] = {"train": 0.8, "val": 0.1, "test": 0.1}
groups = st.dictionaries(
    st.sampled_from([f"family {n}" for n in range(20)]),
    st.frozensets(st.sampled_from("abcdefgh"), min_size=1),
    min_size=3,
    max_size=14,
)
splits = st.sampled_from(SPLITS)


@st.composite
def pinned_groups(
    draw: st.DrawFn,
) -> tuple[dict[str, frozenset[str]], dict[str, Split]]:
    """Groups, and pins that leave enough groups free to fill every split."""
    labels_of = draw(groups)
    order = draw(st.permutations(sorted(labels_of)))
    pins: dict[str, Split] = {}
    for group in order[: draw(st.integers(0, len(order)))]:
        pins[group] = draw(splits)
    while len(labels_of) - len(pins) < len(set(SPLITS) - set(pins.values())):
        pins.popitem()
    return labels_of, pins


@st.composite
def shares_of_splits(draw: st.DrawFn) -> dict[Split, float]:
    """Positive shares with train the largest."""
    val, test = draw(st.floats(0.02, 0.3)), draw(st.floats(0.02, 0.3))
    return {"train": 1 - val - test, "val": val, "test": test}


@given(pinned_groups(), shares_of_splits(), st.integers(0, 5))
def test_every_group_has_one_split_pins_stay_and_none_is_empty(
    drawn: tuple[dict[str, frozenset[str]], dict[str, Split]],
    shares: dict[Split, float],
    seed: int,
) -> None:
    labels_of, pins = drawn
    assigned = assign_groups(labels_of, shares, pins, seed)
    assert assigned.keys() == labels_of.keys()
    assert {group: assigned[group] for group in pins} == pins
    assert set(assigned.values()) == set(SPLITS)


@given(pinned_groups(), st.frozensets(st.sampled_from("abcdefgh"), min_size=1))
def test_a_new_family_moves_no_pinned_one(
    drawn: tuple[dict[str, frozenset[str]], dict[str, Split]], labels: frozenset[str]
) -> None:
    """A release pins every family: with that, only the new one is assigned."""
    labels_of, pins = drawn
    released = assign_groups(labels_of, SHARES, pins, 42)
    for standing in (pins, released):
        extended = assign_groups({**labels_of, "a new one": labels}, SHARES, standing, 42)
        assert {group: extended[group] for group in standing} == standing
        assert extended["a new one"] in SPLITS


@given(groups)
def test_order_of_the_groups_does_not_matter(labels_of: dict[str, frozenset[str]]) -> None:
    turned = dict(reversed(labels_of.items()))
    assert assign_groups(turned, SHARES, {}, 42) == assign_groups(labels_of, SHARES, {}, 42)


def test_like_groups_are_divided_by_the_shares() -> None:
    """Webster: of 40 groups with the same labels 32, 4 and 4."""
    assigned = assign_groups({f"g{n:02}": {"a", "b"} for n in range(40)}, SHARES, {}, 42)
    counts = {split: list(assigned.values()).count(split) for split in SPLITS}
    assert counts == {"train": 32, "val": 4, "test": 4}


def test_a_rare_label_reaches_all_three_splits() -> None:
    """Of 40 groups 10 draw a rare label: 8 of them train, 1 validates, 1 tests."""
    labels_of = {f"g{n:02}": {"a", "rare"} if n < 10 else {"a"} for n in range(40)}
    assigned = assign_groups(labels_of, SHARES, {}, 42)
    of_rare = [assigned[group] for group, labels in labels_of.items() if "rare" in labels]
    assert min(of_rare.count(split) for split in SPLITS) >= 1
    assert of_rare.count("train") >= 6


def test_ties_fall_by_the_seed() -> None:
    labels_of = {f"g{n:02}": {"a"} for n in range(40)}
    results = [assign_groups(labels_of, SHARES, {}, seed) for seed in (1, 1, 2)]
    assert results[0] == results[1] != results[2]


PINNED: dict[str, Split] = {f"g{n:02}": "train" for n in range(20)}


def test_a_label_of_few_groups_trains_before_it_validates() -> None:
    """Three groups of train hold it: (3 + 1/2) / 0.8 is less than (0 + 1/2) / 0.1."""
    labels_of = {"g00": {"a"}, "g01": {"a"}, "g02": {"a"}, "v": {"b"}, "t": {"b"}, "new": {"a"}}
    pins: dict[str, Split] = {**{f"g0{n}": "train" for n in range(3)}, "v": "val", "t": "test"}
    assert assign_groups(labels_of, SHARES, pins, 42)["new"] == "train"


def test_neither_val_nor_test_has_an_advantage_in_a_tie() -> None:
    labels_of = {group: {"a"} for group in PINNED} | {"v": {"b"}, "t": {"b"}, "new": {"a"}}
    pins: dict[str, Split] = {**PINNED, "v": "val", "t": "test"}
    found = {assign_groups(labels_of, SHARES, pins, seed)["new"] for seed in range(20)}
    assert found == {"val", "test"}


def test_too_few_groups_are_refused() -> None:
    with pytest.raises(ValueError, match="2 unrelated font families cannot fill 3 splits"):
        assign_groups({"a": {"x"}, "b": {"x"}}, SHARES, {}, 42)


def test_pins_that_leave_a_split_empty_are_refused() -> None:
    pins: dict[str, Split] = {"a": "train", "b": "train", "c": "test"}
    with pytest.raises(ValueError, match="no font family is left for val"):
        assign_groups({name: {"x"} for name in "abc"}, SHARES, pins, 42)


def test_a_group_is_pinned_by_its_families_and_disputes_go_to_train() -> None:
    group_of = {"Cairo": "Cairo", "Cairo Play": "Cairo", "Oi": "Oi", "Rubik": "Rubik", "Zain": "Oi"}
    pins, disputed = pins_of_groups(
        group_of, {"Cairo Play": "test", "Oi": "val", "Zain": "test", "Gone": "val"}
    )
    assert pins == {"Cairo": "test", "Oi": "train"}
    assert disputed == {"Oi": ["test", "val"]}


def test_families_go_where_their_group_goes() -> None:
    """Cairo Play has no label of its own, yet its group has; Latin's group has none."""
    labels_of = {"Cairo": {"a"}, "Oi": {"a"}, "Rubik": {"a"}}
    group_of = {name: name for name in ("Latin", *labels_of)} | {"Cairo Play": "Cairo"}
    pins: dict[str, Split] = {"Cairo Play": "test", "Oi": "val", "Rubik": "train"}
    split_of, disputed = split_families(labels_of, group_of, SHARES, pins, 42)
    assert split_of == {"Cairo": "test", "Cairo Play": "test", "Oi": "val", "Rubik": "train"}
    assert disputed == {}


def test_disputed_pins_are_named_by_group() -> None:
    labels_of = {name: {"a"} for name in "abcd"}
    group_of = {"a": "a", "b": "a", "c": "c", "d": "d"}
    pins: dict[str, Split] = {"a": "test", "b": "val", "c": "test", "d": "val"}
    split_of, disputed = split_families(labels_of, group_of, SHARES, pins, 42)
    assert split_of == {"a": "train", "b": "train", "c": "test", "d": "val"}
    assert disputed == {"a": ["test", "val"]}
