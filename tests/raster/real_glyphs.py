"""Glyphs of installed fonts, drawn as the pipeline draws them."""

from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from rasm.fonts.inventory import arabic_inventory
from rasm.fonts.reading import Glyph, read_glyphs
from rasm.raster.glyph import Raster, RasterPolicy, draw, em_span
from rasm.raster.outline import outline_of
from tests.fonts.building import package_face

DEFAULT = RasterPolicy(
    size=128,
    diacritic_size=64,
    diacritic_ratio=0.25,
    fill="winding",
    anchor="top_left",
)


@cache
def glyphs_of(package: str) -> tuple[dict[str, Glyph], float]:
    """Glyphs of a font package by label, and the em span in font units."""
    face = package_face(package)
    read = read_glyphs(face, arabic_inventory())
    m = face.metrics
    span = em_span(m.ascent, m.descent, m.typo_ascent, m.typo_descent)
    return {one.item.label: one for one in read if isinstance(one, Glyph)}, span


def raster_of(package: str, label: str, policy: RasterPolicy = DEFAULT) -> Raster:
    glyphs, span = glyphs_of(package)
    return draw(outline_of(glyphs[label].contours), span, policy)


@cache
def rasters_of(package: str) -> dict[str, Raster]:
    return {label: raster_of(package, label) for label in glyphs_of(package)[0]}


def holes(mask: NDArray[np.bool_]) -> int:
    """Counters of a mask: connected regions of background that do not reach the outside."""
    _, regions = ndimage.label(~np.pad(mask, 1))
    return int(regions) - 1


def larger_side(mask: NDArray[np.bool_]) -> int:
    """Pixels of the larger side of the ink's bounding box."""
    return max(int(np.ptp(axis)) + 1 for axis in np.nonzero(mask))
