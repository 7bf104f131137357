"""Is it a glyph that we know at all? Scores of strangeness, and the limit of the one in use.

All are made after training, of what a trained network makes of a picture: its features, scaled to
length 1, and its logits. Higher is stranger.

- msp: 1 - the highest probability (Hendrycks and Gimpel 2017)
- energy: -logsumexp of the logits (Liu et al. 2020)
- mahalanobis: to the nearest class mean, by the covariance within classes (Lee et al. 2018)
- isolation_forest: how soon random cuts part a picture from the others (Liu et al. 2008)
- vim: the part of the features outside their main directions, and the energy (Wang et al. 2022)
- knn: the distance to the nearest glyph of training (Sun et al. 2022)
- exposed: knn, and how much the features look like those of scripts that are shown as strange
  (outlier exposure: Hendrycks et al. 2019, here of a linear classifier on features that stand)

The one in use is chosen on unknowns of validation; its limit lets a share of validation's known
glyphs pass, each family counted alike.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, Field
from safetensors.numpy import load, save
from scipy.special import logsumexp, softmax

from rasm.store.atomic import replacing
from rasm.store.sealed import Mark, marks_of, read_sealed, vouched, write_sealed
from rasm.trust.conformal import weighted_threshold
from rasm.trust.families import family_weights

Detector = Literal["msp", "energy", "mahalanobis", "isolation_forest", "vim", "knn", "exposed"]
DETECTORS: tuple[Detector, ...] = get_args(Detector)
BANKED: tuple[Detector, ...] = ("isolation_forest", "knn", "exposed")
"""Those that compare with the glyphs of training, and so need the array `bank`."""
_CARD, _ARRAYS = "outliers.json", "outliers.safetensors"
_RESIDUAL = 64  # directions of the features, the least ones, that ViM looks at
_FOREST = 4096  # glyphs of training that the isolation forest is grown of
_EXPOSURE = 0.02  # of the classifier's logit, beside a distance in [0, 2]
_USUAL = 8192  # glyphs of training, at most, that it is shown as known
_SOFT = 0.01  # inverse of the ridge of that classifier
_CHUNK = 512  # glyphs that are compared with all of training at once


@dataclass(frozen=True)
class Seen:
    """What a network makes of N pictures."""

    features: NDArray[np.float32]  # (N, F)
    logits: NDArray[np.float32]  # (N, C)

    @property
    def directions(self) -> NDArray[np.float32]:
        """Features of length 1 (N, F)."""
        norms = np.linalg.norm(self.features, axis=1, keepdims=True)
        return np.asarray(self.features / np.maximum(norms, 1e-12), dtype=np.float32)

    def rows(self, chosen: NDArray[np.generic]) -> "Seen":
        """Some of them, by number or by mask."""
        return Seen(self.features[chosen], self.logits[chosen])


@dataclass(frozen=True)
class Familiar:
    """What was learnt of the glyphs of training, by name of an array; float32 unless told."""

    arrays: Mapping[str, NDArray[np.floating]]
    seed: int

    def scores(self, detector: Detector, seen: Seen) -> NDArray[np.float64]:
        """How strange each of N pictures is, (N,)."""
        match detector:
            case "msp":
                return np.asarray(1 - softmax(seen.logits.astype(np.float64), axis=1).max(axis=1))
            case "energy":
                return np.asarray(-logsumexp(seen.logits.astype(np.float64), axis=1))
            case "mahalanobis":
                whitened = seen.directions @ self.arrays["whitening"]
                return _nearest(whitened, self.arrays["means"])
            case "isolation_forest":
                return self._isolation(seen)
            case "vim":
                centred = seen.directions - self.arrays["centre"]
                outside = np.linalg.norm(centred @ self.arrays["residual"], axis=1)
                scaled = float(self.arrays["vim_scale"][0]) * outside
                return np.asarray(scaled - logsumexp(seen.logits.astype(np.float64), axis=1))
            case "knn":
                return _nearest(seen.directions, self._bank)
            case "exposed":
                strange = seen.directions @ self.arrays["exposure"] + self.arrays["exposure_bias"]
                return np.asarray(self.scores("knn", seen) + _EXPOSURE * strange)

    @property
    def _bank(self) -> NDArray[np.float32]:
        return self.arrays["bank"].astype(np.float32)

    def _isolation(self, seen: Seen) -> NDArray[np.float64]:
        from sklearn.ensemble import IsolationForest

        generator = np.random.default_rng(self.seed)
        some = generator.permutation(len(self.arrays["bank"]))[:_FOREST]
        forest = IsolationForest(random_state=self.seed).fit(self._bank[some])
        return np.asarray(-forest.score_samples(seen.directions), dtype=np.float64)


def learn_familiar(
    known: Seen, classes: NDArray[np.int64], strange: Sequence[Seen], seed: int
) -> Familiar:
    """What to compare with, of the glyphs of training and their classes (N,).

    `strange` are pictures that are shown as no glyphs; where there are none, `exposed` is `knn`.
    """
    directions = known.directions.astype(np.float64)
    width = directions.shape[1]
    present, which, counts = np.unique(classes, return_inverse=True, return_counts=True)
    means = np.zeros((len(present), width))
    np.add.at(means, which, directions)
    means /= counts[:, None]
    within = np.cov(directions - means[which], rowvar=False, bias=True)
    ridge = (1e-6 * np.trace(within) / width + 1e-12) * np.eye(width)
    whitening = np.linalg.cholesky(np.linalg.inv(within + ridge))
    centre = directions.mean(axis=0)
    _, axes = np.linalg.eigh(np.cov(directions - centre, rowvar=False))
    residual = axes[:, : min(_RESIDUAL, width // 2)]
    outside = np.linalg.norm((directions - centre) @ residual, axis=1).mean()
    scale = known.logits.max(axis=1).mean() / max(float(outside), 1e-12)
    weights, bias = np.zeros(width), 0.0
    if strange:
        weights, bias = _exposure(known, strange)
    plain = {
        "whitening": whitening,
        "means": means @ whitening,
        "centre": centre,
        "residual": residual,
        "vim_scale": np.array([scale]),
        "exposure": weights,
        "exposure_bias": np.array([bias]),
    }
    arrays = {name: np.ascontiguousarray(a, dtype=np.float32) for name, a in plain.items()}
    # Half precision: of distances between unit vectors the fourth digit is lost.
    return Familiar({**arrays, "bank": known.directions.astype(np.float16)}, seed)


def _exposure(known: Seen, strange: Sequence[Seen]) -> tuple[NDArray[np.float64], float]:
    from sklearn.linear_model import LogisticRegression

    usual = known.directions[:: -(-len(known.features) // _USUAL)]
    features = np.concatenate([usual, *(one.directions for one in strange)])
    is_strange = np.arange(len(features)) >= len(usual)
    spread = np.maximum(features.std(axis=0), 1e-6)
    model = LogisticRegression(C=_SOFT, class_weight="balanced", max_iter=100)
    model.fit(features / spread, is_strange)
    return model.coef_[0] / spread, float(model.intercept_[0])


class _Card(BaseModel, frozen=True, extra="forbid"):
    detector: Detector
    limit: float = Field(allow_inf_nan=False)
    seed: int
    files: dict[str, Mark]


@dataclass(frozen=True)
class OutlierRule:
    """A picture is no known glyph where its score by `detector` is above the `limit`."""

    familiar: Familiar
    detector: Detector
    limit: float

    def strange(self, seen: Seen) -> NDArray[np.bool_]:
        """Whether each of N pictures is no known glyph, (N,)."""
        return np.asarray(self.familiar.scores(self.detector, seen) > self.limit)


def fit_outlier_limit(
    scores: NDArray[np.float64], families: NDArray[np.str_], keep_known: float
) -> float:
    """The limit that lets a share of known glyphs pass, of their scores (N,); families alike."""
    return weighted_threshold(scores, family_weights(families), keep_known)


def write_outlier_rule(folder: Path, rule: OutlierRule) -> None:
    """Write the arrays, and the card that vouches for them."""
    with replacing(folder / _ARRAYS) as temporary:
        temporary.write_bytes(save(dict(rule.familiar.arrays)))
    marks = marks_of(folder / _ARRAYS)
    card = _Card(detector=rule.detector, limit=rule.limit, seed=rule.familiar.seed, files=marks)
    write_sealed(folder / _CARD, card.model_dump())


def has_outlier_rule(folder: Path) -> bool:
    """Whether a rule was written here."""
    return (folder / _CARD).exists()


def read_outlier_rule(folder: Path) -> OutlierRule:
    """The rule. Raises FileNotFoundError or ValueError naming a file that is not as written."""
    card = read_sealed(folder / _CARD, _Card)
    arrays = load(vouched(folder / _ARRAYS, card.files))
    return OutlierRule(Familiar(arrays, card.seed), card.detector, card.limit)


def _nearest(points: NDArray[np.float32], others: NDArray[np.floating]) -> NDArray[np.float64]:
    """Euclidean distance of each point (N, F) to the nearest of the others (M, F)."""
    held = others.astype(np.float32)
    squares = np.einsum("mf,mf->m", held, held)
    found = np.empty(len(points))
    for start in range(0, len(points), _CHUNK):
        part = points[start : start + _CHUNK].astype(np.float32)
        least = (squares - 2 * part @ held.T).min(axis=1)
        found[start : start + _CHUNK] = least + np.einsum("nf,nf->n", part, part)
    return np.sqrt(np.maximum(found, 0))
