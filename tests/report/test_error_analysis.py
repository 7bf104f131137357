"""The error analysis of a small network on the toy errors: its page, tables and sheets.

And typical drawings, by their pixels.
"""

import csv
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest
import torch

from rasm.labels.homoglyphs import ShapeClasses
from rasm.metrics.labels import Reading
from rasm.nets.compute import Compute
from rasm.nets.device import make_fabric
from rasm.nets.kinds import build_grid_net
from rasm.nets.weights import save_weights
from rasm.primitives.patterns import find_patterns, write_cells
from rasm.raster.packing import pack, slice_cells
from rasm.reading.logits import GlyphFiles
from rasm.report.clusters import describe_clusters
from rasm.report.error_analysis import (
    AnalysisParams,
    Sources,
    most_typical,
    typical_glyphs,
    write_analysis,
    write_clusters,
    write_saliency,
)
from rasm.report.errors import ERROR_TYPES, evenly
from rasm.store.manifest import Roster
from rasm.store.records import Records, key_of, write_records
from tests.report.sheets import seen
from tests.report.toy_errors import CLASS_OF, WRONG, errors, masks

GRID = 16
FABRIC = make_fabric(Compute(accelerator="cpu", precision="32-true", compile=False))
HEAD = {"dropout": 0.0, "cosine_scale": None, "size_cues": False}
CNN = {"kind": "cnn", "embedding": 8, "width": 8, "blocks": 1, **HEAD}
TRANSFORMER = {
    **{"kind": "transformer", "grid": 16, "patch": 2, "embedding": 8, "width": 16, "layers": 1},
    **{"heads": 2, "mlp": 16, "position": "learned", "pooling": "cls", **HEAD},
}
PARAMS = AnalysisParams(pairs=2, glyphs=1, right=2, clusters=3, members=2)
FILES = [
    *("clusters.csv", "clusters.png", "confusions.html"),
    *("families", "misread_cells.csv", "saliency.png"),
]
MISREAD = {7: 3, 4: 1, 0: 2}  # cells of these rows that phase 1 reads wrongly

ERRORS = errors()


def sources(folder: Path, architecture: dict[str, object]) -> Sources:
    """The stores of the toy glyphs, whose numbers are 1 to 8, and an untrained network."""
    pictures = masks()
    patterns, (numbered,) = find_patterns([slice_cells(pictures, GRID)], GRID)
    of_pattern = np.arange(len(patterns.cells), dtype=np.uint16)  # each pattern is a primitive
    read = of_pattern[numbered]
    for row, count in MISREAD.items():
        read[row, :count] = of_pattern[-1] - read[row, :count]
    write_cells(folder / "cells", patterns, ((n, g) for n, g in enumerate(numbered, 1)))
    for name, rows in (("grids", read.astype("<u2")), ("rasters", pack(pictures))):
        write_records(folder / name, ((key_of(n), row.tobytes()) for n, row in enumerate(rows, 1)))
    torch.manual_seed(0)
    card = {**architecture, "classes": 4, "vocabulary": len(patterns.cells)}
    save_weights(folder / "phase2", build_grid_net(**card), {"architecture": card})
    files = GlyphFiles(**{field.name: folder / field.name for field in fields(GlyphFiles)})
    shapes = ShapeClasses(CLASS_OF, np.array([1, 1, 0.5, 0.5, 1]))
    reading = Reading(shapes, np.arange(5))
    roster = errors().questions.roster
    fitted = {"temperature": 1.0}
    return Sources(folder / "phase2", files, of_pattern, roster, reading, fitted)


@pytest.mark.parametrize("architecture", [CNN, TRANSFORMER], ids=["cnn", "transformer"])
def test_files_and_numbers(tmp_path: Path, architecture: dict[str, object]) -> None:
    given = sources(tmp_path, architecture)
    found = write_analysis(tmp_path / "out", PARAMS, errors(), given, FABRIC)
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == FILES
    assert found["errors"] == len(WRONG)
    assert sum(found[f"errors_of_{kind}"] for kind in ERROR_TYPES) == len(WRONG)
    assert found["errors_mended_by_true_grid"] + found["errors_left_by_true_grid"] == len(WRONG)
    assert found["misread_cells_of_wrong"] == (3 + 1) / 5
    assert found["misread_cells_of_right"] == 2 / 3
    with (tmp_path / "out" / "clusters.csv").open() as file:
        assert sum(int(row["glyphs"]) for row in csv.DictReader(file)) == len(WRONG)
    page = (tmp_path / "out" / "confusions.html").read_text(encoding="utf-8")
    assert page.count('class="card"') == 2
    assert page.count('class="mistake"') == 2  # one of each pair


