"""All that validation says about how far to trust each recogniser, and their fusion.

Confidence is calibrated by one number: logits are divided by a temperature (Guo et al. 2017, 'On
calibration of modern neural networks'). Two recognisers give one answer by a weighted sum of
log-probabilities, a product of experts with one free number, too little to over-fit. Both numbers
are fitted by likelihood.

Answers are sets that hold the truth with a promised probability (split conformal prediction:
Sadinle, Lei and Wasserman 2019). The score is 1 - P(truth): the set is every class at least as
probable as a threshold, and the threshold is a quantile over validation. The promise holds for
glyphs drawn like validation's; new families are not quite that, which is why evaluation measures
the coverage.

Whether it is a glyph that we know at all is told by the energy of the logits (Liu et al. 2020,
'Energy-based out-of-distribution detection'). Free energy -T logsumexp(logits / T) is low where
some class explains the picture and high where none does. The limit is set so that a chosen share of
validation glyphs passes.
"""

import math
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, Field
from scipy.optimize import minimize_scalar
from scipy.sparse import csr_array
from scipy.special import log_softmax, logsumexp, softmax

from rasm.labels.homoglyphs import ShapeClasses
from rasm.store.sealed import read_sealed, write_sealed

Fitted = dict[str, float]


def fuse(
    first: NDArray[np.float32], second: NDArray[np.float32], weight: float
) -> NDArray[np.float32]:
    """Unnormalised log-probabilities (N, C): weight * log P1 + (1 - weight) * log P2."""
    mixed = weight * log_softmax(first, axis=1) + (1 - weight) * log_softmax(second, axis=1)
    return np.asarray(mixed, dtype=np.float32)


def fit_fusion(
    first: NDArray[np.float32], second: NDArray[np.float32], truth: NDArray[np.int64]
) -> float:
    """Weight in [0, 1] of the first recogniser's (N, C) calibrated logits."""

    def loss(weight: float) -> float:
        return negative_log_likelihood(fuse(first, second, weight), truth)

    return float(minimize_scalar(loss, bounds=(0.0, 1.0), method="bounded").x)


def fit_temperature(logits: NDArray[np.float32], truth: NDArray[np.int64]) -> float:
    """Temperature that minimises the negative log-likelihood of (N, C) logits, in [0.05, 20]."""

    def loss(log_temperature: float) -> float:
        return negative_log_likelihood(logits / np.exp(log_temperature), truth)

    bounds = (np.log(0.05), np.log(20.0))
    return float(np.exp(minimize_scalar(loss, bounds=bounds, method="bounded").x))


def negative_log_likelihood(logits: NDArray[np.float32], truth: NDArray[np.int64]) -> float:
    """Mean -log P(truth), in nats."""
    log_p = log_softmax(logits.astype(np.float64), axis=1)
    return float(-log_p[np.arange(len(truth)), truth].mean())


def fit_conformal_threshold(probability_of_truth: NDArray[np.float64], coverage: float) -> float:
    """Least probability that a class needs to be in the set, from validation P(truth) (N,).

    The finite-sample quantile: with too few samples for the promise it is 0, which admits all.
    """
    ordered = np.sort(probability_of_truth)
    # 1 - 0.9 is a hair below 0.1: without the nudge a whole number would lose one.
    index = math.floor((1 - coverage) * (len(ordered) + 1) + 1e-9) - 1
    return float(ordered[index]) if index >= 0 else 0.0


def set_sizes(probabilities: NDArray[np.float64], threshold: float) -> NDArray[np.int64]:
    """Number of classes in each set, (N,)."""
    return np.asarray((probabilities >= threshold).sum(axis=1), dtype=np.int64)


def energy(logits: NDArray[np.float32], temperature: float) -> NDArray[np.float64]:
    """Free energy (N,) in logit units; lower is more familiar."""
    scaled = logits.astype(np.float64) / temperature
    return np.asarray(-temperature * logsumexp(scaled, axis=1))


