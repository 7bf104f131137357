"""Rasterising many glyphs of a database, in processes, in the order of their numbers.

A glyph that cannot be drawn is reported with its reason and never stops the run.
"""

import gc
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice

from joblib import Parallel, delayed

from rasm.fonts.database import FontRow, GlyphRow
from rasm.raster.glyph import Raster, RasterPolicy, draw, em_span
from rasm.raster.outline import read_outline

_CHUNK = 512


def rasterize(
    glyphs: Iterable[GlyphRow], fonts: Mapping[str, FontRow], policy: RasterPolicy
) -> Iterator[tuple[GlyphRow, Raster | str]]:
    """Each glyph with its raster, or the reason why there is none.

    `fonts` by file hash give the em span.
    """
    spans = {
        name: em_span(font.ascent, font.descent, font.typo_ascent, font.typo_descent)
        for name, font in fonts.items()
    }
    waiting: list[list[GlyphRow]] = []

    def tasks() -> Iterator[list[tuple[str, float]]]:
        rows = iter(glyphs)
        while chunk := list(islice(rows, _CHUNK)):
            waiting.append(chunk)
            yield [(row.contours, spans[row.f_id]) for row in chunk]

    parallel = Parallel(n_jobs=-1, return_as="generator", pre_dispatch="2*n_jobs")
    for drawn in parallel(delayed(_draw_all)(task, policy) for task in tasks()):
        yield from zip(waiting.pop(0), drawn, strict=True)


def _draw_all(outlines: list[tuple[str, float]], policy: RasterPolicy) -> list[Raster | str]:
    # Parsed JSON holds no cycles, and to look for some takes as long as to parse it.
    gc.disable()
    try:
        return [_draw(contours, span, policy) for contours, span in outlines]
    finally:
        gc.enable()


def _draw(contours: str, span: float, policy: RasterPolicy) -> Raster | str:
    try:
        return draw(read_outline(contours), span, policy)
    except ValueError as error:
        return str(error)
