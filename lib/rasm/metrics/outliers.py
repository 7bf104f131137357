"""Known glyphs and unknown ones: how well a score tells them apart."""

from collections.abc import Mapping, Sequence
from typing import TypedDict

import numpy as np
from numpy.typing import NDArray

from rasm.trust.conformal import weighted_threshold
from rasm.trust.families import family_weights
from rasm.trust.outliers import DETECTORS, Detector, Familiar, OutlierRule, Seen

PASSED = 0.95  # of the known, where false acceptance of unknowns is read


class DetectorRow(TypedDict):
    """A line of the table of detectors."""

    detector: Detector
    unknown: str
    pictures: int
    auroc: float
    fpr95: float


def roc_auc(
    known: NDArray[np.float64], unknown: NDArray[np.float64], families: NDArray[np.str_]
) -> float:
    """Probability that an unknown scores above a known one, ties half; families (N,) alike.

    >>> roc_auc(np.array([0.1, 0.3]), np.array([0.2, 0.4]), np.array(["a", "a"]))
    0.75
    """
    from sklearn.metrics import roc_auc_score

    truth = np.repeat([False, True], [len(known), len(unknown)])
    weights = np.concatenate([family_weights(families), np.full(len(unknown), 1 / len(unknown))])
    scores = np.concatenate([known, unknown])
    return float(roc_auc_score(truth, scores, sample_weight=weights))


def false_acceptance(
    known: NDArray[np.float64], unknown: NDArray[np.float64], families: NDArray[np.str_]
) -> float:
    """Share of unknowns that pass at the limit which 95% of the known pass (FPR95)."""
    limit = weighted_threshold(known, family_weights(families), PASSED)
    return float((unknown <= limit).mean())


def score_detectors(
    familiar: Familiar,
    known: Seen,
    families: NDArray[np.str_],
    unknown: Mapping[str, Seen],
) -> list[DetectorRow]:
    """Of each detector and kind of unknown its two scores; `known` and `families` are of N."""
    rows: list[DetectorRow] = []
    for detector in DETECTORS:
        passed = familiar.scores(detector, known)
        for kind, seen in unknown.items():
            strange = familiar.scores(detector, seen)
            rows.append(
                {
                    "detector": detector,
                    "unknown": kind,
                    "pictures": len(strange),
                    "auroc": roc_auc(passed, strange, families),
                    "fpr95": false_acceptance(passed, strange, families),
                }
            )
    return rows


def group_means(rows: Sequence[DetectorRow]) -> dict[str, float]:
    """Flat metrics, `knn_near_auroc` and so on: means over the kinds, near and far apart."""
    found: dict[str, float] = {}
    for detector in dict.fromkeys(row["detector"] for row in rows):
        for group in ("near", "far"):
            own = [
                row
                for row in rows
                if row["detector"] == detector and row["unknown"].startswith(f"{group}:")
            ]
            if own:
                mean = np.mean([(row["auroc"], row["fpr95"]) for row in own], axis=0)
                key = f"{detector}_{group}"
                found[f"{key}_auroc"], found[f"{key}_fpr95"] = mean.tolist()
    return found


def best_detector(rows: Sequence[DetectorRow]) -> Detector:
    """The one with the highest mean AUROC over near and far, each a mean over its kinds.

    Without any unknowns it is the first one.
    """
    means = group_means(rows)

    def mean(detector: Detector) -> float:
        own = [means.get(f"{detector}_{group}_auroc") for group in ("near", "far")]
        return float(np.mean([value for value in own if value is not None] or [0.0]))

    return max(DETECTORS, key=mean)


def score_outlier_rule(
    rule: OutlierRule,
    known: Seen,
    families: NDArray[np.str_],
    unknown: Mapping[str, Seen],
) -> dict[str, float]:
    """What the rule in use does: shares of known glyphs rejected, of unknowns flagged.

    False rejects are of all glyphs, and their mean and most over families.
    """
    strange = rule.strange(known)
    by_family = [strange[families == name].mean() for name in np.unique(families)]
    found = {
        "false_rejects": float(strange.mean()),
        "false_rejects_family_mean": float(np.mean(by_family)),
        "false_rejects_family_max": float(np.max(by_family)),
    }
    flagged = {kind: float(rule.strange(seen).mean()) for kind, seen in unknown.items()}
    for group in ("near", "far"):
        own = [share for kind, share in flagged.items() if kind.startswith(f"{group}:")]
        if own:
            found[f"flagged_{group}"] = float(np.mean(own))
    return found
