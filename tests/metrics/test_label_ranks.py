"""The place of a label in a list of labels."""

import numpy as np

from rasm.metrics.retrieval import label_ranks


def test_labels_rank_by_their_nearest_entry() -> None:
    """b .1, a .2, c .3; for the second query a and c tie, and the third is about no label."""
    labels = np.array(["a", "b", "a", "c", "c"])
    distances = np.array(
        [[0.9, 0.1, 0.2, 0.5, 0.3], [0.2, 0.1, 0.4, 0.2, 0.5], [0.1] * 5], dtype=np.float32
    )
    assert label_ranks(distances, labels, np.array(["c", "a", "z"])).tolist() == [2, 2, 3]
    assert label_ranks(distances, labels, np.array(["b", "b", "0"])).tolist() == [0, 0, 3]
