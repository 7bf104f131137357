"""What the page says of a label and shows of it: characters, names, a picture as a font draws it.

Pictures are bits, so that no font has to be loaded, and scripts that a device lacks are seen.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rasm.fonts.inventory import Item, arabic_inventory
from rasm.fonts.sources import SCOPE, locked_versions, weight_files
from rasm.raster.face import draw_file
from rasm.raster.glyph import RasterPolicy

PICTURE = 64
"""Pixels a side."""
_FIRST = ("noto-naskh-arabic", "scheherazade-new")  # plain to read, and rich


def described(labels: Sequence[str]) -> Iterator[dict[str, object]]:
    """Of each label its text with joiners, code points, Unicode name and kind.

    Raises KeyError for a label that the inventory does not have.
    """
    items = {item.label: item for item in arabic_inventory()}
    for item in (items[label] for label in labels):
        yield {
            "label": item.label,
            "text": item.text,
            "codes": item.code_points,
            "name": item.name,
            "kind": item.char_class,
        }


def drawn_examples(labels: Sequence[str], fonts: Path) -> NDArray[np.uint8]:
    """A picture of each label, packed, (L, PICTURE * PICTURE / 8), from a folder of font packages.

    The first font that draws a label is taken. Raises ValueError naming a label that none draws.
    """
    policy = RasterPolicy(
        size=PICTURE, diacritic_size=PICTURE // 2, diacritic_ratio=0.25, fill="winding",
        anchor="center",
    )  # fmt: skip
    found: dict[str, NDArray[np.uint8]] = {}
    packages = [*_FIRST, *locked_versions(fonts / "package-lock.json")]
    for package in dict.fromkeys(packages):
        if found.keys() >= set(labels):
            break
        for item, raster in _glyphs(fonts / "node_modules" / SCOPE / package, policy):
            found.setdefault(item.label, raster)
    missing = [label for label in labels if label not in found]
    if missing:
        raise ValueError(f"no font in {fonts} draws {', '.join(missing)}")
    return np.stack([found[label] for label in labels])


def _glyphs(package: Path, policy: RasterPolicy) -> Iterator[tuple[Item, NDArray[np.uint8]]]:
    """What the regular weight of a package draws, or the nearest to it."""
    files = weight_files(package)
    weight = min(files, key=lambda one: abs(one - 400))
    drawn = draw_file(files[weight], policy)
    if drawn.error:
        raise ValueError(f"{drawn.path}: {drawn.error}")
    for face in drawn.faces:
        yield from zip(face.items, face.rasters, strict=True)
