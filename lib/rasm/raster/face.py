"""All glyphs that font files show, as pictures, straight from the files.

Drawn by workers, one file a task, ahead of who asks for them: the first fonts are drawn while the
asker still loads its networks. That is why this stands apart: a worker imports this module and
nothing heavier.
"""

import logging
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rasm.fonts.files import Face, face_count, open_face
from rasm.fonts.inventory import Item, arabic_inventory
from rasm.fonts.reading import Glyph, read_glyphs
from rasm.raster.glyph import RasterPolicy, draw, em_span
from rasm.raster.outline import outline_of
from rasm.raster.size_cues import size_cues
from rasm.store.regular_file import require_regular


@dataclass(frozen=True, slots=True)
class DrawnFace:
    """The items that a face shows and that leave ink, their pictures, and their size cues."""

    name: str
    items: tuple[Item, ...]
    rasters: NDArray[np.uint8]  # (N, bytes), packed
    cues: NDArray[np.float32]  # (N, 4)


@dataclass(frozen=True, slots=True)
class DrawnFile:
    """The faces of a file up to the one that is broken, if any, and then what is wrong with it."""

    path: Path
    faces: tuple[DrawnFace, ...]
    error: str = ""


def draw_file(path: Path, policy: RasterPolicy) -> DrawnFile:
    """Draw every face of a file; nothing is raised for what is wrong with the file."""
    # What fontTools warns about is either harmless or ends in the error.
    logging.getLogger("fontTools").setLevel(logging.ERROR)
    faces: list[DrawnFace] = []
    try:
        require_regular(path)
        data = path.read_bytes()
        count = face_count(data)
        for index in range(count):
            name = f"{path.name}:{index}" if count > 1 else path.name
            faces.append(draw_face(name, open_face(data, index), policy))
    except (ValueError, OSError) as error:
        return DrawnFile(path, tuple(faces), str(error))
    return DrawnFile(path, tuple(faces))


def draw_face(name: str, face: Face, policy: RasterPolicy) -> DrawnFace:
    """Draw each item of the inventory."""
    m = face.metrics
    span = em_span(m.ascent, m.descent, m.typo_ascent, m.typo_descent)
    items: list[Item] = []
    rasters: list[NDArray[np.uint8]] = []
    cues: list[tuple[float, ...]] = []
    for glyph in read_glyphs(face, _inventory()):
        if isinstance(glyph, Glyph):
            try:
                raster = draw(outline_of(glyph.contours), span, policy)
            except ValueError:
                continue
            items.append(glyph.item)
            rasters.append(raster.packed)
            cues.append(size_cues(raster.bbox, raster.ratio))
    width = policy.size**2 // 8
    return DrawnFace(
        name,
        tuple(items),
        np.array(rasters, dtype=np.uint8).reshape(-1, width),
        np.array(cues, dtype=np.float32).reshape(-1, 4),
    )


@cache
def _inventory() -> tuple[Item, ...]:
    """The items, read once a worker."""
    return tuple(arabic_inventory())
