"""Mean directions on the unit circle."""

import numpy as np
import pytest

from rasm.retrieval.prototypes import class_prototypes
from tests.retrieval.circle import at


def test_prototype_is_the_mean_direction() -> None:
    """b: 0 and 90 degrees, mean 45; a: 200 degrees alone."""
    found = class_prototypes(at(0, 200, 90), np.array(["b", "a", "b"]))
    assert found.labels.tolist() == ["a", "b"]
    np.testing.assert_allclose(found.vectors, at(200, 45), atol=1e-6)
    assert found.vectors.dtype == np.float32


def test_nearest_exemplar_is_of_the_class_and_the_first_of_equals() -> None:
    """b: 0, 30, 40 degrees, mean direction 23.6, nearest 30; c: two alike, and one just in between
    from another class."""
    embeddings = at(0, 100, 30, 100, 40, 23)
    labels = np.array(["b", "c", "b", "c", "b", "a"])
    assert class_prototypes(embeddings, labels).nearest.tolist() == [5, 2, 1]


def test_embeddings_that_cancel_out_are_named() -> None:
    with pytest.raises(ValueError, match="class sad: "):
        class_prototypes(at(10, 0, 180), np.array(["beh", "sad", "sad"]))