def test_the_same_bytes_again(tmp_path: Path) -> None:
    given = sources(tmp_path, CNN)
    for name in ("one", "two"):
        write_analysis(tmp_path / name, PARAMS, errors(), given, FABRIC)
    one, two = (
        {path.name: path.read_bytes() for path in (tmp_path / name).rglob("*.*")}
        for name in ("one", "two")
    )
    assert one == two
    assert one.keys() == {*FILES, "Cairo.png", "Oi.png"} - {"families"}


def test_true_grids_are_asked(tmp_path: Path) -> None:
    """Answers that the network gives with true grids: then true grids mend what they err less."""
    given = sources(tmp_path, CNN)
    perfect = errors()
    perfect.questions.classes[:] = perfect.answered
    found = write_analysis(tmp_path / "out", PARAMS, perfect, given, FABRIC)
    assert found["errors"] == 0
    assert found["errors_made_by_true_grid"] == 8 - round(8 * found["true_grid_shape_top1"])
    assert (tmp_path / "out" / "clusters.csv").read_text().count("\n") == 1


def test_evenly_takes_both_ends() -> None:
    rows = np.array([3, 5, 8, 13, 21])
    assert evenly(rows, 3).tolist() == [3, 8, 21]
    assert evenly(rows, 9).tolist() == rows.tolist()
    assert evenly(rows, 1).tolist() == [3]
    assert evenly(rows[:0], 3).tolist() == []


def mask(pixels: int) -> np.ndarray:
    return (np.arange(64) < pixels).reshape(8, 8)


def test_the_drawing_between_the_others_is_typical() -> None:
    """Mean ink: 2 pixels in all three, 8 more in two, 30 more in one. The middle one is nearest."""
    assert most_typical(np.stack([mask(40), mask(2), mask(10)])) == 2


def test_of_equals_the_first() -> None:
    assert most_typical(np.stack([mask(4), mask(8)])) == 0


def test_of_shape_classes_over_all_their_labels(tmp_path: Path) -> None:
    """Labels 0 and 2 are shape 0, with glyphs 1, 2 and 4; shape 1 has glyph 3; shape 2 none."""
    pixels = {1: 40, 2: 2, 3: 5, 4: 10}
    store = tmp_path / "rasters.lmdb"
    write_records(store, ((key_of(n), pack(mask(count)).tobytes()) for n, count in pixels.items()))
    roster = Roster(
        glyph_ids=np.arange(1, 5),
        labels=np.array([0, 0, 1, 2]),
        fonts=np.array(list("abcd")),
        families=np.array(list("abcd")),
        char_classes=np.array(["isol"] * 4),
        is_diacritic=np.zeros(4, dtype=bool),
        cues=np.zeros((4, 4), dtype=np.float32),
    )
    shapes = ShapeClasses(np.array([0, 1, 0, 2]), np.ones(4))
    with Records(store) as records:
        found = typical_glyphs(records, roster, shapes, [2, 1, 0, 1])
    assert {shape: int(picture.sum()) for shape, picture in found.items()} == {0: 10, 1: 5}


def test_what_decided_wrong_and_right_answers(tmp_path: Path) -> None:
    warm, cold = (np.full((8, 8), value, dtype=np.float32) for value in (1, -1))
    sheets = []
    for heats, wrong, right in (
        ({0: warm, 1: warm, 7: warm}, [7, 1], [0]),
        ({0: warm, 1: cold, 7: warm}, [7, 1], [0]),
        ({1: warm, 6: warm, 7: warm}, [7, 1], [6]),
    ):
        write_saliency(tmp_path / "saliency.png", ERRORS, heats, wrong, right, "Warm is warm.")
        sheets.append(seen(tmp_path / "saliency.png").tobytes())
    assert len(set(sheets)) == 3


def test_members_of_clusters_show_each_drawing_once(tmp_path: Path) -> None:
    """Rows 2 and 3 are one drawing: with room for two, 7 is the second."""
    sheets = []
    for rows, most in (([3, 2, 7], 2), ([3, 7, 2], 2), ([3, 2, 7], 1)):
        clusters = [np.array(rows), np.array([1, 4])]
        about = describe_clusters(ERRORS, clusters)
        write_clusters(tmp_path / "c.png", ERRORS, clusters, about, most)
        sheets.append(seen(tmp_path / "c.png").tobytes())
    assert sheets[0] == sheets[1] != sheets[2]
