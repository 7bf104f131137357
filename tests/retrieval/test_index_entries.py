"""Entries of pictures and of prototypes, in the order of their vectors."""

import numpy as np

from rasm.corpora.corpus import CorpusItem
from rasm.retrieval.index import FlatParams, HnswParams, build_index
from rasm.retrieval.index_folder import Entry
from rasm.retrieval.prototypes import as_embedded, exemplars, with_prototypes
from tests.retrieval.circle import at

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


FLAT = FlatParams(kind="flat", metric="l2")
GRAPH = HnswParams(kind="hnsw", metric="l2", links=4, build_breadth=8, search_breadth=8)


def test_an_exact_index_gives_its_pictures_back_without_prototypes() -> None:
    vectors, entries = with_prototypes(at(0, 200, 30, 90), exemplars(ITEMS))
    found = as_embedded(build_index(vectors, FLAT, 1), entries)
    assert found
    assert (found.embeddings == at(0, 200, 30, 90)).all()
    assert found.labels.tolist() == ["b", "a", "b", "b"]
    assert found.groups.tolist() == ["Amiri", "Cairo", "Cairo", "Oi"]


def test_another_index_gives_none() -> None:
    assert as_embedded(build_index(at(0, 90), GRAPH, 1), exemplars(ITEMS[:2])) is None
