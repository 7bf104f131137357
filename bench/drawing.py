"""Drawing: glyphs a second, contours' JSON to packed rasters, beside other parsers and rasterisers.

`python -m bench.drawing [--glyphs 10000] [--database dataset/glyphs.db]`. The first row is what the
stage rasterize does, the workers awake. The others are single steps on one core: JSON parsed, an
outline read from it, and outlines filled that both sides have in their own form already. Matplotlib
has the rasteriser of Anti-Grain Geometry; Skia is there where skia-python is installed, which wants
the system's libGL.
"""

import gc
import json
from argparse import ArgumentParser
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path

import numpy as np
import orjson
import yaml
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.path import Path as AggPath
from matplotlib.transforms import IdentityTransform

from bench.rows import Absent, Entry, answer, compared, in_turns
from rasm.fonts.contours import decode
from rasm.fonts.database import GlyphDatabase
from rasm.raster.batch import rasterize
from rasm.raster.fill import HALF, Coverage, curve_bounds, fill
from rasm.raster.glyph import Raster, RasterPolicy, draw, em_span
from rasm.raster.outline import ON, Outline, outline_of, read_outline

ROUNDS, SIZE, LOOKED_AT = 5, 128, 500
Fill = Callable[[int], Coverage]
"""The number of an outline to its picture, row 0 at y = 0."""


def rows(glyphs: int, database: Path) -> Iterator[Entry]:
    if not database.is_file():
        raise FileNotFoundError(f"{database} is missing: `make run` makes it")
    policy = RasterPolicy(**yaml.safe_load(Path("params.yaml").read_text())["rasterize"])
    with GlyphDatabase(database) as opened:
        fonts = {font.file_hash: font for font in opened.fonts()}
        step = max(1, opened.glyph_count() // glyphs)
        chosen = list(islice(opened.glyphs(), 0, None, step))
    # The few that leave no ink are no use here.
    chosen = [row for row, drawn in rasterize(chosen, fonts, policy) if isinstance(drawn, Raster)]
    spans = {
        name: em_span(font.ascent, font.descent, font.typo_ascent, font.typo_descent)
        for name, font in fonts.items()
    }
    texts = [row.contours for row in chosen]
    gc.disable()  # as the workers do while they draw
    taken = in_turns(
        {
            "workers": lambda: list(rasterize(chosen, fonts, policy)),
            "one": lambda: [
                draw(read_outline(row.contours), spans[row.f_id], policy) for row in chosen
            ],
            "orjson": lambda: [orjson.loads(text) for text in texts],
            "json": lambda: [json.loads(text) for text in texts],
            "read": lambda: [read_outline(text) for text in texts],
            "decode": lambda: [outline_of(decode(text)) for text in texts],
        },
        ROUNDS,
    )
    for what, ours, alternative, theirs, items in (
        ("outlines to packed rasters, JSON parsed", "workers", "one process", "one", "glyphs"),
        ("contours' JSON parsed by orjson", "orjson", "json of Python", "json", "contours"),
        ("outlines read from JSON", "read", "command by command", "decode", "contours"),
    ):
        yield compared(what, taken[ours], alternative, taken[theirs], items=items, count=len(texts))
    yield from fills([in_pixels(read_outline(text)) for text in texts])


def in_pixels(outline: Outline) -> Outline:
    left, low, right, high = curve_bounds(outline)
    scale = SIZE / max(right - left, high - low)
    points = (outline.points - (left, low)) * scale
    return Outline(points, outline.kinds, outline.ends)


def fills(outlines: Sequence[Outline]) -> Iterator[Entry]:
    """Rows of filling alone."""
    what = "outlines filled by FreeType"
    peers = {"Anti-Grain Geometry": with_agg(outlines)}
    try:
        peers["Skia"] = with_skia(outlines)
    except ImportError as error:
        yield Absent(f"{what}, beside Skia", f"skia-python cannot be imported: {error}")
    every = range(len(outlines))

    def ours(number: int) -> Coverage:
        return fill(outlines[number], SIZE)

    jobs = {
        name: lambda draw_one=draw_one: [draw_one(number) for number in every]
        for name, draw_one in {"ours": ours, **peers}.items()
    }
    taken = in_turns(jobs, ROUNDS)
    for name, peer in peers.items():
        note = f"{unlike(ours, peer):.2%} of inked pixels differ"
        yield compared(
            what, taken["ours"], name, taken[name], items="glyphs", count=len(outlines), note=note
        )


def unlike(ours: Fill, theirs: Fill) -> float:
    """Pixels that one inks and the other does not, as a share of those that the first inks."""
    pairs = [(ours(number) >= HALF, theirs(number) >= HALF) for number in range(LOOKED_AT)]
    return sum(int((a != b).sum()) for a, b in pairs) / sum(int(a.sum()) for a, _ in pairs)


def pieces(contour: Outline) -> list[np.ndarray]:
    """A contour's start (1, 2), then each line (1, 2), quadratic (2, 2) or cubic (3, 2)."""
    return np.split(contour.points, np.flatnonzero(contour.kinds == ON) + 1)[:-1]


def with_agg(outlines: Sequence[Outline]) -> Fill:
    closing = np.zeros((1, 2))
    codes = {1: AggPath.LINETO, 2: AggPath.CURVE3, 3: AggPath.CURVE4}

    def path_of(outline: Outline) -> AggPath:
        points, kinds = [], []
        for contour in outline.contours():
            start, *others = pieces(contour)
            points += [start, *others, closing]
            kinds += [
                AggPath.MOVETO,
                *(codes[len(p)] for p in others for _ in p),
                AggPath.CLOSEPOLY,
            ]
        return AggPath(np.concatenate(points), kinds)

    paths = [path_of(outline) for outline in outlines]
    renderer = RendererAgg(SIZE, SIZE, 72)
    pen = renderer.new_gc()
    pen.set_linewidth(0)
    pen.set_snap(False)

    def fill_one(number: int) -> Coverage:
        renderer.clear()
        renderer.draw_path(pen, paths[number], IdentityTransform(), (0, 0, 0))
        return np.asarray(renderer.buffer_rgba())[::-1, :, 3].copy()

    return fill_one


def with_skia(outlines: Sequence[Outline]) -> Fill:
    import skia

    def path_of(outline: Outline) -> object:
        path = skia.Path()
        draw_piece = {1: path.lineTo, 2: path.quadTo, 3: path.cubicTo}
        for contour in outline.contours():
            start, *others = (piece.ravel().tolist() for piece in pieces(contour))
            path.moveTo(*start)
            for numbers in others:
                draw_piece[len(numbers) // 2](*numbers)
            path.close()
        return path

    paths = [path_of(outline) for outline in outlines]
    paint = skia.Paint(AntiAlias=True)

    def fill_one(number: int) -> Coverage:
        picture = np.zeros((SIZE, SIZE, 4), dtype=np.uint8)
        with skia.Surface(picture) as canvas:
            canvas.drawPath(paths[number], paint)
        return picture[..., 3]

    return fill_one


def main() -> None:
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--glyphs", type=int, default=10_000)
    parser.add_argument("--database", type=Path, default=Path("dataset/glyphs.db"))
    answer(rows, parser)


if __name__ == "__main__":
    main()
