"""Families of validation, each of which counts alike, and each left out in turn.

What is fitted is to hold for families that nobody has seen. A family with half of the glyphs must
not speak for the others, and a choice is good if it was good for families that it was not made on.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray


def family_weights(families: NDArray[np.str_]) -> NDArray[np.float64]:
    """Weights (N,) that sum to 1, of which each family has as much as any other.

    >>> family_weights(np.array(["a", "a", "b"])).tolist()
    [0.25, 0.25, 0.5]
    """
    names, which, sizes = np.unique(families, return_inverse=True, return_counts=True)
    return np.asarray(1 / (len(names) * sizes[which]), dtype=np.float64)


def without_each(families: NDArray[np.str_]) -> Iterator[NDArray[np.bool_]]:
    """The rows (N,) of each family in turn, to be judged by what is fitted on the others.

    One family alone is judged by itself: there are no others.
    """
    for name in np.unique(families):
        yield families == name
