"""Whether confidence deserves its name: measured on glyphs that calibration never saw."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import softmax

from rasm.trust.calibration import Fitted, negative_log_likelihood, probabilities
from rasm.trust.conformal import SetRule, drawn_for
from rasm.trust.families import family_weights

BINS = 15  # of calibration errors, as Guo et al. have them
_DRAWS = 20  # of answers whose confidence is right by construction


def expected_calibration_error(
    confidence: NDArray[np.float64],
    correct: NDArray[np.bool_],
    bins: int = BINS,
    weights: NDArray[np.float64] | None = None,
) -> float:
    """Mean gap between confidence (N,) and accuracy over equal-width bins, weighted by bin size.

    `weights` (N,) are those of the answers; without, all are alike. Source: Naeini et al. 2015; the
    15 bins are Guo et al.'s.
    """
    bin_of = np.minimum((confidence * bins).astype(np.int64), bins - 1)
    return _gap(bin_of, confidence, correct, bins, weights)


def adaptive_calibration_error(
    confidence: NDArray[np.float64],
    correct: NDArray[np.bool_],
    bins: int = BINS,
    weights: NDArray[np.float64] | None = None,
) -> float:
    """The same over bins of equal weight, so that none is nearly empty (Nixon et al. 2019)."""
    weighed = np.ones(len(confidence)) if weights is None else weights
    order = np.argsort(confidence, kind="stable")
    before = np.cumsum(weighed[order]) - weighed[order] / 2
    bin_of = np.empty(len(order), dtype=np.int64)
    bin_of[order] = np.minimum((before / weighed.sum() * bins).astype(np.int64), bins - 1)
    return _gap(bin_of, confidence, correct, bins, weights)


def brier_score(
    probabilities: NDArray[np.float64],
    truth: NDArray[np.int64],
    weights: NDArray[np.float64] | None = None,
) -> float:
    """Mean squared distance of P(class) (N, C) from the truth, in [0, 2] (Brier 1950).

    >>> brier_score(np.array([[0.75, 0.25]]), np.array([0]))
    0.125
    """
    of_truth = probabilities[np.arange(len(truth)), truth]
    squares = (probabilities**2).sum(axis=1) - 2 * of_truth + 1
    return float(np.average(squares, weights=weights))


def reliability(
    confidence: NDArray[np.float64], correct: NDArray[np.bool_], weights: NDArray[np.float64]
) -> list[dict[str, float]]:
    """The bins of a reliability diagram that hold answers, lowest first.

    Of each, `share` of the answers by weight, their mean `confidence` and their `accuracy`.
    """
    bin_of = np.minimum((confidence * BINS).astype(np.int64), BINS - 1)
    rows = []
    for number in np.unique(bin_of):
        here = bin_of == number
        share = weights[here].sum()
        rows.append(
            {
                "confidence": float(weights[here] @ confidence[here] / share),
                "accuracy": float(weights[here] @ correct[here] / share),
                "share": float(share / weights.sum()),
            }
        )
    return rows


def score_probabilities(
    probabilities: NDArray[np.float64],
    truth: NDArray[np.int64],
    families: NDArray[np.str_],
    seed: int,
) -> dict[str, float]:
    """How well P(class) (N, C) is calibrated; every family (N,) counts alike.

    `calibration_error` and the adaptive one are of all answers, each weighed so that families are
    alike. `calibration_error_family_mean` is the mean of the errors that each family has by itself:
    with some hundred glyphs chance alone makes it large, and `_family_chance` is what it would come
    to if every answer were right with just the probability that it gives.
    """
    confidence, right = probabilities.max(axis=1), probabilities.argmax(axis=1) == truth
    weights = family_weights(families)
    parts = [families == name for name in np.unique(families)]
    generator = np.random.default_rng(seed)
    own = [expected_calibration_error(confidence[part], right[part]) for part in parts]
    chance = [
        expected_calibration_error(confidence[part], drawn[part])
        for _ in range(_DRAWS)
        for drawn in [generator.random(len(confidence)) < confidence]
        for part in parts
    ]
    return {
        "calibration_error": expected_calibration_error(confidence, right, weights=weights),
        "calibration_error_adaptive": adaptive_calibration_error(
            confidence, right, weights=weights
        ),
        "calibration_error_family_mean": float(np.mean(own)),
        "calibration_error_family_chance": float(np.mean(chance)),
        "brier": brier_score(probabilities, truth, weights),
    }


def score_trust(
    logits: NDArray[np.float32],
    truth: NDArray[np.int64],
    families: NDArray[np.str_],
    fitted: Fitted,
    seed: int,
) -> dict[str, float]:
    """Scores of the probabilities, those of before by `uncalibrated_` keys, and of the sets.

    Of the first promise `conformal_coverage`, of the others `conformal_95_coverage` and so on, each
    with its mean and its least over families, and the mean size of a set.
    """
    p = probabilities(logits, fitted)
    raw = np.asarray(softmax(logits.astype(np.float64), axis=1))
    weights = family_weights(families)
    found = score_probabilities(p, truth, families, seed)
    found["likelihood"] = negative_log_likelihood(_logs(p), truth, weights)
    before = score_probabilities(raw, truth, families, seed)
    before["likelihood"] = negative_log_likelihood(logits, truth, weights)
    found |= {f"uncalibrated_{name}": value for name, value in before.items()}
    drawn = drawn_for(len(truth), seed)
    for number, given in enumerate(fitted["sets"]):
        rule = SetRule.model_validate(given)
        name = f"conformal_{round(100 * rule.coverage)}" if number else "conformal"
        found |= _of_sets(name, rule.sets(p, drawn), truth, families)
    return found


def families_table(
    logits: NDArray[np.float32],
    truth: NDArray[np.int64],
    families: NDArray[np.str_],
    fitted: Fitted,
    seed: int,
) -> list[dict[str, Any]]:
    """Of each family by name: glyphs, calibration error, coverage and size of the first sets."""
    p = probabilities(logits, fitted)
    inside = SetRule.model_validate(fitted["sets"][0]).sets(p, drawn_for(len(truth), seed))
    covered, sizes = inside[np.arange(len(truth)), truth], inside.sum(axis=1)
    confidence, right = p.max(axis=1), p.argmax(axis=1) == truth
    return [
        {
            "family": name,
            "glyphs": int(here.sum()),
            "calibration_error": expected_calibration_error(confidence[here], right[here]),
            "coverage": float(covered[here].mean()),
            "set_size": float(sizes[here].mean()),
        }
        for name in np.unique(families).tolist()
        for here in [families == name]
    ]


def _of_sets(
    name: str, inside: NDArray[np.bool_], truth: NDArray[np.int64], families: NDArray[np.str_]
) -> Mapping[str, float]:
    covered, sizes = inside[np.arange(len(truth)), truth], inside.sum(axis=1)
    by_family = [covered[families == family].mean() for family in np.unique(families)]
    return {
        f"{name}_coverage": float(covered.mean()),
        f"{name}_coverage_family_mean": float(np.mean(by_family)),
        f"{name}_coverage_family_min": float(np.min(by_family)),
        f"{name}_set_size": float(sizes.mean()),
        f"{name}_set_size_family_mean": float(family_weights(families) @ sizes),
    }


def _gap(
    bin_of: NDArray[np.int64],
    confidence: NDArray[np.float64],
    correct: NDArray[np.bool_],
    bins: int,
    weights: NDArray[np.float64] | None,
) -> float:
    weighed = np.ones(len(confidence)) if weights is None else weights
    gaps = np.bincount(bin_of, weights=weighed * (confidence - correct), minlength=bins)
    return float(np.abs(gaps).sum() / weighed.sum())


def _logs(probabilities: NDArray[np.float64]) -> NDArray[np.float32]:
    return np.log(np.maximum(probabilities, 1e-30)).astype(np.float32)
