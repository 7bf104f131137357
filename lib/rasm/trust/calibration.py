"""All that validation says about how far to trust each recogniser, and their fusion.

Confidence is calibrated by one number: logits are divided by a temperature (Guo et al. 2017, 'On
calibration of modern neural networks'). Vector scaling (the same) gives each class a factor and a
bias besides, pulled towards none of both by a decay. It is used where it makes families that it was
not fitted on clearly more likely.

Two recognisers give one answer by a weighted sum of log-probabilities, a product of experts with
one free number, too little to over-fit. All of it is fitted by likelihood, in which every family of
validation counts alike: else the one with the most glyphs would speak for the others.

Sets of answers are `rasm.trust.conformal`, and what is no known glyph `rasm.trust.outliers`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, Field, model_validator
from scipy.optimize import minimize, minimize_scalar
from scipy.special import log_softmax, softmax

from rasm.labels.homoglyphs import ShapeClasses
from rasm.store.sealed import read_sealed, write_sealed
from rasm.trust.conformal import SetParams, SetRule, fit_sets
from rasm.trust.families import family_weights, without_each

Fitted = dict[str, Any]
"""What was fitted of one recogniser, by name: its entry in trust.json."""
_NEAR = {"xatol": 1e-3}  # how well one number is found: more is lost in what families differ
_WORTH = 0.001  # nats that vector scaling must win: it has two numbers a class to carry about
_VECTOR_STEPS = 4  # looks of L-BFGS at the likelihood; more fit the families of the fit alone


def fuse(
    first: NDArray[np.float32], second: NDArray[np.float32], weight: float
) -> NDArray[np.float32]:
    """Unnormalised log-probabilities (N, C): weight * log P1 + (1 - weight) * log P2."""
    mixed = weight * log_softmax(first, axis=1) + (1 - weight) * log_softmax(second, axis=1)
    return np.asarray(mixed, dtype=np.float32)


def fit_fusion(
    first: NDArray[np.float32],
    second: NDArray[np.float32],
    truth: NDArray[np.int64],
    weights: NDArray[np.float64] | None = None,
) -> float:
    """Weight in [0, 1] of the first recogniser's (N, C) calibrated logits.

    `weights` (N,) are those of the glyphs; without, all are alike.
    """
    one, other = (log_softmax(given, axis=1) for given in (first, second))

    def loss(weight: float) -> float:
        return negative_log_likelihood(weight * one + (1 - weight) * other, truth, weights)

    return float(minimize_scalar(loss, bounds=(0.0, 1.0), method="bounded", options=_NEAR).x)


def fit_temperature(
    logits: NDArray[np.float32],
    truth: NDArray[np.int64],
    weights: NDArray[np.float64] | None = None,
) -> float:
    """Temperature that minimises the negative log-likelihood of (N, C) logits, in [0.05, 20]."""

    def loss(log_temperature: float) -> float:
        scaled = logits * np.float32(np.exp(-log_temperature))
        return negative_log_likelihood(scaled, truth, weights)

    bounds = (np.log(0.05), np.log(20.0))
    return float(np.exp(minimize_scalar(loss, bounds=bounds, method="bounded", options=_NEAR).x))


def fit_vector(
    logits: NDArray[np.float32],
    truth: NDArray[np.int64],
    weights: NDArray[np.float64],
    temperature: float,
    decay: float,
) -> Fitted:
    """Factors and biases (C,) on the logits (N, C) that the `temperature` has divided.

    `decay` weighs the squares of factors less one and of biases beside the likelihood in nats.
    """
    import torch  # sums over all classes at once, several times as fast as NumPy

    scaled = torch.from_numpy(np.asarray(logits / temperature, dtype=np.float32))
    rows, classes = torch.arange(len(truth)), scaled.shape[1]
    right, weighed = torch.from_numpy(truth), torch.from_numpy(weights.astype(np.float32))

    def loss(free: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        factors, biases = torch.from_numpy(free.astype(np.float32)).reshape(2, classes)
        log_p = torch.log_softmax(torch.addcmul(biases, scaled, 1 + factors), dim=1)
        value = -float(weighed @ log_p[rows, right]) + decay * float(free @ free)
        error = log_p.exp_()
        error[rows, right] -= 1
        error *= weighed[:, None]
        slopes = torch.cat([(error * scaled).sum(dim=0), error.sum(dim=0)]).numpy()
        return value, slopes.astype(np.float64) + 2 * decay * free

    options = {"maxfun": _VECTOR_STEPS}
    free = minimize(loss, np.zeros(2 * classes), jac=True, method="L-BFGS-B", options=options).x
    factors, biases = np.split(free, 2)
    return {
        "temperature": temperature,
        "factors": (1 + factors).tolist(),
        "biases": biases.tolist(),
    }


def negative_log_likelihood(
    logits: NDArray[np.float32],
    truth: NDArray[np.int64],
    weights: NDArray[np.float64] | None = None,
) -> float:
    """Mean -log P(truth), in nats; by `weights` (N,) where they are given."""
    # In the precision that logits have: a pass over all classes is what fitting takes its time for.
    shifted = logits - logits.max(axis=1, keepdims=True)
    of_truth = shifted[np.arange(len(truth)), truth].astype(np.float64)
    lost = np.log(np.exp(shifted, out=shifted).sum(axis=1, dtype=np.float64)) - of_truth
    return float(np.average(lost, weights=weights))


class _Trust(BaseModel, frozen=True, extra="forbid"):
    temperature: float = Field(gt=0, allow_inf_nan=False)
    factors: tuple[float, ...]
    """Of vector scaling, a class each; none where the temperature is all."""
    biases: tuple[float, ...]
    sets: tuple[SetRule, ...] = Field(min_length=1)
    """One a promised coverage, the first the one that answers show."""

    @model_validator(mode="after")
    def _paired(self) -> "_Trust":
        if len(self.factors) != len(self.biases):
            raise ValueError("there are not as many factors as biases")
        return self


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


@dataclass(frozen=True)
class Scaling:
    """How logits become probabilities, and what came of leaving each family out in turn."""

    fitted: Fitted
    left_out: dict[str, float]  # likelihood in nats by kind of scaling, families alike
    scaled: NDArray[np.float32]  # (N, C), each family's by what the others say


def choose_scaling(
    logits: NDArray[np.float32],
    truth: NDArray[np.int64],
    families: NDArray[np.str_],
    decay: float,
) -> Scaling:
    """One temperature, unless vector scaling is more likely on the families that were left out."""
    everything = np.ones(len(truth), dtype=np.bool_)
    scaled = {kind: np.empty_like(logits) for kind in ("temperature", "vector")}

    def fit(rows: NDArray[np.bool_]) -> dict[str, Fitted]:
        given, right, weights = logits[rows], truth[rows], family_weights(families[rows])
        temperature = fit_temperature(given, right, weights)
        return {
            "temperature": {"temperature": temperature, "factors": [], "biases": []},
            "vector": fit_vector(given, right, weights, temperature, decay),
        }

    for asked in without_each(families):
        fits = fit(everything if asked.all() else ~asked)
        for kind, given in scaled.items():
            given[asked] = scaled_logits(logits[asked], fits[kind])
    weights = family_weights(families)
    found = {kind: negative_log_likelihood(given, truth, weights) for kind, given in scaled.items()}
    best = "vector" if found["vector"] < found["temperature"] - _WORTH else "temperature"
    return Scaling(fit(everything)[best], found, scaled[best])


@dataclass(frozen=True)
class Calibration:
    """What validation says of each recogniser; `left_out` is as `Scaling` has it."""

    fitted: dict[str, Fitted]
    left_out: dict[str, dict[str, float]]


def calibrate(
    logits: Mapping[str, NDArray[np.float32]],
    truth: NDArray[np.int64],
    families: NDArray[np.str_],
    *,
    decay: float,
    sets: SetParams,
    seed: int,
) -> Calibration:
    """Fitted numbers by recogniser, from validation logits (N, C), true classes, families (N,).

    The entry `fusion` joins `phase2` and `baseline`, each scaled by itself.
    """
    scalings = {
        name: choose_scaling(scores, truth, families, decay) for name, scores in logits.items()
    }
    pair = [scaled_logits(logits[name], scalings[name].fitted) for name in ("phase2", "baseline")]
    weight = fit_fusion(pair[0], pair[1], truth, family_weights(families))
    fused = fuse(pair[0], pair[1], weight)
    scalings["fusion"] = choose_scaling(fused, truth, families, decay)
    fitted = {}
    for name, scaling in scalings.items():
        apart = np.asarray(softmax(scaling.scaled.astype(np.float64), axis=1))
        p = probabilities(logits.get(name, fused), scaling.fitted)
        rules = fit_sets(p, apart, truth, families, sets, seed)
        fitted[name] = {**scaling.fitted, "sets": [rule.model_dump() for rule in rules]}
    fitted["fusion"]["phase2_weight"] = weight
    return Calibration(fitted, {name: scaling.left_out for name, scaling in scalings.items()})


def with_fusion(
    logits: Mapping[str, NDArray[np.float32]], fitted: Mapping[str, Fitted]
) -> dict[str, NDArray[np.float32]]:
    """The logits (N, C) of each recogniser and of the fusion."""
    pair = [scaled_logits(logits[name], fitted[name]) for name in ("phase2", "baseline")]
    return {**logits, "fusion": fuse(pair[0], pair[1], fitted["fusion"]["phase2_weight"])}


def scaled_logits(logits: NDArray[np.float32], fitted: Fitted) -> NDArray[np.float32]:
    """Logits (N, C) of which the softmax is calibrated."""
    scaled = logits / fitted["temperature"]
    if fitted.get("factors"):
        scaled = scaled * np.array(fitted["factors"]) + np.array(fitted["biases"])
    return np.asarray(scaled, dtype=np.float32)


def probabilities(logits: NDArray[np.float32], fitted: Fitted) -> NDArray[np.float64]:
    """Calibrated probabilities (N, C)."""
    return np.asarray(softmax(scaled_logits(logits, fitted).astype(np.float64), axis=1))


def label_probabilities(
    logits: Mapping[str, NDArray[np.float32]], fitted: Mapping[str, Fitted], shapes: ShapeClasses
) -> dict[str, NDArray[np.float64]]:
    """Calibrated P(label) (N, L) by recogniser, of logits (N, C) over shape classes."""
    return {
        name: shapes.label_scores(probabilities(given, fitted[name]))
        for name, given in logits.items()
    }
