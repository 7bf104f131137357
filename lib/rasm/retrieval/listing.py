"""Answers as lists of labels, each there once: where does the right one stand?"""

import numpy as np
from numpy.typing import NDArray


def label_ranks(
    distances: NDArray[np.float32], labels: NDArray[np.str_], truth: NDArray[np.str_]
) -> NDArray[np.int64]:
    """How many labels are nearer than the right one, (N,): its place in a list of labels, from 0.

    `distances` (N, G) to gallery entries with `labels` (G,), for queries whose label is `truth`
    (N,). A label is as near as its nearest entry; one that ties with the right one counts as
    nearer. To a label that the gallery lacks all others are nearer.
    """
    names, codes = np.unique(labels, return_inverse=True)
    order = np.argsort(codes, kind="stable")
    starts = np.searchsorted(codes[order], np.arange(len(names)))
    least = np.minimum.reduceat(distances[:, order], starts, axis=1)
    place = np.minimum(np.searchsorted(names, truth), len(names) - 1)
    nearer = (least <= least[np.arange(len(truth)), place][:, None]).sum(axis=1) - 1
    return np.where(names[place] == truth, nearer, len(names))
