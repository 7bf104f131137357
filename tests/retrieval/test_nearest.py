"""Neighbours on the unit circle, by hand and by comparison with a full sort."""

import numpy as np

from rasm.retrieval.nearest import nearest
from tests.retrieval.circle import at


def test_nearest_first_with_their_distances() -> None:
    distances, numbers = nearest(at(0, 150), at(180, 90, 60), 2)
    assert numbers.tolist() == [[2, 1], [0, 1]]
    np.testing.assert_allclose(distances, [[1, 2**0.5], [2 * np.sin(np.radians(15)), 1]], atol=1e-6)
    assert distances.dtype == np.float32 and numbers.dtype == np.int64


def test_equal_distances_go_by_number() -> None:
    assert nearest(at(0), at(90, 0, 0, 0), 4)[1].tolist() == [[1, 2, 3, 0]]


def test_a_small_gallery_is_shown_whole() -> None:
    assert nearest(at(0, 10, 20), at(5, 6), 10)[1].shape == (3, 2)


def test_many_queries_agree_with_sorting_everything() -> None:
    generator = np.random.default_rng(0)
    points = generator.normal(size=(900, 5)).astype(np.float32)
    points /= np.linalg.norm(points, axis=1, keepdims=True)
    queries, gallery = points[:600], points[600:]
    apart = np.linalg.norm(queries[:, None] - gallery, axis=2)
    distances, numbers = nearest(queries, gallery, 7)
    np.testing.assert_array_equal(numbers, np.argsort(apart, axis=1)[:, :7])
    np.testing.assert_allclose(distances, np.sort(apart, axis=1)[:, :7], atol=1e-4)
