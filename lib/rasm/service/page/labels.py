"""What the page says of a label and shows of it: characters, names, a picture as a font draws it.

Pictures are bits, so that no font has to be loaded, and scripts that a device lacks are seen.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from fontTools.unicodedata import script, script_name
from numpy.typing import NDArray

from rasm.corpora.scripts import draw_package, locked_packages
from rasm.fonts.inventory import Item, arabic_inventory
from rasm.fonts.sources import SCOPE, FontPackage, font_packages
from rasm.fonts.weights import chosen_weights
from rasm.raster.face import draw_file
from rasm.raster.glyph import RasterPolicy
from rasm.raster.ink import fitted
from rasm.raster.packing import pack, unpack
from rasm.retrieval.index_folder import Entry

GLYPH_SIDE, CHARACTER_SIDE = 64, 32
"""Pixels of a picture."""
_LARGE = 96  # pixels of a character before it is made small
_FIRST = ("noto-naskh-arabic", "scheherazade-new")  # plain to read, and rich
_KINDS = {"isol": "isolated", "init": "initial", "medi": "medial", "diacritic": "mark"}


def described_glyphs(labels: Sequence[str]) -> Iterator[dict[str, Any]]:
    """Of each label its text with joiners, code points, Unicode name and form.

    Raises KeyError for a label that the inventory does not have.
    """
    items = {item.label: item for item in arabic_inventory()}
    for item in (items[label] for label in labels):
        yield {
            "label": item.label,
            "text": item.text,
            "codes": item.code_points,
            "name": item.name,
            "kind": _KINDS.get(item.char_class, item.char_class),
        }


def described_characters(entries: Sequence[Entry]) -> Iterator[dict[str, Any]]:
    """The same of characters; what kind they are is their script."""
    for entry in entries:
        text = "".join(map(chr, entry.codepoints))
        codes = {"text": text, "codes": entry.codepoints}
        kind = script_name(script(text[0]))
        yield {"label": entry.label, **codes, "name": entry.label, "kind": kind}


def drawn_glyphs(labels: Sequence[str], fonts: Path) -> NDArray[np.uint8]:
    """A picture of each label, packed, (L, GLYPH_SIDE ** 2 / 8), from a folder of font packages.

    The first font that draws a label is taken. Raises ValueError naming a label that none draws.
    """
    policy = RasterPolicy(
        size=GLYPH_SIDE,
        diacritic_size=GLYPH_SIDE // 2,
        diacritic_ratio=0.25,
        fill="winding",
        anchor="center",
    )
    found: dict[str, NDArray[np.uint8]] = {}
    for package in sorted(font_packages(fonts), key=lambda one: one.id not in _FIRST):
        if found.keys() >= set(labels):
            break
        for item, raster in _glyphs(package, policy):
            found.setdefault(item.label, raster)
    missing = [label for label in labels if label not in found]
    if missing:
        raise ValueError(f"no font in {fonts} draws {', '.join(missing)}")
    return np.stack([found[label] for label in labels])


def _glyphs(package: FontPackage, policy: RasterPolicy) -> Iterator[tuple[Item, NDArray[np.uint8]]]:
    """What the regular weight of a package draws, or the nearest to it."""
    (weight,) = chosen_weights(list(package.files), "regular")
    drawn = draw_file(package.files[weight], policy)
    if drawn.error:
        raise ValueError(f"{drawn.path}: {drawn.error}")
    for face in drawn.faces:
        yield from zip(face.items, face.rasters, strict=True)


def drawn_characters(entries: Sequence[Entry], fonts: Path) -> NDArray[np.uint8]:
    """A picture of each entry, packed, (E, CHARACTER_SIDE ** 2 / 8), by the font it came from.

    Raises ValueError naming one that its font does not draw.
    """
    asked = {(entry.source, entry.codepoints[0]): None for entry in entries}
    sources = sorted({entry.source for entry in entries})
    scope = fonts / "node_modules" / SCOPE
    found: dict[tuple[str, int], NDArray[np.uint8]] = {}
    for package in locked_packages(scope, fonts / "package-lock.json", sources):
        for file in draw_package(package, _LARGE, ()):
            for one in file:
                if (one.font, one.codepoint) in asked:
                    found[one.font, one.codepoint] = _small(one.mask)
    missing = [f"{font} U+{code:04X}" for font, code in asked if (font, code) not in found]
    if missing:
        raise ValueError(f"not drawn by the fonts in {fonts}: {', '.join(missing)}")
    return np.stack([found[one] for one in asked])


def _small(mask: bytes) -> NDArray[np.uint8]:
    """A large mask, packed, as a small one in which thin strokes are whole."""
    return pack(fitted(unpack(np.frombuffer(mask, dtype=np.uint8)), CHARACTER_SIDE, 0))