def fit_limit(energies: NDArray[np.float64], keep: float) -> float:
    """Energy below which a share `keep` of known glyphs lies."""
    return float(np.quantile(energies, keep))


class _Trust(BaseModel, frozen=True, extra="forbid"):
    temperature: float = Field(gt=0, allow_inf_nan=False)
    conformal_threshold: float = Field(ge=0, le=1)
    energy_limit: float = Field(allow_inf_nan=False)


class _FusionTrust(_Trust, frozen=True, extra="forbid"):
    phase2_weight: float = Field(ge=0, le=1)


class _FontTrust(BaseModel, frozen=True, extra="forbid"):
    temperature: float = Field(gt=0, allow_inf_nan=False)
    repeat: float = Field(gt=0, le=1)


class _TrustFile(BaseModel, frozen=True, extra="forbid"):
    phase2: _Trust
    baseline: _Trust
    fusion: _FusionTrust
    font: _FontTrust


def write_trust(path: Path, fitted: Mapping[str, Fitted]) -> None:
    """Write trust.json, what `calibrate` found."""
    write_sealed(path, fitted)


def read_trust(path: Path) -> dict[str, Fitted]:
    """Read trust.json. Raises ValueError naming the file where it was altered or cannot be."""
    return read_sealed(path, _TrustFile).model_dump()


def calibrate(
    logits: Mapping[str, NDArray[np.float32]],
    truth: NDArray[np.int64],
    *,
    coverage: float,
    keep_known: float,
) -> dict[str, Fitted]:
    """Fitted numbers by recogniser, from validation logits (N, C) and true classes (N,).

    The entry `fusion` joins `phase2` and `baseline`, each at its own temperature.
    """
    fitted = {name: _fit(scores, truth, coverage, keep_known) for name, scores in logits.items()}
    pair = [logits[name] / fitted[name]["temperature"] for name in ("phase2", "baseline")]
    weight = fit_fusion(pair[0], pair[1], truth)
    fused = fuse(pair[0], pair[1], weight)
    fitted["fusion"] = {"phase2_weight": weight, **_fit(fused, truth, coverage, keep_known)}
    return fitted


def with_fusion(
    logits: Mapping[str, NDArray[np.float32]], fitted: Mapping[str, Fitted]
) -> dict[str, NDArray[np.float32]]:
    """The logits (N, C) of each recogniser and of the fusion."""
    pair = [logits[name] / fitted[name]["temperature"] for name in ("phase2", "baseline")]
    return {**logits, "fusion": fuse(pair[0], pair[1], fitted["fusion"]["phase2_weight"])}


def probabilities(logits: NDArray[np.float32], fitted: Fitted) -> NDArray[np.float64]:
    """Calibrated probabilities (N, C)."""
    return np.asarray(softmax(logits.astype(np.float64) / fitted["temperature"], axis=1))


def label_probabilities(
    logits: Mapping[str, NDArray[np.float32]], fitted: Mapping[str, Fitted], shapes: ShapeClasses
) -> dict[str, NDArray[np.float64]]:
    """Calibrated P(label) (N, L) by recogniser, of logits (N, C) over shape classes."""
    return {
        name: shapes.label_scores(probabilities(given, fitted[name]))
        for name, given in logits.items()
    }


def pooled(probabilities: NDArray[np.float64], group_of: NDArray[np.int64]) -> NDArray[np.float64]:
    """P(group) (N, G) from P(label) (N, L): the sum over the labels of each group (L,)."""
    labels = np.arange(len(group_of))
    return np.asarray(probabilities @ csr_array((np.ones(len(labels)), (labels, group_of))))


def _fit(
    logits: NDArray[np.float32], truth: NDArray[np.int64], coverage: float, keep_known: float
) -> Fitted:
    temperature = fit_temperature(logits, truth)
    p = probabilities(logits, {"temperature": temperature})
    return {
        "temperature": temperature,
        "conformal_threshold": fit_conformal_threshold(p[np.arange(len(truth)), truth], coverage),
        "energy_limit": fit_limit(energy(logits, temperature), keep_known),
    }
