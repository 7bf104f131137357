"""Mean directions on the unit circle, and the entries of an index in the order of their vectors."""

import numpy as np
import pytest

from rasm.corpora.corpus import CorpusItem
from rasm.retrieval.index import build_index
from rasm.retrieval.index_folder import Entry
from rasm.retrieval.prototypes import as_embedded, class_prototypes, exemplars, with_prototypes
from tests.retrieval.circle import at
from tests.retrieval.test_index import params


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


ITEMS = [
    CorpusItem(3, "b", "Amiri", "train", "Amiri-Bold", (0x628,)),
    CorpusItem(5, "a", "Cairo", "train", "Cairo-Regular", (0x627,)),
    CorpusItem(6, "b", "Cairo", "train", "Cairo-Regular", (0x628,)),
    CorpusItem(9, "b", "Oi", "train", "Oi-Regular", (0x628,)),
]


def test_an_exemplar_a_picture() -> None:
    entries = exemplars(ITEMS)
    assert entries[0] == Entry("b", "Amiri-Bold", "Amiri", (0x628,), 3, "exemplar")
    assert [entry.picture for entry in entries] == [3, 5, 6, 9]


def test_prototypes_follow_with_the_nearest_exemplar_to_show() -> None:
    """b: 0, 30 and 90 degrees, mean direction 38.8, nearest 30; a: 200 alone."""
    vectors, entries = with_prototypes(at(0, 200, 30, 90), exemplars(ITEMS))
    turn = np.degrees(np.arctan2(0.5 + 1, 1 + 3**0.5 / 2))
    np.testing.assert_allclose(vectors, at(0, 200, 30, 90, 200, turn), atol=1e-6)
    assert vectors.dtype == np.float32
    assert entries[:4] == exemplars(ITEMS)
    assert entries[4:] == [
        Entry("a", "Cairo-Regular", "Cairo", (0x627,), 5, "prototype"),
        Entry("b", "Cairo-Regular", "Cairo", (0x628,), 6, "prototype"),
    ]


def test_an_exact_index_gives_its_pictures_back_without_prototypes() -> None:
    vectors, entries = with_prototypes(at(0, 200, 30, 90), exemplars(ITEMS))
    found = as_embedded(build_index(vectors, params("flat"), 1), entries, 2)
    assert found
    assert (found.embeddings == at(0, 200, 30, 90)).all()
    assert found.labels.tolist() == ["b", "a", "b", "b"]
    assert found.groups.tolist() == ["Amiri", "Cairo", "Cairo", "Oi"]


def test_an_index_that_keeps_less_gives_none() -> None:
    assert as_embedded(build_index(at(0, 90), params("flat"), 1), exemplars(ITEMS[:2]), 3) is None
    assert as_embedded(build_index(at(0, 90), params("hnsw"), 1), exemplars(ITEMS[:2]), 2) is None
