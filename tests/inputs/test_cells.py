"""Pictures cut into cells, in the order of the stored formats."""

import numpy as np
import torch

from rasm.inputs.cells import as_pictures, cut
from rasm.primitives.assignment import as_bits
from rasm.raster.cells import slice_cells
from rasm.raster.packing import unpack
from rasm.raster.tensors import unpack_bits
from tests.training.tajawal import tajawal


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
