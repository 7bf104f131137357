"""How far a score would move had other fonts been asked: intervals by the bootstrap.

Glyphs of one font family are right or wrong together, so groups are drawn first, with replacement,
and then the members of each (Davison and Hinkley 1997, Bootstrap Methods and their Application,
section 3.8). An interval is the middle part of what the score comes to (percentile method). With
few groups it is rough, and rather too narrow than too wide.
"""

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, Field


class IntervalParams(BaseModel, frozen=True, extra="forbid"):
    """`resamples` are drawn; an interval holds the share `level` of them."""

    resamples: int = Field(ge=1)
    level: float = Field(gt=0, lt=1)


def with_interval(
    name: str,
    values: NDArray[np.generic],
    groups: NDArray[np.str_],
    params: IntervalParams,
    seed: int,
    *,
    groups_alike: bool = False,
) -> dict[str, float]:
    """The mean of `values` (N,) as `name`, and the ends of its interval as `name`_low and _high.

    `groups` (N,) name the group of each value. With `groups_alike` the mean is that over the means
    of groups.
    """
    names, codes, sizes = np.unique(groups, return_inverse=True, return_counts=True)
    ordered = np.split(values.astype(np.float64)[np.argsort(codes, kind="stable")], sizes.cumsum())
    generator = np.random.default_rng(seed)
    drawn = generator.integers(len(names), size=(params.resamples, len(names)))
    sums = np.zeros(drawn.shape)
    for group, members in enumerate(ordered[:-1]):
        here = drawn == group
        picked = generator.integers(len(members), size=(int(here.sum()), len(members)))
        sums[here] = members[picked].sum(axis=1)
    weights = sizes[drawn]
    if groups_alike:
        sums, weights = sums / weights, np.ones_like(weights)
        mean = float(np.mean([members.mean() for members in ordered[:-1]]))
    else:
        mean = float(values.mean())
    resampled = sums.sum(axis=1) / weights.sum(axis=1)
    outside = (1 - params.level) / 2
    low, high = np.quantile(resampled, [outside, 1 - outside]).tolist()
    return {name: mean, f"{name}_low": low, f"{name}_high": high}
