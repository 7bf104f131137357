"""One font speaks for a family: the one nearest weight 400, drawn by the default policy."""

from collections.abc import Iterable

from rasm.fonts.database import FontRow, GlyphRow
from rasm.labels.families import family_pictures
from rasm.raster.batch import DrawnGlyph


def font(name: str, family: str, weight: int | None) -> FontRow:
    return FontRow(name, 1000, 800, -200, 800, -200, 0, 0, 0, family, "", weight, "", "")


def glyph(glyph_id: int, name: str, height: int) -> GlyphRow:
    text = (
        f'[[["moveTo",[0,0]],["lineTo",[500,0]],["lineTo",[500,{height}]],'
        f'["lineTo",[0,{height}]],["closePath",null]]]'
    )
    return GlyphRow(glyph_id, name, "box", text, None, None, 0, 0, 0, None, None)


FONTS = {
    one.file_hash: one
    for one in (
        font("c700", "Cairo", 700),
        font("c300", "Cairo", 300),
        font("c400", "Cairo", 400),
        font("o800", "Oi", 800),
        font("k2", "Own", None),
        font("k1", "Own", None),
    )
}


def test_the_regular_font_of_each_family_is_drawn() -> None:
    """Boxes 500 wide of different heights, 128 pixels wide: half as high is half the ink."""
    glyphs = [
        glyph(1, "c700", 500),
        glyph(2, "c400", 250),
        glyph(3, "c400", 0),  # cannot be drawn
        glyph(4, "o800", 500),
        glyph(5, "k1", 125),
        glyph(6, "k2", 500),
    ]
    totals = []

    def track(drawn: Iterable[DrawnGlyph], total: int) -> Iterable[DrawnGlyph]:
        totals.append(total)
        return drawn

    pictures = list(family_pictures(FONTS, glyphs, track))
    assert [family for family, _ in pictures] == ["Cairo", "Oi", "Own"]
    full = 128 * 128 // 8
    assert [picture.count(b"\xff") for _, picture in pictures] == [full // 2, full, full // 4]
    assert totals == [4]
