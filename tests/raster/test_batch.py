"""Many glyphs in processes: each in its place, the undrawable ones with their reason."""

from dataclasses import replace

import numpy as np

from rasm.fonts.database import FontRow, GlyphRow
from rasm.raster.batch import rasterize
from rasm.raster.glyph import Raster
from tests.raster.real_glyphs import DEFAULT

SMALL = DEFAULT.model_copy(update={"size": 16, "diacritic_size": 8})
FONT = FontRow("f", 1000, 800, -200, 700, -300, 0, 0, 0, "Squares", "", 400, "", "")


def square(glyph_id: int, side: int) -> GlyphRow:
    text = (
        f'[[["moveTo",[0,0]],["lineTo",[{side},0]],["lineTo",[{side},{side}]],'
        f'["lineTo",[0,{side}]],["closePath",null]]]'
    )
    return GlyphRow(glyph_id, "f", "box", text, None, None, 0, 0, 0, None, None)


def test_glyphs_come_in_order_and_broken_ones_say_why() -> None:
    """600 glyphs are two chunks; every seventh is a mark, 100 units of a span of 1000."""
    rows = [square(n, 100 if n % 7 == 0 else 500) for n in range(600)]
    rows[5] = replace(rows[5], contours="[]")
    rows[300] = replace(rows[300], contours="{")
    rows[599] = square(599, 0)
    drawn = list(rasterize(rows, {"f": FONT}, SMALL))
    assert [glyph for glyph, _ in drawn] == rows
    reasons = {glyph.glyph_id: raster for glyph, raster in drawn if isinstance(raster, str)}
    assert sorted(reasons) == [5, 300, 599]
    assert reasons[5] == "no closed path"
    assert "not JSON" in reasons[300]
    assert reasons[599] == "the outline has no extent"
    for glyph, raster in drawn:
        if not isinstance(raster, str):
            mark = glyph.glyph_id % 7 == 0
            assert raster.mask.sum() == (64 if mark else 256)
            assert raster.is_diacritic == mark


def test_em_span_is_that_of_the_glyph_s_own_font() -> None:
    """100 units are a tenth of one em and all of the other."""
    fonts = {"f": FONT, "tiny": replace(FONT, file_hash="tiny", typo_ascent=100, typo_descent=0)}
    rows = [square(1, 100), replace(square(2, 100), f_id="tiny")]
    rasters = [raster for _, raster in rasterize(rows, fonts, SMALL) if isinstance(raster, Raster)]
    assert [raster.is_diacritic for raster in rasters] == [True, False]
    np.testing.assert_allclose([raster.ratio for raster in rasters], [0.1, 1.0])
