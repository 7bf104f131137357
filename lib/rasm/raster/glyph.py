"""The raster policy: one outline, one 128x128 binary picture.

Every glyph is scaled until its larger side fills the canvas, so that a recogniser sees shape and
not size. Marks are the exception: what is smaller than a quarter of the em span fills half of the
canvas only, which keeps a trace of 'this is small'. The picture starts at the top left corner, so
cell (0, 0) always holds the glyph's own corner.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Self

import numpy as np
from PIL import Image
from pydantic import BaseModel, Field, model_validator

from rasm.raster.fill import FillRule, Mask, fill
from rasm.raster.polygons import Polygon


class RasterPolicy(BaseModel, frozen=True, extra="forbid"):
    """How outlines become pictures (seed 001, section 4)."""

    size: int = Field(gt=0, multiple_of=8)
    diacritic_size: int = Field(gt=0)
    diacritic_ratio: float = Field(ge=0)
    supersample: int = Field(ge=1)
    curve_steps: int = Field(ge=1)
    fill: FillRule
    anchor: Literal["top_left", "center"]

    @model_validator(mode="after")
    def _diacritics_fit(self) -> Self:
        if self.diacritic_size > self.size:
            raise ValueError("diacritic_size must not exceed size")
        return self


@dataclass(frozen=True)
class Raster:
    """A drawn glyph: `mask` (size, size) bool with ink True, and how it came to be.

    `bbox` is (min_x, min_y, max_x, max_y) in font units, `scale` pixels per font unit, `ratio` the
    larger side over the em span, `target` the larger side in pixels.
    """

    mask: Mask
    bbox: tuple[float, float, float, float]
    scale: float
    ratio: float
    target: int
    is_diacritic: bool


def draw(polygons: Sequence[Polygon], em_span: float, policy: RasterPolicy) -> Raster:
    """Picture of an outline in font units, y up. `em_span` is ascent - descent in font units.

    Raises ValueError when the outline has no extent or leaves no ink.
    """
    points = np.concatenate(polygons)
    low, high = points.min(axis=0), points.max(axis=0)
    width, height = high - low
    major = float(max(width, height))
    if major <= 0:
        raise ValueError("the outline has no extent")
    ratio = major / (em_span if em_span > 0 else float(height) or major)
    is_diacritic = ratio < policy.diacritic_ratio
    target = policy.diacritic_size if is_diacritic else policy.size
    scale = target / major
    offset = np.zeros(2)
    if policy.anchor == "center":
        offset = (policy.size - np.array([width, height]) * scale) / 2
    # Fonts have y up, pictures have row 0 on top: flip about the top edge.
    flip = np.array([1.0, -1.0])
    origin = np.array([low[0], high[1]])
    placed = [((p - origin) * flip * scale + offset) * policy.supersample for p in polygons]
    large = fill(placed, policy.size * policy.supersample, policy.fill)
    mask = _shrink(large, policy.size)
    if not mask.any():
        raise ValueError("the raster is empty")
    bbox = (float(low[0]), float(low[1]), float(high[0]), float(high[1]))
    return Raster(mask, bbox, scale, ratio, target, is_diacritic)


def em_span(
    ascent: float | None,
    descent: float | None,
    typo_ascent: float | None,
    typo_descent: float | None,
) -> float:
    """Ascent minus descent in font units, typographic metrics first; 0 where there are none."""
    typographic = (typo_ascent or 0) - (typo_descent or 0)
    return float(typographic if typographic > 0 else (ascent or 0) - (descent or 0))


def _shrink(large: Mask, size: int) -> Mask:
    if large.shape[0] == size:
        return large
    picture = Image.fromarray(large.astype(np.uint8) * 255)
    small = picture.resize((size, size), Image.Resampling.BICUBIC)
    return np.asarray(small) >= 128
