"""What can be told of how legible a picture is, as features (N, F) for the quality ranker.

Three groups, of which params choose: what CLIP makes of the picture, where its weights are there
(`clip`); what the frozen embedder of the corpus does, its embedding, and the distances to the two
nearest ideal letters and the gap between them (`cnn`): an embedder that wavers between two letters
wavers because of the picture (Lowe 2004 judges matches so); so does one that reads a picture and
the same picture turned differently; and measures of the picture (`iqa`).
Each picture is looked at by itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log
from pathlib import Path
from typing import Annotated, Literal, Self

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from pydantic import BaseModel, Field

from rasm.inputs.pictures import PixelArray
from rasm.nets.clip import ClipVision
from rasm.raster.ink import ink_of
from rasm.reading.embeddings import PictureEmbedder
from rasm.store.sealed import marks_of
from rasm.trust.image_quality import grey_of, quality_of

_SIDE = 128  # pixels of the longer side at which pictures are measured, as training damages them
MEASURES = 11  # of `measured`
GAPS = 3  # of `gaps`
STEADINESS = 5  # of `steadiness`


class NoClip(BaseModel, frozen=True, extra="forbid"):
    """No CLIP features."""

    kind: Literal["none"]


class ClipFile(BaseModel, frozen=True, extra="forbid"):
    """Those by the safetensors file of a CLIP model."""

    kind: Literal["file"]
    weights: Path


class FeatureParams(BaseModel, frozen=True, extra="forbid"):
    """Which groups of features count; one at least."""

    clip: Annotated[NoClip | ClipFile, Field(discriminator="kind")]
    embedding: bool
    """The embedding by the frozen embedder."""
    quality: bool
    """Measures of the picture itself."""
    gap: bool
    """Distances to the two nearest ideals, and the gap between them."""
    turns: int = Field(ge=0, le=3)
    """Quarter turns under which the embedder looks again; 0 where letters have an upright."""


@dataclass(frozen=True)
class FeatureSizes:
    """How many features of each group a picture has."""

    clip_dim: int
    cnn_dim: int
    iqa_dim: int


@dataclass(frozen=True)
class PictureFeatures:
    """Takes the features of pictures: by an embedder and the ideals that it places, (C, D)."""

    params: FeatureParams
    embedder: PictureEmbedder
    ideals: NDArray[np.float32]
    clip: ClipVision | None
    clip_sha256: str

    @classmethod
    def of(
        cls, params: FeatureParams, embedder: PictureEmbedder, ideals: NDArray[np.float32]
    ) -> Self:
        """Features by these params. Raises as `ClipVision.load` does where they ask for CLIP.

        Raises ValueError where no group is chosen, or the gap of fewer than two ideals.
        """
        own = params.embedding or params.quality or params.gap or params.turns
        if not own and params.clip.kind == "none":
            raise ValueError("no group of features is chosen: a ranker needs one")
        if (params.gap or params.turns) and len(ideals) < 2:
            raise ValueError("the gap between the two nearest ideals needs two letters at least")
        if isinstance(params.clip, ClipFile):
            clip = ClipVision.load(params.clip.weights).to(embedder.device)
            sha256 = marks_of(params.clip.weights)[params.clip.weights.name].sha256
            return cls(params, embedder, ideals, clip, sha256)
        return cls(params, embedder, ideals, None, "")

    @property
    def sizes(self) -> FeatureSizes:
        """Of each group."""
        return FeatureSizes(
            clip_dim=self.clip.dimension if self.clip else 0,
            cnn_dim=self._embedded + GAPS * self.params.gap + STEADINESS * (self.params.turns > 0),
            iqa_dim=MEASURES * self.params.quality,
        )

    @property
    def _embedded(self) -> int:
        return self.embedder.network.dimension * self.params.embedding

    @property
    def gap_column(self) -> int | None:
        """The place of the gap between the two nearest ideals, if it is among the features."""
        clip = self.clip.dimension if self.clip else 0
        return clip + self._embedded + GAPS - 1 if self.params.gap else None

    def take(self, pictures: Sequence[PixelArray]) -> NDArray[np.float32]:
        """Features (N, F) of pictures (H, W) or (H, W, 3) uint8: clip, cnn, iqa.

        Raises ValueError naming the place, counted from 0, of a picture that is blank.
        """
        points = self.embedder.embed(pictures)
        parts = []
        if self.clip:
            parts.append(self._seen_by_clip(self.clip, pictures))
        if self.params.embedding:
            parts.append(points)
        if self.params.gap:
            parts.append(gaps(points, self.ideals))
        if self.params.turns:
            again = [
                self.embedder.embed([np.ascontiguousarray(np.rot90(one, turn)) for one in pictures])
                for turn in range(1, self.params.turns + 1)
            ]
            parts.append(steadiness(np.stack([points, *again]), self.ideals))
        if self.params.quality:
            parts.append(np.array([measured(one) for one in pictures], dtype=np.float32))
        found = np.concatenate(parts, axis=1)
        if not np.isfinite(found).all():
            place = int(np.flatnonzero(~np.isfinite(found).all(axis=1))[0])
            raise ValueError(f"picture {place}: its features are no numbers")
        return found

    def reads(self, pictures: Sequence[PixelArray], names: NDArray[np.str_]) -> NDArray[np.str_]:
        """Names (N,) of the ideals nearest to pictures; `names` (C,) are those of the ideals."""
        nearest = (self.embedder.embed(pictures) @ self.ideals.T).argmax(axis=1)
        read: NDArray[np.str_] = names[nearest]
        return read

    def _seen_by_clip(
        self, clip: ClipVision, pictures: Sequence[PixelArray]
    ) -> NDArray[np.float32]:
        shown = np.stack([sized(one) for one in pictures])
        grey = torch.from_numpy(shown).to(self.embedder.device)[:, None].float() / 255
        with torch.inference_mode():
            parts = [clip(part.expand(-1, 3, -1, -1)).cpu() for part in torch.split(grey, 64)]
        seen: NDArray[np.float32] = torch.cat(parts).numpy()
        return seen


def gaps(points: NDArray[np.float32], ideals: NDArray[np.float32]) -> NDArray[np.float32]:
    """Distances of points (N, D) to the nearest two of (C, D), and the gap between them, (N, 3).

    All are of unit length, so distances are in [0, 2].
    """
    cosines = np.sort(points @ ideals.T, axis=1)[:, :-3:-1]
    near = np.sqrt(np.maximum(0, 2 - 2 * cosines))
    return np.concatenate([near, near[:, 1:] - near[:, :1]], axis=1).astype(np.float32)


def steadiness(points: NDArray[np.float32], ideals: NDArray[np.float32]) -> NDArray[np.float32]:
    """How one an embedder is with itself on T views of N pictures, points (T, N, D): (N, 5).

    The length of the mean point, 1 where all views are placed alike; `gaps` of the mean, brought to
    unit length; and by how much the mean is nearer, in cosines, to the ideal that the first view is
    nearest to than to any other: below 0 where the views together say something else.
    """
    middle = points.mean(axis=0)
    length = np.linalg.norm(middle, axis=1, keepdims=True)
    cosines, rows = middle @ ideals.T, np.arange(points.shape[1])
    first = (points[0] @ ideals.T).argmax(axis=1)
    own = cosines[rows, first].copy()
    cosines[rows, first] = -np.inf
    lead = (own - cosines.max(axis=1))[:, None]
    placed = gaps(middle / np.maximum(length, 1e-6), ideals)
    return np.concatenate([length, placed, lead], axis=1).astype(np.float32)


def sized(picture: PixelArray) -> NDArray[np.uint8]:
    """Luminance (128, 128) of a picture in the middle of a square of its own border's grey."""
    grey = grey_of(picture)
    height, width = grey.shape
    scale = _SIDE / max(height, width)
    size = max(1, round(scale * width)), max(1, round(scale * height))
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    small = np.asarray(cv2.resize(grey, size, interpolation=way), dtype=np.uint8)
    rim = float(np.median(np.concatenate([small[0], small[-1], small[:, 0], small[:, -1]])))
    square = np.full((_SIDE, _SIDE), round(rim), dtype=np.uint8)
    top, left = (_SIDE - small.shape[0]) // 2, (_SIDE - small.shape[1]) // 2
    square[top : top + small.shape[0], left : left + small.shape[1]] = small
    return square


