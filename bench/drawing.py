"""Drawing: glyphs a second, contours' JSON to packed rasters, beside other rasterisers.

`python -m bench.drawing [--glyphs 10000] [--database dataset/glyphs.db]`. The first row is what the
stage rasterize does, on all cores, the workers awake. The others are single steps on one core:
FreeType as Rasm calls it, and skia-python where it is installed (it needs the system's libGL), with
its own parsing left out, so that only filling is compared. All in turns; quote the medians.
"""

import argparse
import statistics
from collections.abc import Callable
from itertools import islice
from pathlib import Path

import numpy as np
import yaml

from bench.turns import in_turns
from rasm.fonts.database import GlyphDatabase
from rasm.raster.batch import rasterize
from rasm.raster.fill import curve_bounds, fill
from rasm.raster.glyph import Raster, RasterPolicy, draw
from rasm.raster.outline import CUBIC, ON, Outline, read_outline

ROUNDS = 5
SIZE = 128


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--glyphs", type=int, default=10_000)
    parser.add_argument("--database", type=Path, default=Path("dataset/glyphs.db"))
    asked = parser.parse_args()
    policy = RasterPolicy(**yaml.safe_load(Path("params.yaml").read_text())["rasterize"])
    with GlyphDatabase(asked.database) as database:
        fonts = {font.file_hash: font for font in database.fonts()}
        step = max(1, database.glyph_count() // asked.glyphs)
        rows = list(islice(database.glyphs(), 0, None, step))
    # The few that leave no ink are no use here.
    rows = [row for row, drawn in rasterize(rows, fonts, policy) if isinstance(drawn, Raster)]
    outlines = [read_outline(row.contours) for row in rows]
    placed = [in_pixels(outline) for outline in outlines]
    jobs: dict[str, Callable[[], object]] = {
        "JSON to packed rasters, all cores": lambda: list(rasterize(rows, fonts, policy)),
        "parse": lambda: [read_outline(row.contours) for row in rows],
        "parsed to packed raster": lambda: [draw(outline, 1, policy) for outline in outlines],
        "fill, FreeType": lambda: [fill(outline, SIZE) for outline in placed],
    }
    if skia := with_skia(placed):
        jobs["fill, Skia"] = skia
    for name, taken in in_turns(jobs, ROUNDS).items():
        rate = len(rows) / statistics.median(taken)
        print(f"{name:36} {rate:8.0f} glyphs/s")
    if not skia:
        print(f"{'fill, Skia':36} not installed")


def in_pixels(outline: Outline) -> Outline:
    left, low, right, high = curve_bounds(outline)
    scale = SIZE / max(right - left, high - low)
    points = (outline.points - (left, low)) * scale
    return Outline(points, outline.kinds, outline.ends)


def with_skia(outlines: list[Outline]) -> Callable[[], object] | None:
    try:
        import skia
    except ImportError:
        return None
    paint = skia.Paint(AntiAlias=True)

    def path_of(outline: Outline) -> object:
        path = skia.Path()
        for contour in outline.contours():
            points, kinds = contour.points.tolist(), contour.kinds.tolist()
            path.moveTo(*points[0])
            at = 1
            while at < len(points):
                if kinds[at] == ON:
                    path.lineTo(*points[at])
                    at += 1
                elif kinds[at] == CUBIC:
                    path.cubicTo(*points[at], *points[at + 1], *points[at + 2])
                    at += 3
                else:
                    path.quadTo(*points[at], *points[at + 1])
                    at += 2
            path.close()
        return path

    paths = [path_of(outline) for outline in outlines]

    def fill_all() -> None:
        for path in paths:
            surface = np.zeros((SIZE, SIZE, 4), dtype=np.uint8)
            with skia.Surface(surface) as canvas:
                canvas.drawPath(path, paint)

    return fill_all


if __name__ == "__main__":
    main()
