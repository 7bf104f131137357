"""Neighbours on the unit circle, exact and approximate."""

from typing import Any

import faiss
import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from pydantic import TypeAdapter

from rasm.retrieval.index import (
    IndexParams,
    Searcher,
    build_index,
    recall_against_exact,
)
from tests.retrieval.circle import at

ROUND = at(*range(0, 360, 3))


def params(kind: str = "flat", metric: str = "l2", probes: int = 8) -> IndexParams:
    of_kind = {
        "flat": {},
        "int8": {},
        "hnsw": {"links": 8, "build_breadth": 40, "search_breadth": 40},
        "ivf_pq": {"cells": 8, "probes": probes, "parts": 2, "bits": 4},
    }
    said = {"kind": kind, "metric": metric, **of_kind[kind]}
    made: IndexParams = TypeAdapter(IndexParams).validate_python(said)
    return made


@pytest.mark.parametrize("kind", ["flat", "hnsw"])
@pytest.mark.parametrize("metric", ["l2", "ip"])
def test_distances_are_euclidean_and_nearest_comes_first(kind: str, metric: str) -> None:
    searcher = Searcher(build_index(at(180, 90, 60, 0), params(kind, metric), 0))
    distances, numbers = searcher.search(at(0, 180), 3)
    assert numbers.tolist() == [[3, 2, 1], [0, 1, 2]]
    expected = [[0, 1, 2**0.5], [0, 2**0.5, 3**0.5]]
    np.testing.assert_allclose(distances, expected, atol=1e-3)
    assert distances.dtype == np.float32 and numbers.dtype == np.int64


def test_equal_distances_go_by_number() -> None:
    searcher = Searcher(build_index(at(60, -60, 0, 0), params(), 0))
    assert searcher.search(at(0), 4)[1].tolist() == [[2, 3, 0, 1]]


def test_no_more_answers_than_entries() -> None:
    distances, numbers = Searcher(build_index(at(0, 90), params(), 0)).search(at(0), 20)
    assert distances.shape == numbers.shape == (1, 2)


def test_what_is_not_found_is_marked() -> None:
    """One of eight cells visited holds no 120 neighbours."""
    searcher = Searcher(build_index(ROUND, params("ivf_pq", probes=1), 0))
    distances, numbers = searcher.search(at(0), 120)
    missed = numbers == -1
    assert 0 < missed.sum() < 120
    assert np.isinf(distances[missed]).all() and np.isfinite(distances[~missed]).all()
    assert (np.diff(missed.astype(int)) >= 0).all(), "what was not found comes last"


@pytest.mark.parametrize("metric", ["l2", "ip"])
def test_approximate_search_finds_most_and_more_cells_find_more(metric: str) -> None:
    recalls = []
    for probes in (1, 8):
        searcher = Searcher(build_index(ROUND, params("ivf_pq", metric, probes), 0))
        numbers = searcher.search(ROUND, 20)[1]
        recalls.append(recall_against_exact(numbers, ROUND, ROUND))
    assert recalls[0] < recalls[1]
    assert recalls[1] > 0.8


def test_a_byte_a_number_tells_neighbours_of_three_degrees_apart() -> None:
    exact, small = (build_index(ROUND, params(kind), 0) for kind in ("flat", "int8"))
    asked = at(*(1 + np.arange(0, 360, 3)))
    assert (Searcher(small).search(asked, 1)[1] == Searcher(exact).search(asked, 1)[1]).all()
    assert small.code_size * 4 == exact.code_size


@pytest.mark.parametrize("kind", ["flat", "int8", "hnsw", "ivf_pq"])
def test_same_input_same_bytes(kind: str) -> None:
    first, second = (
        faiss.serialize_index(build_index(ROUND, params(kind), 7)).tobytes() for _ in range(2)
    )
    assert first == second


def test_training_follows_the_seed() -> None:
    first, second = (
        faiss.serialize_index(build_index(ROUND, params("ivf_pq"), seed)).tobytes()
        for seed in (1, 2)
    )
    assert first != second


