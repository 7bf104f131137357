"""Phase 1 names cells, cut as stored: in order, the inked ones alone, each distinct one once."""

from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import nn

from rasm.nets.cell_cnn import CellCNN
from rasm.nets.weights import save_weights
from rasm.primitives.assignment import as_bits
from rasm.primitives.patterns import Patterns, write_cells
from rasm.raster.packing import slice_cells, unpack
from rasm.raster.tensors import unpack_bits
from rasm.reading.cells import (
    NamedCells,
    as_pictures,
    cut,
    predict_cells,
    predict_grids,
    read_cells,
)
from rasm.store.manifest import Roster
from tests.nets.small import CELL_CNN
from tests.reading.full_cells import FullCells, columns
from tests.training.tajawal import tajawal
from tests.training.toy import fabric

ARCHITECTURE = {**CELL_CNN, "cell": 4, "vocabulary": 6}


def test_bits_and_cells_are_those_of_the_stored_formats() -> None:
    packed = tajawal()[:9]
    pictures = unpack_bits(torch.from_numpy(packed))
    np.testing.assert_array_equal(pictures.numpy(), unpack(packed))
    for grid in (8, 16, 32):
        expected = as_bits(slice_cells(unpack(packed), grid).reshape(9 * grid**2, -1))
        np.testing.assert_array_equal(cut(pictures, grid).numpy(), expected)


def test_a_cell_reads_as_the_picture_that_it_is() -> None:
    picture = as_pictures(torch.arange(8.0).reshape(2, 4))
    assert picture.tolist() == [[[[0, 1], [2, 3]]], [[[4, 5], [6, 7]]]]


@pytest.mark.parametrize("chunk", [1, 2, 8192])
def test_the_largest_logit_names_the_cell_in_order(chunk: int) -> None:
    """The logits are the pixels themselves."""
    cells = torch.eye(4)[[2, 0, 3]]
    assert predict_cells(nn.Flatten(), cells, chunk).tolist() == [2, 0, 3]


def test_phase_1_reads_inked_cells_and_nobody_asks_about_empty_ones() -> None:
    masks = torch.from_numpy(np.stack([columns(0, 5), columns(2)])).float()
    grids = predict_grids(FullCells(), masks, 16)
    assert grids.shape == (2, 16, 16)
    assert grids[0].unique(dim=0).tolist() == [[7, 0, 0, 0, 0, 7] + [0] * 10]
    assert grids[1].unique(dim=0).tolist() == [[0, 0, 7] + [0] * 13]


class Counting(FullCells):
    """Counts the cells that it is asked about."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[int] = []

    def forward(self, pictures: torch.Tensor) -> torch.Tensor:
        self.asked.append(len(pictures))
        answer: torch.Tensor = super().forward(pictures)
        return answer


def test_a_cell_that_was_named_is_not_asked_about_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Full cells are one kind, one with its left half inked and one with its right two more."""
    phase1 = Counting()
    reader = NamedCells(phase1, torch.device("cpu"))
    halves = columns(5)
    halves[:8, :4] = True
    halves[8:16, 12:16] = True

    def asked(mask: NDArray[np.bool_]) -> int:
        phase1.asked.clear()
        expected = predict_grids(FullCells(), torch.from_numpy(mask[None]).float(), 16)
        assert np.array_equal(reader.grids(mask[None], 16), expected.numpy())
        return sum(phase1.asked)

    assert [asked(mask) for mask in (columns(0, 5), halves, halves, columns(9))] == [1, 2, 0, 0]
    monkeypatch.setattr(NamedCells, "_MOST", 3)  # it is full: a new cell makes it forget the others
    quarter = columns()
    quarter[:2, :2] = True
    assert [asked(mask) for mask in (halves, quarter, quarter, halves)] == [0, 1, 0, 3]


def test_cells_of_another_size_are_read_too() -> None:
    """Of 16x16 pixels, which do not fit a word."""
    reader = NamedCells(FullCells(), torch.device("cpu"))
    assert reader.grids(columns(2, 3)[None], 8).tolist() == [[[0, 7, 0, 0, 0, 0, 0, 0]] * 8]


def test_only_the_cells_of_these_glyphs_as_often_as_they_occur(tmp_path: Path) -> None:
    """Patterns 0 to 3; the glyphs asked about hold 0 five times, 2 twice, 3 once, and never 1."""
    cells = np.array([[0, 0], [1, 0], [255, 0], [255, 255]], dtype=np.uint8)
    grids = {1: [0, 0, 0, 2], 2: [1, 1, 1, 1], 3: [0, 3, 0, 2]}
    patterns = Patterns(cells, np.array([5, 4, 2, 1]), 2)
    stored = ((n, np.array(grid, dtype=np.uint32)) for n, grid in grids.items())
    write_cells(tmp_path / "cells.lmdb", patterns, stored)
    torch.manual_seed(0)
    network = CellCNN(**ARCHITECTURE).eval()
    save_weights(tmp_path / "phase1", network, {"architecture": ARCHITECTURE})
    asked = Roster(
        glyph_ids=np.array([1, 3]),
        labels=np.array([0, 0]),
        fonts=np.array(["f", "g"]),
        families=np.array(["f", "g"]),
        char_classes=np.array(["isol", "isol"]),
        is_diacritic=np.array([False, False]),
        cues=np.zeros((2, 4), dtype=np.float32),
    )
    of_pattern = np.array([0, 5, 3, 1], dtype=np.uint16)
    read = read_cells(tmp_path / "phase1", tmp_path / "cells.lmdb", asked, of_pattern, fabric())
    assert read.occurrences.tolist() == [5, 2, 1]
    assert read.truth.tolist() == [0, 3, 1]
    np.testing.assert_array_equal(read.bits, as_bits(cells[[0, 2, 3]]))
    with torch.inference_mode():
        expected = predict_cells(network, torch.from_numpy(as_bits(cells[[0, 2, 3]])))
    assert read.predicted.tolist() == expected.tolist()
