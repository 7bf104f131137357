"""Who trains, validates and tests is held from run to run, and drawn anew by kinds of type."""

from pathlib import Path

import pytest

from rasm.labels.pins import Strata, draw_pins, hold_pins, read_pins, split_by_lot
from rasm.store.json_file import read_json, write_json

DATASET = Path(__file__).parents[2] / "dataset"


def test_families_of_a_run_are_pinned_and_absent_ones_stay(tmp_path: Path) -> None:
    families, pins = tmp_path / "families.json", tmp_path / "splits.json"
    write_json(families, {"Oi": {"group": "Oi", "split": "test"}})
    hold_pins(families, pins)
    assert read_pins(pins) == {"Oi": "test"}
    write_json(families, {"Cairo": {"group": "Cairo", "split": "train"}})
    hold_pins(families, pins)
    assert read_pins(pins) == {"Cairo": "train", "Oi": "test"}


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


def test_the_pinned_split_is_what_the_draw_gives(tmp_path: Path) -> None:
    known = read_json(DATASET / "strata.json", Strata)
    pins = read_pins(DATASET / "splits.json")
    related = {"Amiri Quran": "Amiri", "Aref Ruqaa Ink": "Aref Ruqaa", "Cairo Play": "Cairo"}
    families = {
        name: {"group": related.get(name, name), "split": split} for name, split in pins.items()
    }
    write_json(tmp_path / "families.json", families)
    draw_pins(tmp_path / "families.json", tmp_path / "splits.json", DATASET / "strata.json")
    assert read_pins(tmp_path / "splits.json") == pins
    assert {pins[name] for name in known.reported} == {"train"}
