"""What a shape is supposed to look like: its most typical drawing among the training fonts.

Typical is the drawing nearest to the mean of all drawings of the shape, pixel by pixel: a real
glyph, neither blurred like the mean nor odd like one picked blindly.
"""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from rasm.labels.homoglyphs import ShapeClasses
from rasm.raster.packing import unpack
from rasm.store.manifest import Roster
from rasm.store.records import Records


def typical_glyphs(
    store: Records, trained: Roster, shapes: ShapeClasses, classes: Iterable[int]
) -> dict[int, NDArray[np.bool_]]:
    """Mask (S, S) of each of these shape classes; a class without training glyphs has none."""
    class_of = shapes.class_of[trained.labels]
    found = {}
    for number in sorted(set(classes)):
        rows = np.flatnonzero(class_of == number)
        if len(rows):
            masks = unpack(store.stack(trained.glyph_ids[rows]))
            found[number] = masks[most_typical(masks)]
    return found


def most_typical(masks: NDArray[np.bool_]) -> int:
    """Index of the mask (N, S, S) nearest to their mean; of equals the first."""
    flat = masks.reshape(len(masks), -1).astype(np.float32)
    return int(((flat - flat.mean(axis=0)) ** 2).sum(axis=1).argmin())
