"""A run's split becomes the pins of the next."""

from pathlib import Path

from rasm.labels.pins import pin, read_pins
from rasm.store.json_file import write_json


def test_families_of_a_run_are_pinned_and_absent_ones_stay(tmp_path: Path) -> None:
    families, pins = tmp_path / "families.json", tmp_path / "splits.json"
    write_json(families, {"Oi": {"group": "Oi", "split": "test"}})
    pin(families, pins)
    assert read_pins(pins) == {"Oi": "test"}
    write_json(families, {"Cairo": {"group": "Cairo", "split": "train"}})
    pin(families, pins)
    assert read_pins(pins) == {"Cairo": "train", "Oi": "test"}
