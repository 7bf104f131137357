"""All glyphs that a font file shows, as masks, straight from the opened font.

Drawn in processes, which is why it stands apart from who asks: a worker imports this module and
nothing heavier.
"""

from collections.abc import Iterable, Iterator

from joblib import Parallel, delayed

from rasm.fonts.contours import Contours
from rasm.fonts.files import Face
from rasm.fonts.inventory import Item, arabic_inventory
from rasm.fonts.reading import Glyph, read_glyphs
from rasm.raster.fill import Mask
from rasm.raster.glyph import RasterPolicy, draw, em_span
from rasm.raster.polygons import flatten


def draw_face(face: Face, policy: RasterPolicy) -> Iterator[tuple[Item, Mask]]:
    """Each item of the inventory that the face shows and that leaves ink, with its mask."""
    m = face.metrics
    span = em_span(m.ascent, m.descent, m.typo_ascent, m.typo_descent)
    shown = [g for g in read_glyphs(face, arabic_inventory()) if isinstance(g, Glyph)]
    masks: Iterable[Mask | None] = Parallel(n_jobs=-1, return_as="generator", batch_size=64)(
        delayed(_mask)(glyph.contours, span, policy) for glyph in shown
    )
    for glyph, mask in zip(shown, masks, strict=True):
        if mask is not None:
            yield glyph.item, mask


def _mask(contours: Contours, span: float, policy: RasterPolicy) -> Mask | None:
    try:
        return draw(flatten(contours, policy.curve_steps), span, policy).mask
    except ValueError:
        return None
