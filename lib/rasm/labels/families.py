"""Font families that are one drawing in truth.

Cairo Play is Cairo with colour, Aref Ruqaa Ink is Aref Ruqaa with texture: split apart, one would
be trained on and the other reported as unseen. Two families that share more than a few percent of
identical pictures are therefore one group, and a group is never divided between splits.
"""

from collections import defaultdict
from collections.abc import Iterable
from itertools import combinations

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components


def shared_fractions(pictures: Iterable[tuple[str, bytes]]) -> dict[tuple[str, str], float]:
    """Fraction of the smaller family's distinct pictures that the other has too, by family pair.

    Takes (family, picture bytes); pairs that share nothing are left out.
    """
    owners: dict[bytes, set[str]] = defaultdict(set)
    for family, picture in pictures:
        owners[picture].add(family)
    sizes: dict[str, int] = defaultdict(int)
    shared: dict[tuple[str, str], int] = defaultdict(int)
    for families in owners.values():
        for family in families:
            sizes[family] += 1
        for pair in combinations(sorted(families), 2):
            shared[pair] += 1
    return {(a, b): n / min(sizes[a], sizes[b]) for (a, b), n in sorted(shared.items())}


def group_families(
    families: Iterable[str], fractions: dict[tuple[str, str], float], max_shared: float
) -> dict[str, str]:
    """Group name of each family: the first member's, by name. Sharing chains are one group."""
    names = sorted(set(families))
    index = {name: i for i, name in enumerate(names)}
    edges = [(index[a], index[b]) for (a, b), share in fractions.items() if share > max_shared]
    rows, columns = zip(*edges, strict=True) if edges else ((), ())
    graph = coo_array((np.ones(len(edges)), (rows, columns)), shape=(len(names), len(names)))
    _, component = connected_components(graph, directed=False)
    first: dict[int, str] = {}
    for name, number in zip(names, component, strict=True):
        first.setdefault(int(number), name)
    return {name: first[int(number)] for name, number in zip(names, component, strict=True)}
