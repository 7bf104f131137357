"""The pictures by which families are compared: one font a family, always drawn alike.

The policy is the default one whatever the pipeline draws with, so that splits do not move when an
ablation changes the rasters.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from rasm.fonts.database import FontRow, GlyphRow
from rasm.labels.representatives import representatives
from rasm.raster.batch import Drawn, rasterize
from rasm.raster.glyph import RasterPolicy
from rasm.raster.packing import pack


def family_pictures(
    fonts: Mapping[str, FontRow],
    glyphs: Iterable[GlyphRow],
    track: Callable[[Iterable[Drawn], int], Iterable[Drawn]],
) -> Iterator[tuple[str, bytes]]:
    """(family, packed raster) of all glyphs of the font that stands for each family.

    `fonts` by file hash; `track` follows the drawing, given how many there will be.
    """
    chosen = set(representatives(fonts.values()).values())
    wanted: Sequence[GlyphRow] = [glyph for glyph in glyphs if glyph.f_id in chosen]
    for drawn in track(rasterize(wanted, fonts, RasterPolicy()), len(wanted)):
        if drawn.raster is not None:
            yield fonts[drawn.glyph.f_id].family, pack(drawn.raster.mask).tobytes()
