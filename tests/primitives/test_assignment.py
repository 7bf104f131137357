"""Cells to primitives, against a search that compares every pair."""

import numpy as np

from rasm.primitives.assignment import as_bits, nearest_primitives
from rasm.raster.packing import pack


def test_as_bits_is_pixels_in_order() -> None:
    mask = np.zeros((1, 8, 8), dtype=bool)
    mask[0, 0, 1] = mask[0, 7, 7] = True
    bits = as_bits(pack(mask))
    assert bits.dtype == np.float32
    assert np.flatnonzero(bits[0]).tolist() == [1, 63]


def test_nearest_is_what_brute_force_finds() -> None:
    generator = np.random.default_rng(0)
    bits = (generator.random((700, 64)) < generator.random((700, 1))).astype(np.float32)
    bits[::50] = 0
    centroids = generator.random((37, 64)).astype(np.float32)
    found = nearest_primitives(bits, centroids, chunk=64)
    assert found.dtype == np.uint16
    for cell, primitive in zip(bits.astype(np.float64), found.tolist(), strict=True):
        distances = [((cell - centroid) ** 2).sum() for centroid in centroids.astype(np.float64)]
        assert primitive == (0 if not cell.any() else 1 + int(np.argmin(distances)))


def test_only_the_empty_cell_is_primitive_0() -> None:
    """A centroid of nearly nothing is the nearest to one pixel, yet that cell is inked."""
    centroids = np.array([[0.01] * 64, [1.0] * 64], dtype=np.float32)
    bits = np.zeros((2, 64), dtype=np.float32)
    bits[1, 0] = 1
    assert nearest_primitives(bits, centroids).tolist() == [0, 1]


def test_batching_changes_no_answer() -> None:
    """Cells midway between centroids: rounding must not depend on the batch."""
    generator = np.random.default_rng(1)
    bits = (generator.random((501, 64)) < 0.5).astype(np.float32)
    centroids = np.concatenate([bits[:40], 1 - bits[:40]])
    whole = nearest_primitives(bits, centroids)
    for chunk in (1, 7, 500):
        np.testing.assert_array_equal(nearest_primitives(bits, centroids, chunk), whole)
