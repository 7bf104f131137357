"""Nearest neighbours of embeddings by Faiss: exact, unless the gallery is too large for that.

Embeddings have unit length, so the squared Euclidean distance is 2 - 2 cos: metric `l2` and `ip`
rank alike, and both answer in Euclidean distance. HNSW (Malkov and Yashunin 2018) walks a graph of
neighbours; IVF-PQ (Jegou et al. 2011) visits a few cells of a partition and keeps each vector in
some bytes; int8 keeps a byte of each number. They may miss neighbours: `recall_against_exact` says
how many.

What Faiss computes rounds in 32 bits: equal vectors may lie up to about 1e-3 apart.
"""

# Both bring an OpenMP of their own. Where these clash (macOS), torch must be loaded first.
import torch  # noqa: F401  # isort: skip
from typing import Annotated, Literal

import faiss
import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, Field
from threadpoolctl import threadpool_limits

Metric = Literal["l2", "ip"]
Hits = tuple[NDArray[np.float32], NDArray[np.int64]]  # distances, entry numbers, both (N, K)

_METRICS = {"l2": faiss.METRIC_L2, "ip": faiss.METRIC_INNER_PRODUCT}
_CHUNK = 256  # queries whose neighbours' vectors are held at once
_MOST_ON_GPU = 2048  # neighbours that Faiss finds there


class FlatParams(BaseModel, frozen=True, extra="forbid"):
    """Every vector is compared."""

    kind: Literal["flat"]
    metric: Metric


class HnswParams(BaseModel, frozen=True, extra="forbid"):
    """The graph: links a vector, and how many candidates are kept while adding and searching."""

    kind: Literal["hnsw"]
    metric: Metric
    links: int
    build_breadth: int
    search_breadth: int


class IvfPqParams(BaseModel, frozen=True, extra="forbid"):
    """The partition's cells and how many a search visits; a vector is `parts` codes of `bits`."""

    kind: Literal["ivf_pq"]
    metric: Metric
    cells: int
    probes: int
    parts: int
    bits: int


class Int8Params(BaseModel, frozen=True, extra="forbid"):
    """Every vector is compared, kept in a byte a number: a quarter of the size."""

    kind: Literal["int8"]
    metric: Metric


IndexParams = Annotated[
    FlatParams | Int8Params | HnswParams | IvfPqParams, Field(discriminator="kind")
]


def build_index(embeddings: NDArray[np.float32], params: IndexParams, seed: int) -> faiss.Index:
    """Index of (N, D) unit-length embeddings; entry numbers are row numbers.

    The same input gives the same bytes: training draws from `seed`, HNSW from a seed of Faiss's
    own, and one thread adds, because the graph depends on the order. Raises ValueError for
    embeddings that are not of unit length, and for parameters that do not fit them.
    """
    count, dimension = embeddings.shape
    lengths = np.linalg.norm(embeddings, axis=1)
    if not (np.abs(lengths - 1) < 1e-3).all():
        raise ValueError(f"embeddings must have unit length; row {_worst(lengths)} has not")
    if isinstance(params, IvfPqParams):
        _check(params, count, dimension)
    index = _empty(dimension, params)
    if isinstance(index, faiss.IndexIVFPQ):
        for clustering in (index.cp, index.pq.cp):
            clustering.seed = seed
            # No subsampling, and no words about few vectors: `_check` is strict where it matters.
            clustering.min_points_per_centroid, clustering.max_points_per_centroid = 1, 1 << 30
    vectors = np.ascontiguousarray(embeddings, dtype=np.float32)
    with threadpool_limits(1):
        index.train(vectors)
        index.add(vectors)
    return index


