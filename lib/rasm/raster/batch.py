"""Rasterising many glyphs of a database, in processes, in the order of their numbers.

A glyph that cannot be drawn is reported with its reason and never stops the run.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from joblib import Parallel, delayed

from rasm.fonts.database import FontRow, GlyphRow
from rasm.raster.glyph import Raster, RasterPolicy, draw, em_span
from rasm.raster.polygons import polygons

_CHUNK = 256


@dataclass(frozen=True)
class DrawnGlyph:
    """A database row and its raster, or the reason why there is none."""

    glyph: GlyphRow
    raster: Raster | None
    reason: str = ""


def rasterize(
    glyphs: Iterable[GlyphRow], fonts: Mapping[str, FontRow], policy: RasterPolicy
) -> Iterator[DrawnGlyph]:
    """Draw each glyph; `fonts` by file hash give the em span."""
    spans = {name: _em_span(font) for name, font in fonts.items()}
    rows = iter(glyphs)
    chunks = iter(lambda: list(islice(rows, _CHUNK)), [])
    for drawn in Parallel(n_jobs=-1, return_as="generator", pre_dispatch="2*n_jobs")(
        delayed(_draw_all)(chunk, spans, policy) for chunk in chunks
    ):
        yield from drawn


def _draw_all(
    glyphs: list[GlyphRow], spans: Mapping[str, float], policy: RasterPolicy
) -> list[DrawnGlyph]:
    return [_draw(glyph, spans[glyph.f_id], policy) for glyph in glyphs]


def _draw(glyph: GlyphRow, span: float, policy: RasterPolicy) -> DrawnGlyph:
    try:
        raster = draw(polygons(glyph.contours, policy.curve_steps), span, policy)
    except ValueError as error:
        return DrawnGlyph(glyph, None, str(error))
    return DrawnGlyph(glyph, raster)


def _em_span(font: FontRow) -> float:
    return em_span(font.ascent, font.descent, font.typo_ascent, font.typo_descent)
