"""What the reader of printed signs learns: which sign a picture shows, or that it is an Arabic one.

The network that reads Arabic glyphs stays as it is and lends its features. Fonts draw the same sign
larger or smaller in their em, so sizes are varied in training; rare signs are drawn more often.
"""

from collections.abc import Iterator, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from pydantic import BaseModel, Field
from torch import Tensor, nn
from torch.nn import functional

from rasm.corpora.printed import PrintedGlyphs
from rasm.labels.signs import NO_SIGN
from rasm.metrics.signs import sign_scores
from rasm.training.task import Batch, FitParams, Task
from rasm.trust.families import family_weights


class SignNoise(BaseModel, frozen=True, extra="forbid"):
    """Standard deviations: of the size, as log2 of the factor, and of standardised features."""

    size: float = Field(ge=0)
    features: float = Field(ge=0)


class SignParams(FitParams, frozen=True, extra="forbid"):
    """What training is told: a sign is one that `packages` of training draw.

    `arabic` is the share of glyphs in a batch that are none.
    """

    steps_per_epoch: int = Field(ge=1)
    hidden: int = Field(ge=1)
    dropout: float = Field(ge=0, lt=1)
    packages: int = Field(ge=1)
    arabic: float = Field(ge=0, lt=1)
    noise: SignNoise


def signs_of(train: PrintedGlyphs, packages: int) -> list[str]:
    """What signs say that so many font packages draw, sorted, `NO_SIGN` first.

    Raises ValueError where there is none.
    """
    pairs = np.unique(np.stack([train.texts, train.packages], axis=1), axis=0)
    texts, counts = np.unique(pairs[:, 0], return_counts=True)
    found = [text for text in texts[counts >= packages].tolist() if text != NO_SIGN]
    if not found:
        raise ValueError(f"no sign is drawn by {packages} packages: ask for fewer")
    return [NO_SIGN, *found]


class SignPictures:
    """Glyphs of known signs as a SignNet reads them; the others are left out."""

    def __init__(self, glyphs: PrintedGlyphs, features: NDArray[np.float32], texts: Sequence[str]):
        number = {text: n for n, text in enumerate(texts)}
        labels = np.array([number.get(text, -1) for text in glyphs.texts.tolist()])
        known = labels >= 0
        self.labels = torch.from_numpy(labels[known])
        self.features = torch.from_numpy(features[known])
        self.cues = torch.from_numpy(glyphs.cues[known])
        self.packages = glyphs.packages[known]


def sign_task(
    train: SignPictures,
    val: SignPictures,
    texts: Sequence[str],
    params: SignParams,
    deviation: Tensor,
    device: torch.device,
) -> Task:
    """Task for a SignNet, whose batches are features (B, F), cues (B, 4) and labels (B,).

    `deviation` (F,) is that of features in training. `val_top1` is the share of val's signs that
    are read rightly among those of their script, `val_none` of its glyphs, signs or not, that are
    rightly taken for a sign or for none; each package counts alike, and their mean, `val_signs`,
    chooses.
    """
    weights = _drawing_weights(train.labels, params.arabic)

    def batches(generator: torch.Generator) -> Iterator[Batch]:
        for _ in range(params.steps_per_epoch):
            rows = torch.multinomial(weights, params.batch_size, True, generator=generator)
            factor = params.noise.size * torch.randn(len(rows), 1, generator=generator)
            cues = train.cues[rows]
            cues = torch.cat([cues[:, :2] + factor, cues[:, 2:] * 2**factor], dim=1)
            noise = torch.randn(train.features[rows].shape, generator=generator)
            seen = train.features[rows] + params.noise.features * deviation * noise
            yield seen.to(device), cues.to(device), train.labels[rows].to(device)

    def loss(model: nn.Module, batch: Batch, progress: float) -> Tensor:
        features, cues, labels = batch
        return functional.cross_entropy(model(features, cues), labels)

    def validate(model: nn.Module) -> dict[str, float]:
        logits = model(val.features.to(device), val.cues.to(device))
        labels = val.labels.numpy()
        right = sign_scores(logits.cpu().numpy(), labels, texts)
        signs = labels > 0
        found = {
            "val_top1": _mean(right["read"][signs], val.packages[signs]),
            "val_none": _mean(right["none"], val.packages),
        }
        return {**found, "val_signs": (found["val_top1"] + found["val_none"]) / 2}

    return Task(batches, params.steps_per_epoch, loss, validate, "val_signs")


def _mean(right: NDArray[np.bool_], packages: NDArray[np.str_]) -> float:
    return float(family_weights(packages) @ right)


def _drawing_weights(labels: Tensor, arabic: float) -> Tensor:
    """How often each glyph (N,) is drawn: signs by the root of their number, and Arabic ones."""
    counts = torch.bincount(labels).double()
    weights = counts.clamp_min(1).rsqrt()[labels]
    none = labels == 0
    signs = weights[~none].sum()
    weights[none] = arabic / (1 - arabic) * signs / max(1, int(none.sum()))
    return weights