def _empty(dimension: int, params: IndexParams) -> faiss.Index:
    metric = _METRICS[params.metric]
    if isinstance(params, HnswParams):
        graph = faiss.IndexHNSWFlat(dimension, params.links, metric)
        graph.hnsw.efConstruction = params.build_breadth
        graph.hnsw.efSearch = params.search_breadth
        return graph
    if isinstance(params, Int8Params):
        return faiss.IndexScalarQuantizer(dimension, faiss.ScalarQuantizer.QT_8bit, metric)
    flat = faiss.IndexFlatL2(dimension) if params.metric == "l2" else faiss.IndexFlatIP(dimension)
    if isinstance(params, FlatParams):
        return flat
    cells = faiss.IndexIVFPQ(flat, dimension, params.cells, params.parts, params.bits, metric)
    cells.nprobe = params.probes
    return cells


def _check(wanted: IvfPqParams, count: int, dimension: int) -> None:
    if dimension % wanted.parts:
        raise ValueError(f"ivf_pq.parts: {wanted.parts} does not divide {dimension} dimensions")
    if count < max(wanted.cells, 2**wanted.bits):
        raise ValueError(
            f"{count} embeddings are too few for ivf_pq.cells {wanted.cells} and 2 **"
            f" ivf_pq.bits {wanted.bits}: lower them or take kind flat"
        )


def _worst(lengths: NDArray[np.float32]) -> int:
    return int(np.argmax(np.nan_to_num(np.abs(lengths - 1), nan=np.inf)))


def _runs_on_gpu(index: faiss.Index) -> bool:
    """Whether Faiss has a version for GPUs: not of HNSW, nor of codes of other than 8 bits."""
    if isinstance(index, faiss.IndexIVFPQ):
        return bool(index.pq.nbits == 8)
    return isinstance(index, faiss.IndexFlat)


class Searcher:
    """Searches an index, on all GPUs if Faiss sees any and has a version of it for them."""

    def __init__(self, index: faiss.Index) -> None:
        self._index = self._on_gpu = index
        if faiss.get_num_gpus() > 0 and _runs_on_gpu(index):
            self._on_gpu = faiss.index_cpu_to_all_gpus(index)

    def search(self, embeddings: NDArray[np.float32], top: int) -> Hits:
        """Euclidean distances and entry numbers of the nearest, (N, min(top, entries)) each.

        Nearest first, equal distances by entry number. What an approximate index fails to find has
        distance infinity and number -1.
        """
        queries = np.ascontiguousarray(embeddings, dtype=np.float32)
        most = min(top, self._index.ntotal)
        searched = self._on_gpu if most <= _MOST_ON_GPU else self._index
        raw, numbers = searched.search(queries, most)
        inner = self._index.metric_type == faiss.METRIC_INNER_PRODUCT
        raw[numbers < 0] = 0  # Faiss puts the largest number there
        distances = np.sqrt(np.maximum(2 - 2 * raw if inner else raw, 0))
        distances[numbers < 0] = np.inf
        order = np.lexsort((numbers, distances))
        return np.take_along_axis(distances, order, 1), np.take_along_axis(numbers, order, 1)


def recall_against_exact(
    numbers: NDArray[np.int64], gallery: NDArray[np.float32], queries: NDArray[np.float32]
) -> float:
    """Share of the K nearest that an approximate search found, in [0, 1].

    `numbers` (N, K) are its answers to `queries` (N, D) over `gallery` (G, D). One counts as found
    when it is no farther than the K-th nearest: fonts share drawings, so equal distances are many,
    and which of them is named does not matter.
    """
    found = 0
    for start in range(0, len(queries), _CHUNK):
        rows = slice(start, start + _CHUNK)
        distances = np.maximum(2 - 2 * queries[rows] @ gallery.T, 0)  # (n, G)
        farthest = np.partition(distances, numbers.shape[1] - 1, axis=1)[:, numbers.shape[1] - 1]
        answered = np.take_along_axis(distances, np.maximum(numbers[rows], 0), 1)
        near = answered <= farthest[:, None] + 1e-6
        found += int((near & (numbers[rows] >= 0)).sum())
    return found / numbers.size