def test_threads_are_as_before_and_torch_works_beside_faiss(two_threads: None) -> None:
    before = faiss.omp_get_max_threads(), torch.get_num_threads()
    searcher = Searcher(build_index(ROUND, params("hnsw"), 0))
    for _ in range(3):
        assert torch.ones(40_000).sum().item() == 40_000
        assert searcher.search(ROUND, 1)[1].ravel().tolist() == list(range(120))
    assert (faiss.omp_get_max_threads(), torch.get_num_threads()) == before


@pytest.mark.parametrize("row", [[2.0, 0.0], [np.nan, 0.0]])
def test_embeddings_must_have_unit_length(row: list[float]) -> None:
    embeddings = at(0, 90, 180)
    embeddings[1] = row
    with pytest.raises(ValueError, match="row 1 "):
        build_index(embeddings, params(), 0)


def test_parameters_that_do_not_fit_are_named() -> None:
    with pytest.raises(ValueError, match="15 embeddings.*ivf_pq.bits 4"):
        build_index(ROUND[:15], params("ivf_pq"), 0)
    three = np.eye(3, dtype=np.float32)
    with pytest.raises(ValueError, match="ivf_pq.parts: 2 does not divide 3"):
        build_index(three, params("ivf_pq"), 0)


def test_recall_counts_what_is_as_near_as_the_kth() -> None:
    """Of 0: itself, then 60 and -60 alike, then 180; a gap (-1) is a miss."""
    gallery = at(0, 60, -60, 180)
    for found, expected in (([0, 1], 1.0), ([0, 2], 1.0), ([0, 3], 0.5), ([0, -1], 0.5)):
        assert recall_against_exact(np.array([found]), gallery, at(0)) == expected


class OnGpu:
    """What Faiss makes of an index for GPUs, as far as a machine without one can tell."""

    def __init__(self, index: faiss.Index) -> None:
        self.index = index

    def search(self, queries: NDArray[np.float32], most: int) -> Any:
        assert most <= 2048, "Faiss finds no more on a GPU"
        raw, numbers = self.index.search(queries, most)
        return raw, np.flip(numbers, axis=0)


@pytest.mark.parametrize(
    ("kind", "top", "on_gpu"),
    [
        ("flat", 1, True),
        ("flat", 2049, False),
        ("int8", 1, False),
        ("hnsw", 1, False),
        ("ivf_pq", 1, False),
    ],
)
def test_what_faiss_cannot_do_on_a_gpu_the_processor_does(
    kind: str, top: int, on_gpu: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Codes of 4 bits are among it. The stand-in gives each query the answers of another."""
    index = build_index(at(*np.linspace(0, 359, 2049)), params(kind), 0)
    here = Searcher(index).search(at(0, 180), top)[1]
    monkeypatch.setattr(faiss, "get_num_gpus", lambda: 1)
    monkeypatch.setattr(faiss, "index_cpu_to_all_gpus", OnGpu, raising=False)
    there = Searcher(index).search(at(0, 180), top)[1]
    assert (here[0] != there[0]).any() == on_gpu


@pytest.mark.skipif(faiss.get_num_gpus() == 0, reason="Faiss sees no GPU here")
@pytest.mark.parametrize("kind", ["flat", "ivf_pq"])
@pytest.mark.parametrize("metric", ["l2", "ip"])
def test_a_gpu_finds_what_the_processor_finds(kind: str, metric: str) -> None:
    gallery = np.random.default_rng(0).standard_normal((3000, 64)).astype(np.float32)
    gallery /= np.linalg.norm(gallery, axis=1, keepdims=True)
    numbers = {"cells": 8, "probes": 8, "parts": 16, "bits": 8} if kind == "ivf_pq" else {}
    made = TypeAdapter(IndexParams).validate_python({"kind": kind, "metric": metric, **numbers})
    index = build_index(gallery, made, 0)
    found = Searcher(index).search(gallery[:100], 10)
    assert isinstance(found[0], np.ndarray)
    raw, expected = index.search(gallery[:100], 10)
    assert (found[1] == expected).mean() > 0.95  # near ties may fall otherwise
