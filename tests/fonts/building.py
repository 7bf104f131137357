"""Fonts to test with: tiny ones whose outlines are known exactly, and the installed packages."""

import io
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from fontTools.designspaceLib import DesignSpaceDocument
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.t2CharStringPen import T2CharStringPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont
from fontTools.varLib import build as merge_masters

from rasm.fonts.files import Face, open_face

FONTS = Path(__file__).parents[2] / "dataset" / "fonts"
PACKAGES = FONTS / "node_modules" / "@fontsource"

Draw = Callable[[Any], None]


def polygon(*points: tuple[int, int]) -> Draw:
    def draw(pen: Any) -> None:
        pen.moveTo(points[0])
        for point in points[1:]:
            pen.lineTo(point)
        pen.closePath()

    return draw


def square(x: int, y: int, side: int) -> Draw:
    return polygon((x, y), (x + side, y), (x + side, y + side), (x, y + side))


def nothing(pen: Any) -> None:
    pass


def build_font(
    shapes: dict[str, Draw],
    cmap: dict[int, str],
    *,
    features: str = "",
    cff: bool = False,
    upem: int = 1000,
) -> TTFont:
    """A font of the given glyphs, each 500 units wide, after an empty .notdef."""
    builder = FontBuilder(upem, isTTF=not cff)
    names = [".notdef", *shapes]
    builder.setupGlyphOrder(names)
    builder.setupCharacterMap(cmap)
    drawn = {}
    for name in names:
        pen = T2CharStringPen(500, None) if cff else TTGlyphPen(dict.fromkeys(names))
        shapes.get(name, nothing)(pen)
        drawn[name] = pen.getCharString() if cff else pen.glyph()
    if cff:
        builder.setupCFF("Squares", {}, drawn, {})
    else:
        builder.setupGlyf(drawn)
    glyf = None if cff else builder.font["glyf"]
    builder.setupHorizontalMetrics(
        {name: (500, 0 if glyf is None else getattr(glyf[name], "xMin", 0)) for name in names}
    )
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupNameTable(
        {"familyName": "Squares", "styleName": "Bold", "licenseDescription": "Free"}
    )
    builder.setupOS2(sTypoAscender=700, sTypoDescender=-300, usWeightClass=700, sxHeight=5)
    builder.setupPost()
    if features:
        builder.addOpenTypeFeatures(features)
    font: TTFont = builder.font
    return font


Place = dict[str, int]


def build_variable_font(
    masters: list[tuple[Place, TTFont]], named: dict[str, Place] | None = None
) -> TTFont:
    """A font that varies between masters, given their places; the first is the default."""
    document = DesignSpaceDocument()
    for tag, default in masters[0][0].items():
        values = [place[tag] for place, _ in masters]
        document.addAxisDescriptor(
            tag=tag, name=tag, minimum=min(values), default=default, maximum=max(values)
        )
    for place, font in masters:
        document.addSourceDescriptor(font=font, location=place)
    for name, place in (named or {}).items():
        document.addInstanceDescriptor(styleName=name, familyName="Squares", location=place)
    font, _, _ = merge_masters(document)
    return font


def font_bytes(font: TTFont, flavor: str | None = None) -> bytes:
    font.flavor = flavor
    buffer = io.BytesIO()
    font.save(buffer)
    return buffer.getvalue()


def package_file(package: str, weight: int = 400) -> Path:
    path = PACKAGES / package / "files" / f"{package}-arabic-{weight}-normal.woff2"
    assert path.is_file(), f"{path} is missing: run 'make fonts'"
    return path


@cache
def package_face(package: str) -> Face:
    """The face of an installed package, unpacked once for all tests."""
    return open_face(package_file(package).read_bytes())


ALEF, BEH, LAM, FATHA, DOTTED_CIRCLE = 0x0627, 0x0628, 0x0644, 0x064E, 0x25CC
SQUARES = {
    "alef": square(0, 0, 100),
    "beh": square(100, 0, 200),
    "beh.init": square(50, 10, 300),
    "lam": square(0, 0, 400),
    "lam_alef": square(0, 0, 150),
    "fatha": square(0, 500, 50),
}
SQUARES_CMAP = {ALEF: "alef", BEH: "beh", LAM: "lam", FATHA: "fatha"}
SQUARES_FEATURES = """
languagesystem DFLT dflt;
languagesystem arab dflt;
feature init { sub beh by beh.init; } init;
feature rlig { sub lam alef by lam_alef; } rlig;
"""
