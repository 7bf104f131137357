"""Labels that count as one: the probability that it is any of them."""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array


def pooled(probabilities: NDArray[np.float64], group_of: NDArray[np.int64]) -> NDArray[np.float64]:
    """P(group) (N, G) from P(label) (N, L): the sum over the labels of each group (L,).

    >>> pooled(np.array([[0.5, 0.25, 0.25]]), np.array([1, 0, 1])).tolist()
    [[0.25, 0.75]]
    """
    labels = np.arange(len(group_of))
    return np.asarray(probabilities @ csr_array((np.ones(len(labels)), (labels, group_of))))
