"""Glyphs of the font database as a corpus: rasters by shape class, split by family.

What looks alike is one class, so its label names every member, the commonest first: who looks a
picture up sees all that it may be. Families keep the split that they have for the recogniser. Of a
family that is asked through one weight alone the others stay out.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from rasm.corpora.corpus import CorpusItem, encode_png
from rasm.fonts.inventory import arabic_inventory
from rasm.labels.splits import Split
from rasm.raster.packing import unpack
from rasm.store.manifest import Roster

_OR = " | "  # between labels that look alike


def glyph_items(
    rosters: Mapping[Split, Roster],
    names: Sequence[str],
    class_of: NDArray[np.int64],
    members: Sequence[Sequence[str]],
) -> list[CorpusItem]:
    """An item a glyph, by number.

    `names` (L,) are the labels, `class_of` (L,) their shape classes, and `members` (C,) the labels
    of each, the commonest first.
    """
    shapes = [_OR.join(labels) for labels in members]
    codes = {item.label: item.code_points for item in arabic_inventory()}
    items = [
        CorpusItem(
            picture=glyph_id,
            label=shapes[class_of[label]],
            group=family,
            split=split,
            source=family,
            codepoints=codes.get(names[label], ()),
        )
        for split, roster in rosters.items()
        for glyph_id, label, family in zip(
            roster.glyph_ids.tolist(),
            roster.labels.tolist(),
            roster.families.tolist(),
            strict=True,
        )
    ]
    return sorted(items, key=lambda item: item.picture)


def drawn(packed: NDArray[np.uint8]) -> bytes:
    """PNG bytes of a packed raster (bytes,), black on white."""
    return encode_png(np.where(unpack(packed), 0, 255).astype(np.uint8))
