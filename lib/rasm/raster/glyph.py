"""The raster policy: one outline, one 128x128 binary picture.

Every glyph is scaled until its larger side fills the canvas, so that a recogniser sees shape and
not size. Marks are the exception: what is smaller than a quarter of the em span fills half of the
canvas only, which keeps a trace of 'this is small'. The picture starts at the top left corner, so
cell (0, 0) always holds the glyph's own corner. A pixel is ink when the outline covers half of it.
"""

from dataclasses import dataclass
from typing import Literal, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, Field, model_validator

from rasm.raster.fill import HALF, FillRule, Mask, curve_bounds, fill
from rasm.raster.outline import Outline
from rasm.raster.packing import pack, unpack


class RasterPolicy(BaseModel, frozen=True, extra="forbid"):
    """How outlines become pictures (seed 001, section 4)."""

    size: int = Field(gt=0, multiple_of=8)
    diacritic_size: int = Field(gt=0)
    diacritic_ratio: float = Field(ge=0)
    fill: FillRule
    anchor: Literal["top_left", "center"]

    @model_validator(mode="after")
    def _diacritics_fit(self) -> Self:
        if self.diacritic_size > self.size:
            raise ValueError("diacritic_size must not exceed size")
        return self


@dataclass(frozen=True, slots=True)
class Raster:
    """A drawn glyph: its mask, packed, (size * size / 8,) uint8, and how it came to be.

    `bbox` is (min_x, min_y, max_x, max_y) of the curves in font units, `scale` pixels per font
    unit, `ratio` the larger side over the em span, `target` the larger side in pixels.
    """

    packed: NDArray[np.uint8]
    bbox: tuple[float, float, float, float]
    scale: float
    ratio: float
    target: int
    is_diacritic: bool

    @property
    def mask(self) -> Mask:
        """(size, size) bool, ink True."""
        return unpack(self.packed)


def draw(outline: Outline, em_span: float, policy: RasterPolicy) -> Raster:
    """Picture of an outline in font units, y up. `em_span` is ascent - descent in font units.

    Raises ValueError when the outline has no extent, leaves no ink or is beyond what `fill` draws.
    """
    box = left, low, right, high = curve_bounds(outline)
    width, height = right - left, high - low
    major = max(width, height)
    if major <= 0:
        raise ValueError("the outline has no extent")
    ratio = major / (em_span if em_span > 0 else height or major)
    is_diacritic = ratio < policy.diacritic_ratio
    target = policy.diacritic_size if is_diacritic else policy.size
    scale = target / major
    across, down = 0.0, 0.0
    if policy.anchor == "center":
        across, down = (policy.size - width * scale) / 2, (policy.size - height * scale) / 2
    # Fonts have y up, pictures have row 0 on top: flip about the top edge.
    placed = outline.points * (scale, -scale) + (across - left * scale, down + high * scale)
    coverage = fill(Outline(placed, outline.kinds, outline.ends), policy.size, policy.fill)
    mask = coverage >= HALF
    if not mask.any():
        raise ValueError("the raster is empty")
    return Raster(pack(mask), box, scale, ratio, target, is_diacritic)


def em_span(
    ascent: float | None,
    descent: float | None,
    typo_ascent: float | None,
    typo_descent: float | None,
) -> float:
    """Ascent minus descent in font units, typographic metrics first; 0 where there are none."""
    typographic = (typo_ascent or 0) - (typo_descent or 0)
    return float(typographic if typographic > 0 else (ascent or 0) - (descent or 0))
