"""Errors that belong together: the mistaken glyphs, clustered as phase 2 sees them.

The list of confused pairs is long and thin; glyphs that phase 2 holds for alike, whatever their
labels, show what is systematic: one display family, one lost dot, one form. Ward's method over
directions of the glyph vectors: it has no random start, and gives clusters of even breadth.
"""

from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import pdist, squareform
from sklearn.metrics import silhouette_score

from rasm.report.errors import Errors

CLUSTER_COLUMNS = ("cluster", "glyphs", "confusions", "types", "families", "char_classes")


def cluster_errors(features: NDArray[np.float32], at_most: int) -> list[NDArray[np.int64]]:
    """Rows of each cluster of glyph vectors (N, F), largest cluster first, most central row first.

    How many clusters, from 2 to `at_most`, is chosen by the silhouette (Rousseeuw 1987).
    """
    vectors = features / np.maximum(np.linalg.norm(features, axis=1, keepdims=True), 1e-12)
    best, best_score = np.zeros(len(vectors), dtype=np.int64), -1.0
    if len(vectors) > 2:
        tree, distances = linkage(vectors, "ward"), squareform(pdist(vectors, "cosine"))
        for count in range(2, min(at_most, len(vectors) - 1) + 1):
            numbers = fcluster(tree, count, "maxclust")
            if numbers.max() < 2:  # the vectors are all the same
                continue
            score = float(silhouette_score(distances, numbers, metric="precomputed"))
            if score > best_score:
                best, best_score = numbers, score
    clusters = [np.flatnonzero(best == number) for number in np.unique(best)]
    clusters.sort(key=lambda rows: (-len(rows), int(rows[0])))
    return [rows[_from_centre(vectors[rows])] for rows in clusters]


def describe_clusters(
    errors: Errors, clusters: Sequence[NDArray[np.int64]]
) -> list[dict[str, object]]:
    """For each cluster of glyph rows its size and what is commonest in it, by COLUMNS."""
    roster = errors.questions.roster
    return [
        {
            "cluster": number,
            "glyphs": len(rows),
            "confusions": commonest(map(errors.confusion, rows.tolist()), 3),
            "types": commonest((errors.types[row] for row in rows.tolist()), 3),
            "families": commonest(roster.families[rows].tolist(), 3),
            "char_classes": commonest(roster.char_classes[rows].tolist(), 3),
        }
        for number, rows in enumerate(clusters, start=1)
    ]


def commonest(values: Iterable[str], most: int) -> str:
    """The commonest values with their numbers.

    >>> commonest(["Oi", "Amiri", "Oi"], 2)
    'Oi 2, Amiri 1'
    """
    counts = sorted(Counter(values).items(), key=lambda item: (-item[1], item[0]))
    return ", ".join(f"{value} {count}" for value, count in counts[:most])


def _from_centre(vectors: NDArray[np.float32]) -> NDArray[np.int64]:
    distance = ((vectors - vectors.mean(axis=0)) ** 2).sum(axis=1)
    return np.argsort(distance, kind="stable")
