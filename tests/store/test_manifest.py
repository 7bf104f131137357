"""meta.jsonl: lines out, columns in."""

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from rasm.store.json_file import write_json
from rasm.store.manifest import (
    GlyphRecord,
    Roster,
    read_manifest,
    read_roster,
    read_splits,
    seal_splits,
    write_manifest,
)


def record(glyph_id: int, label: str, font: str, family: str, mark: bool = False) -> GlyphRecord:
    return GlyphRecord(
        glyph_id=glyph_id,
        label=label,
        font_hash=font,
        family=family,
        char_class="diacritic" if mark else "isol",
        is_diacritic=mark,
        original_bbox=(0.0, -1.5, 2.0, 3.0),
        scale_factor=0.25,
        major_dim_ratio=0.1,
        target_dim=64 if mark else 128,
    )


RECORDS = [
    record(3, "beh", "f1", "Amiri"),
    record(5, "fatha", "f1", "Amiri", mark=True),
    record(8, "teh", "f2", "Cairo"),
    record(9, "beh", "f3", "Cairo"),
]


def test_round_trip_one_line_a_glyph(tmp_path: Path) -> None:
    path = tmp_path / "meta.jsonl"
    write_manifest(path, RECORDS)
    assert list(read_manifest(path)) == RECORDS
    lines = path.read_text().splitlines()
    assert len(lines) == 5
    assert lines[0].startswith('{"glyph_id":3,"label":"beh","font_hash":"f1"')


def test_a_manifest_that_was_cut_off_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "meta.jsonl"
    write_manifest(path, RECORDS)
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:4]))
    with pytest.raises(ValueError, match=r"meta\.jsonl was cut off or altered.*dvc repro"):
        list(read_manifest(path))


def test_a_broken_line_is_named_by_number(tmp_path: Path) -> None:
    path = tmp_path / "meta.jsonl"
    write_manifest(path, RECORDS)
    whole = path.read_text()
    for broken in ('{"glyph_id":', '{"glyph_id":1}', '{"colour":1}', "7"):
        path.write_text(f"{whole}{broken}\n")
        with pytest.raises(ValueError, match=r"meta\.jsonl:5.*dvc repro"):
            list(read_manifest(path))


def roster_of(folder: Path, label_index: dict[str, int]) -> Roster:
    write_manifest(folder / "meta.jsonl", RECORDS)
    write_json(folder / "label_map.json", label_index)
    return read_roster(folder / "meta.jsonl", folder / "label_map.json")


def test_columns_are_aligned_and_unknown_labels_left_out(tmp_path: Path) -> None:
    roster = roster_of(tmp_path, {"beh": 0, "fatha": 1})
    assert len(roster) == 3
    assert roster.glyph_ids.tolist() == [3, 5, 9]
    assert roster.labels.tolist() == [0, 1, 0]
    assert roster.fonts.tolist() == ["f1", "f1", "f3"]
    assert roster.families.tolist() == ["Amiri", "Amiri", "Cairo"]
    assert roster.char_classes.tolist() == ["isol", "diacritic", "isol"]
    assert roster.is_diacritic.tolist() == [False, True, False]
    assert roster.cues.dtype == np.float32
    np.testing.assert_allclose(roster.cues, [RECORDS[i].size_cues for i in (0, 1, 3)], rtol=1e-6)


def test_size_cues_by_hand() -> None:
    """Box of 2 x 4.5 units, a tenth of the em span: the span is 45 units."""
    wide, high, low, top = RECORDS[0].size_cues
    assert (2**wide, 2**high) == pytest.approx((2 / 45, 4.5 / 45))
    assert (low, top) == pytest.approx((-1.5 / 45, 3 / 45))


def test_a_box_without_width_has_cues_all_the_same() -> None:
    line = replace(RECORDS[0], original_bbox=(1.0, 0.0, 1.0, 5.0), major_dim_ratio=0.5)
    assert line.size_cues == pytest.approx((math.log2(1e-3), -1.0, 0.0, 0.5))


def test_selection_by_fonts_and_by_rows_keeps_columns_together(tmp_path: Path) -> None:
    roster = roster_of(tmp_path, {"beh": 0, "fatha": 1, "teh": 2})
    chosen = roster.of_fonts(["f3", "f1", "not there"])
    assert chosen.glyph_ids.tolist() == [3, 5, 9]
    assert chosen.labels.tolist() == [0, 1, 0]
    assert roster.where(roster.is_diacritic).glyph_ids.tolist() == [5]
    assert len(roster.of_fonts([])) == 0


def test_splits_are_lists_of_fonts(tmp_path: Path) -> None:
    roster_of(tmp_path, {"beh": 0, "fatha": 1, "teh": 2})
    splits = {"train": ["f3", "f1"], "val": ["f2"], "test": []}
    for name, fonts in splits.items():
        write_json(tmp_path / f"{name}.json", fonts)
    seal_splits(tmp_path, tmp_path / "label_map.json")
    found = read_splits(
        tmp_path / "meta.jsonl",
        tmp_path / "label_map.json",
        *(tmp_path / f"{name}.json" for name in splits),
    )
    assert [roster.glyph_ids.tolist() for roster in found] == [[3, 5, 9], [8], []]
