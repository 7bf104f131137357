"""Characters of the world's scripts, drawn from a locked folder of font packages.

Matching letters that nobody has seen before is learnt from many alphabets. So the classes are
characters, letters and digits and spacing marks, and what is held out are whole scripts.

A package's files are named PACKAGE-SUBSET-WEIGHT-STYLE.woff2, and nearly every package brings a
`latin` subset beside its own script. Of Latin, the ASCII letters and digits are taken: a few
hundred hands writing the same 62 characters show how hands differ. The rest of Latin is left out,
in whatever subset it is.

What a character is comes from Unicode's tables as fontTools and unicodedata2 bring them: Python's
own differ from version to version.
"""

import logging
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import uharfbuzz as hb
from fontTools.unicodedata import category
from fontTools.unicodedata import script as script_of
from numpy.typing import NDArray

from rasm.bounded.workers import Workers
from rasm.fonts.files import open_face
from rasm.fonts.outlines import glyph_contours, without_flat
from rasm.fonts.sfnt import LOCKED_LIMITS, FontError, check_file
from rasm.fonts.sources import SourcesError, check_installed, locked_versions
from rasm.raster.glyph import RasterPolicy, draw
from rasm.raster.outline import outline_of
from rasm.raster.packing import pack, unpack

RIM = 4
"""Blank pixels around a character, room for a pen."""
_OTHER_LATIN = ("latin-ext", "vietnamese")
_ASCII = frozenset(code for code in range(128) if chr(code).isalnum())
# Letters but for modifiers (Lm), which are small copies of others; numbers; spacing marks.
_KINDS = ("Lu", "Ll", "Lt", "Lo", "Nd", "Nl", "No", "Mc")
_NO_SCRIPT = ("Zyyy", "Zinh", "Zzzz")  # shared by scripts, or unknown


@dataclass(frozen=True, slots=True)
class DrawnCharacter:
    """One character as one font draws it."""

    codepoint: int
    script: str
    """Four-letter code (ISO 15924)."""
    font: str
    """Id of the package, `noto-sans-thai`."""
    mask: bytes
    """Packed square mask, ink 1: centred, its longer side fills all but the rim."""


def locked_packages(folder: Path, lock: Path, wanted: Sequence[str]) -> list[Path]:
    """Folders of the packages that `lock` pins, or of those `wanted` by id (`noto-sans-thai`).

    Raises SourcesError when an id is unknown, or a package is not installed as locked.
    """
    locked = locked_versions(lock)
    unknown = sorted(set(wanted) - set(locked))
    if unknown:
        raise SourcesError(f"{lock} does not pin {', '.join(unknown)}")
    chosen = [folder / id_ for id_ in locked if not wanted or id_ in wanted]
    for package in chosen:
        check_installed(package, locked[package.name])
    return chosen


def draw_packages(
    packages: Iterable[Path], size: int, left_out: Sequence[str]
) -> list[DrawnCharacter]:
    """The characters of font packages, in their order: workers draw a package each.

    Raises as `draw_package` does, and FontError for a package that is over its limits.
    """
    calls = ((str(package), (package, size, left_out)) for package in packages)
    characters: list[DrawnCharacter] = []
    with Workers(LOCKED_LIMITS) as workers:
        for outcome in workers.in_order(draw_package, calls):
            if outcome.error:
                raise FontError(f"{outcome.error}; run 'make fonts'")
            characters += (one for file in outcome.results for one in file)
    return characters


def draw_package(
    package: Path, size: int, left_out: Iterable[str]
) -> Iterator[list[DrawnCharacter]]:
    """The characters of each file of a font package, `size` pixels a side with the rim.

    `left_out` are scripts by their four-letter code (ISO 15924). A character is drawn
    once, upright, at the weight nearest 400.
    Raises FontError for a file that is no sound font, SourcesError for a package without one.
    """
    policy = RasterPolicy(
        size=size - 2 * RIM,
        diacritic_size=size - 2 * RIM,
        diacritic_ratio=0,
        fill="winding",
        anchor="center",
    )
    skipped = frozenset(left_out) | frozenset(_NO_SCRIPT)
    # What fontTools warns about is either harmless or ends in the error.
    logging.getLogger("fontTools").setLevel(logging.ERROR)
    seen: set[int] = set()
    for subset, file in _regular_files(package).items():
        # Numbered subsets are those of Chinese, Japanese and Korean.
        if subset in _OTHER_LATIN or subset.isdigit():
            continue
        try:
            check_file(file)
            face = open_face(file.read_bytes())
        except FontError as error:
            raise FontError(f"{file}: {error}; run 'make fonts'") from None
        characters = []
        for code in sorted(face.font.face.unicodes):
            ascii_ = code in _ASCII  # its digits belong to no script by Unicode
            script = "Latn" if ascii_ else script_of(chr(code))
            if code in seen or script in skipped or (script == "Latn" and not ascii_):
                continue
            if category(chr(code)) not in _KINDS:
                continue
            glyph = face.font.get_nominal_glyph(code)
            mask = _mask(face.font, glyph, policy) if glyph else None
            if mask is not None:
                seen.add(code)
                characters.append(DrawnCharacter(code, script, package.name, pack(mask).tobytes()))
        yield characters


def _mask(font: hb.Font, glyph: int, policy: RasterPolicy) -> NDArray[np.bool_] | None:
    contours = without_flat(glyph_contours(font, glyph))
    if not contours:
        return None
    try:
        raster = draw(outline_of(contours), 0, policy)
    except ValueError:  # no ink
        return None
    return np.pad(raster.mask, RIM)


def _regular_files(package: Path) -> dict[str, Path]:
    """The upright file of the weight nearest 400 for each subset, sorted by subset."""
    pattern = re.compile(re.escape(package.name) + r"-(.+)-(\d+)-normal\.woff2")
    nearest: dict[str, tuple[int, Path]] = {}
    for path in sorted((package / "files").iterdir()):
        if match := pattern.fullmatch(path.name):
            candidate = (abs(int(match[2]) - 400), path)
            nearest[match[1]] = min(candidate, nearest.get(match[1], candidate))
    if not nearest:
        raise SourcesError(f"font package {package.name} has no file {package.name}-*-normal.woff2")
    return {subset: path for subset, (_, path) in sorted(nearest.items())}


def picture_of(character: DrawnCharacter) -> NDArray[np.uint8]:
    """The character dark on white, (size, size) uint8."""
    mask = unpack(np.frombuffer(character.mask, dtype=np.uint8))
    return np.where(mask, 0, 255).astype(np.uint8)