def measured(picture: PixelArray) -> list[float]:
    """Measures of a picture at 128 pixels. Raises ValueError where it is blank.

    The logarithms of blur and noise, brightness, contrast, and the longer side of the ink as
    `rasm.trust.image_quality` has them; then of the ink the share of the picture, the width of
    strokes, the length of its outline and the logarithm of the number of its parts; what grey
    values within ink and within background vary by; and the background's unevenness, wide blurred.
    """
    grey = sized(picture)
    ink = ink_of(grey)
    quality = quality_of(grey, ink)
    mask, light = ink.astype(np.uint8), grey.astype(np.float32) / 255
    depth = cv2.distanceTransform(mask, cv2.DIST_L2, 3)
    brush = np.ones((3, 3), dtype=np.uint8)
    outline = float((mask - cv2.erode(mask, brush)).sum())
    parts = cv2.connectedComponents(mask)[0] - 1
    inside, outside = float(light[ink].std()), float(light[~ink].std())
    paper = np.where(ink, 0, light)
    weight = cv2.GaussianBlur((~ink).astype(np.float32), (0, 0), 12) + 1e-3
    wide = cv2.GaussianBlur(paper.astype(np.float32), (0, 0), 12) / weight
    return [
        log(quality.blur_px + 0.2),
        quality.brightness,
        quality.contrast,
        log(quality.resolution),
        log(255 * quality.noise + 1),
        float(ink.mean()),
        4 * float(depth[ink].mean()),
        outline / quality.resolution,
        log(parts),
        inside + outside,
        float(wide[~ink].std()),
    ]
