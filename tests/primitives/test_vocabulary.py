"""Weighted k-means on clusters made by hand."""

import hashlib

import numpy as np
import pytest
from numpy.typing import NDArray

from rasm.primitives.vocabulary import centroid_sha1, cluster

# Four pixels; three clusters far apart: around 1100, 0011 and 1001.
BITS = np.array(
    [[1, 1, 0, 0], [1, 1, 0.5, 0], [0, 0, 1, 1], [0, 0, 1, 0.5], [1, 0, 0, 1]], dtype=np.float32
)
WEIGHTS = np.array([6.0, 2.0, 30.0, 10.0, 20.0])


def test_centroids_are_weighted_means_and_the_most_used_comes_first() -> None:
    found = cluster(BITS, WEIGHTS, 3, iterations=20, seed=0)
    assert found.centroids.dtype == np.float32
    np.testing.assert_allclose(
        found.centroids, [[0, 0, 1, 0.875], [1, 0, 0, 1], [1, 1, 0.125, 0]], atol=1e-6
    )
    np.testing.assert_allclose(found.weights, [40, 20, 8])


def test_inertia_is_the_mean_over_cells() -> None:
    """30 cells at 1/8 and 10 at 3/8 from their centroid, 6 at 1/8 and 2 at 3/8, 20 at 0."""
    found = cluster(BITS, WEIGHTS, 3, iterations=20, seed=0)
    expected = (36 * 0.125**2 + 12 * 0.375**2) / 68
    assert found.inertia == pytest.approx(expected, abs=1e-6)


def test_weight_is_as_good_as_repetition() -> None:
    repeated = BITS.repeat(WEIGHTS.astype(int), axis=0)
    once = cluster(repeated, np.ones(len(repeated)), 3, iterations=20, seed=0)
    np.testing.assert_allclose(
        once.centroids, cluster(BITS, WEIGHTS, 3, iterations=20, seed=0).centroids, atol=1e-6
    )


def random_cells() -> tuple[NDArray[np.float32], NDArray[np.float64]]:
    generator = np.random.default_rng(0)
    bits = (generator.random((3000, 64)) < generator.random((3000, 1))).astype(np.float32)
    return bits, generator.integers(1, 500, 3000).astype(np.float64)


def test_twice_the_same_bytes() -> None:
    bits, weights = random_cells()
    one, two = (cluster(bits, weights, 50, iterations=10, seed=42) for _ in range(2))
    assert one.centroids.tobytes() == two.centroids.tobytes()
    assert centroid_sha1(one.centroids) == centroid_sha1(two.centroids)
    other = cluster(bits, weights, 50, iterations=10, seed=43)
    assert centroid_sha1(other.centroids) != centroid_sha1(one.centroids)


def test_every_cell_is_counted_and_order_is_by_use() -> None:
    bits, weights = random_cells()
    found = cluster(bits, weights, 50, iterations=10, seed=42)
    assert found.weights.sum() == weights.sum()
    assert (np.diff(found.weights) <= 0).all()
    assert found.centroids.min() > -1e-6
    assert found.centroids.max() < 1 + 1e-6


def test_too_few_patterns_are_refused() -> None:
    with pytest.raises(ValueError, match="5 distinct cells cannot make 6 primitives: lower"):
        cluster(BITS, WEIGHTS, 6, iterations=5, seed=0)


def test_fingerprint_is_the_sha1_of_little_endian_float32() -> None:
    centroids = np.array([[0.0, 1.0]], dtype=np.float32)
    expected = hashlib.sha1(bytes.fromhex("00000000 0000803f")).hexdigest()
    assert centroid_sha1(centroids) == expected
    assert centroid_sha1(centroids.astype(">f4")) == expected
