"""Who trains, validates and tests is held from run to run."""

from pathlib import Path

from rasm.labels.pins import draw_pins, hold_pins, read_pins
from rasm.labels.strata import read_strata
from rasm.store.json_file import write_json

DATASET = Path(__file__).parents[2] / "dataset"


def test_families_of_a_run_are_pinned_and_absent_ones_stay(tmp_path: Path) -> None:
    families, pins = tmp_path / "families.json", tmp_path / "splits.json"
    write_json(families, {"Oi": {"group": "Oi", "split": "test"}})
    hold_pins(families, pins)
    assert read_pins(pins) == {"Oi": "test"}
    write_json(families, {"Cairo": {"group": "Cairo", "split": "train"}})
    hold_pins(families, pins)
    assert read_pins(pins) == {"Cairo": "train", "Oi": "test"}


def test_the_pinned_split_is_what_the_draw_gives(tmp_path: Path) -> None:
    known = read_strata(DATASET / "strata.json")
    pins = read_pins(DATASET / "splits.json")
    related = {"Amiri Quran": "Amiri", "Aref Ruqaa Ink": "Aref Ruqaa", "Cairo Play": "Cairo"}
    families = {
        name: {"group": related.get(name, name), "split": split} for name, split in pins.items()
    }
    write_json(tmp_path / "families.json", families)
    draw_pins(tmp_path / "families.json", tmp_path / "splits.json", DATASET / "strata.json")
    assert read_pins(tmp_path / "splits.json") == pins
    assert {pins[name] for name in known.reported} == {"train"}
