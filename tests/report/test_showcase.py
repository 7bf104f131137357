"""Glyphs as drawn and as read, on a sheet."""

from pathlib import Path

import numpy as np

from rasm.primitives.vocabulary import Vocabulary, save_primitives
from rasm.raster.packing import pack
from rasm.report.showcase import from_primitives, main
from rasm.store.json_file import write_json
from rasm.store.manifest import GlyphRecord, seal_splits, write_manifest
from rasm.store.records import key_of, write_records
from tests.report.sheets import seen


def test_a_glyph_is_built_of_its_centroids() -> None:
    """2 x 2 cells of 2 x 2 pixels; primitive 0 is empty, n is centroid n - 1."""
    centroids = np.array([[1, 0, 0, 0], [0.5, 0.5, 1, 1]], dtype=np.float32)
    (picture,) = from_primitives(np.array([[0, 1, 2, 0]]), centroids)
    expected = [[0, 0, 1, 0], [0, 0, 0, 0], [0.5, 0.5, 0, 0], [1, 1, 0, 0]]
    np.testing.assert_array_equal(picture, expected)


def test_a_run_s_validation_letters_are_drawn(tmp_path: Path) -> None:
    """One letter of the one validation font, ten times; read exactly as it is drawn."""
    mask = np.zeros((128, 128), dtype=bool)
    mask[:8, 8:16] = True  # the second cell is full
    grid = np.zeros(256, dtype="<u2")
    grid[1] = 2
    ids = {1: "other", 2: "val"}
    for folder in ("meta", "splits", "cache"):
        (tmp_path / folder).mkdir()
    write_json(tmp_path / "meta/label_map.json", {"beh": 0})
    write_json(tmp_path / "splits/val_ids.json", ["val"])
    seal_splits(tmp_path / "splits", tmp_path / "meta/label_map.json")
    write_manifest(
        tmp_path / "meta/meta.jsonl",
        [
            GlyphRecord(n, "beh", f, f, "isol", False, (0, 0, 1, 1), 1, 1, 128)
            for n, f in ids.items()
        ],
    )
    centroids = np.stack([np.zeros(64), np.ones(64)]).astype(np.float32)
    vocabulary = Vocabulary(centroids, np.ones(2), 0.0)
    save_primitives(tmp_path / "primitives", vocabulary, np.zeros(1, np.uint16), np.ones(3, int))
    drawn = {1: ~mask, 2: mask}
    write_records(
        tmp_path / "cache/rasters.lmdb", ((key_of(n), pack(drawn[n]).tobytes()) for n in ids)
    )
    sheets = []
    for read in (grid, grid[::-1].copy()):
        write_records(tmp_path / "cache/grids.lmdb", ((key_of(n), read.tobytes()) for n in ids))
        main(tmp_path, tmp_path / "sheet.png")
        sheets.append(seen(tmp_path / "sheet.png").min(axis=2))
    drawn_row, read_row = np.split(sheets[0][8:], 2)
    assert (drawn_row == 0).sum() == (read_row == 0).sum() == 10 * 64
    assert (sheets[0] != sheets[1]).any()
