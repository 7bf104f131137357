"""Whether pictures have drifted from those that a model learnt, or from others that are known good.

Embeddings are compared by a two-sample test (`rasm.metrics.two_sample`). A gallery holds as many
drawings of a rare letter as of a common one, and pictures that come in do not: so each picture is
compared with an exemplar of the class that it is nearest to, and only such pairs are exchanged.
Between two folders everything counts, the mix of letters too, and the measures of
`rasm.trust.image_quality` besides (Kolmogorov and Smirnov), with Holm's correction for asking six
times (1979).
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rasm.metrics.two_sample import TwoSampleTest, mmd_test
from rasm.trust.image_quality import STRICT, ImageQuality, issues_of

FEWEST = 8
"""Pictures that a test needs."""
_MOST = 1000  # pictures a side that are tested; all are ranked
_JUDGED = 2000  # entries of a reference by which it is judged how near its own pictures lie
_COMMON = 0.95  # share of them that counts as usual


@dataclass(frozen=True)
class Known:
    """What pictures are compared with: N embeddings of unit length, and whose they are."""

    name: str
    embeddings: NDArray[np.float32]  # (N, D)
    labels: NDArray[np.str_]  # (N,)
    groups: NDArray[np.str_]  # (N,); of one group are near copies: weights of a font
    qualities: tuple[ImageQuality, ...] = ()
    """Of each, where they were measured: then it is a folder and no gallery."""


@dataclass(frozen=True)
class MeasureShift:
    """One measure of image quality here and in the reference, by medians."""

    measure: str
    median: float
    reference_median: float
    p_value: float


@dataclass(frozen=True)
class ShiftedPicture:
    """A picture, how far it lies from the nearest of the reference, and what is odd about it."""

    picture: str
    distance: float
    nearest: str
    why: tuple[str, ...]


@dataclass(frozen=True)
class Drift:
    """What was found. `drifted`: the lowest of the corrected p-values is not above `alpha`."""

    drifted: bool
    alpha: float
    p_value: float
    """The lowest, corrected."""
    embeddings: TwoSampleTest
    tested: int
    """Pictures in the test of embeddings."""
    median_distance: float
    """From a picture to the nearest of the reference."""
    usual_distance: float
    """Within which nearly all of the reference have another of it, of another font."""
    measures: tuple[MeasureShift, ...]
    most_shifted: tuple[ShiftedPicture, ...]
    """The farthest first."""

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)


def find_drift(
    names: Sequence[str],
    embeddings: NDArray[np.float32],
    qualities: Sequence[ImageQuality],
    known: Known,
    *,
    worst: int,
    permutations: int,
    alpha: float,
    seed: int,
) -> Drift:
    """Compare N pictures, their embeddings (N, D) of unit length and measures, with what is known.

    Raises ValueError where there are fewer than `FEWEST` of either, and as `mmd_test` does.
    """
    for what, count in (("pictures", len(names)), (known.name, len(known.labels))):
        if count < FEWEST:
            raise ValueError(f"{what}: {count} are too few to see drift: {FEWEST} at least")
    random = np.random.default_rng(seed)
    likeness = embeddings @ known.embeddings.T
    nearest = likeness.argmax(axis=1)
    distances = _apart(likeness.max(axis=1))
    usual = _usual_distance(known, random)
    if known.qualities:
        rows, others = (_some(random, len(of)) for of in (names, known.labels))
    else:
        rows, others = _pairs(known.labels[nearest], known.labels, random)
        if len(rows) < FEWEST:
            raise ValueError(
                f"{len(rows)} of the pictures can be paired with exemplars of {known.name}:"
                f" {FEWEST} are needed, so show more letters, or name a folder to compare with"
            )
    tested = mmd_test(
        embeddings[rows],
        known.embeddings[others],
        permutations,
        seed,
        paired=not known.qualities,
    )
    measures = tuple(_measure_shifts(qualities, known.qualities))
    p_value = _lowest([tested.p_value, *(one.p_value for one in measures)])
    shifted = tuple(
        ShiftedPicture(
            names[row],
            float(distances[row]),
            str(known.labels[nearest[row]]),
            tuple(_reasons(float(distances[row]), usual, qualities[row])),
        )
        for row in np.argsort(-distances, kind="stable")[:worst].tolist()
    )
    return Drift(
        drifted=p_value <= alpha,
        alpha=alpha,
        p_value=p_value,
        embeddings=tested,
        tested=len(rows),
        median_distance=float(np.median(distances)),
        usual_distance=usual,
        measures=measures,
        most_shifted=shifted,
    )


def _apart(likeness: NDArray[np.float32]) -> NDArray[np.float32]:
    """Euclidean distances of unit vectors at these cosines."""
    return np.asarray(np.sqrt(np.maximum(0, 2 - 2 * likeness)), dtype=np.float32)


def _some(random: np.random.Generator, count: int) -> NDArray[np.int64]:
    return np.sort(random.permutation(count)[:_MOST])


def _pairs(
    asked: NDArray[np.str_], there: NDArray[np.str_], random: np.random.Generator
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Rows of pictures and of exemplars that share a label, each at most once."""
    rows, others = list[int](), list[int]()
    for label in np.unique(asked):
        own, known = (random.permutation(np.flatnonzero(of == label)) for of in (asked, there))
        count = min(len(own), len(known))
        rows += own[:count].tolist()
        others += known[:count].tolist()
    kept = _some(random, len(rows))
    return np.array(rows, dtype=np.int64)[kept], np.array(others, dtype=np.int64)[kept]


def _usual_distance(known: Known, random: np.random.Generator) -> float:
    chosen = random.permutation(len(known.labels))[:_JUDGED]
    likeness = known.embeddings[chosen] @ known.embeddings.T
    likeness[known.groups[chosen][:, None] == known.groups] = -1
    return float(np.quantile(_apart(likeness.max(axis=1)), _COMMON))


def _measure_shifts(
    ours: Sequence[ImageQuality], theirs: Sequence[ImageQuality]
) -> "list[MeasureShift]":
    if not theirs:
        return []
    from scipy.stats import ks_2samp  # half a second that only some wait for

    found = []
    for measure in ImageQuality.__dataclass_fields__:
        here, there = ([float(getattr(one, measure)) for one in of] for of in (ours, theirs))
        p_value = float(ks_2samp(here, there).pvalue)
        found.append(
            MeasureShift(measure, float(np.median(here)), float(np.median(there)), p_value)
        )
    return found


def _lowest(p_values: Sequence[float]) -> float:
    """The lowest of several p-values as Holm corrects it."""
    return min(1.0, len(p_values) * min(p_values))


def _reasons(distance: float, usual: float, quality: ImageQuality) -> list[str]:
    reasons: list[str] = list(issues_of(quality, STRICT))
    if distance > usual:
        reasons.append(f"far from all: {usual:.2f} is usual")
    return reasons
