"""Open a font file: check it, unpack it, and hand out what shaping and the database need.

Font files come from anywhere, so nothing is believed.  First what the file claims is checked, then
fontTools parses the tables that outlines depend on; only a file that passes is handed to HarfBuzz.
Whatever is wrong ends in one FontError whose text is the reason.
"""

import hashlib
import io
from dataclasses import dataclass

import numpy as np
import uharfbuzz as hb
from fontTools.ttLib import TTFont

from rasm.fonts.sfnt import FontError, magic, table_places
from rasm.fonts.soundness import Soundness
from rasm.fonts.woff import unpack_woff
from rasm.fonts.woff2 import unpack_woff2

FONT_SUFFIXES = (".ttf", ".otf", ".woff", ".woff2", ".ttc")

_REQUIRED = ("head", "hhea", "hmtx", "maxp", "cmap")
_OUTLINES = (("glyf", "loca"), ("CFF ",), ("CFF2",))
_UPEM = range(16, 16385)
"""Units per em that OpenType allows."""
_MAX_FACES = 256
_CHARACTERS = 0x110000
"""Of Unicode: a map of more is none."""


@dataclass(frozen=True, slots=True)
class Metrics:
    """Vertical metrics in font units; None where the font has no OS/2 table, 0 where unset."""

    upem: int
    ascent: int
    descent: int
    typo_ascent: int | None
    typo_descent: int | None
    x_height: int
    cap_height: int
    line_gap: int


@dataclass(frozen=True, slots=True)
class Names:
    """What a font says of itself; empty strings and 400 where it says nothing."""

    family: str
    style: str
    weight: int
    licence: str


@dataclass(frozen=True, slots=True)
class Face:
    """An opened font: HarfBuzz's view of it and what was read from its tables."""

    font: hb.Font
    soundness: Soundness
    metrics: Metrics
    names: Names


def file_hash(data: bytes, index: int = 0) -> str:
    """SHA-256 of the file in hex; faces of a collection after the first add `:index`."""
    digest = hashlib.sha256(data).hexdigest()
    return f"{digest}:{index}" if index else digest


def face_count(data: bytes) -> int:
    """Return the number of fonts in a file: 1, or what the header of a collection says.

    Raises FontError when a collection's header is impossible.
    """
    if data[:4] != b"ttcf":
        return 1
    count = int.from_bytes(data[8:12], "big")
    if not 1 <= count <= (len(data) - 12) // 4:
        raise FontError(f"font collection claims {count} fonts in {len(data)} bytes")
    if count > _MAX_FACES:
        raise FontError(f"font collection of {count} fonts: {_MAX_FACES} at most")
    if len(set(np.frombuffer(data, ">u4", count, 12).tolist())) < count:
        raise FontError("font collection that names one font several times")
    return count


def _metrics(tables: TTFont) -> Metrics:
    os2 = tables.get("OS/2")
    return Metrics(
        upem=tables["head"].unitsPerEm,
        ascent=tables["hhea"].ascent,
        descent=tables["hhea"].descent,
        typo_ascent=getattr(os2, "sTypoAscender", None),
        typo_descent=getattr(os2, "sTypoDescender", None),
        x_height=getattr(os2, "sxHeight", 0),
        cap_height=getattr(os2, "sCapHeight", 0),
        line_gap=tables["hhea"].lineGap,
    )


def _names(tables: TTFont) -> Names:
    name = tables.get("name")

    def first(*ids: int) -> str:
        found = (name.getDebugName(id_) for id_ in ids) if name else ()
        return next((text for text in found if text), "")

    return Names(
        family=first(16, 1),
        style=first(17, 2),
        weight=getattr(tables["OS/2"], "usWeightClass", 400) if "OS/2" in tables else 400,
        licence=first(13, 14),
    )


def unpacked(data: bytes) -> bytes:
    """The file as HarfBuzz and fontTools read it: woff and woff2 as uncompressed fonts.

    Raises FontError with the reason when it is broken.
    """
    kind = magic(data)
    try:
        if kind == b"wOFF":
            return unpack_woff(data)
        return unpack_woff2(data) if kind == b"wOF2" else data
    except (FontError, MemoryError):
        raise
    except Exception as error:  # broken bytes lead anywhere
        raise FontError(f"broken font: {type(error).__name__}: {error}".strip()) from error


def _check_cmap(table: bytes) -> None:
    """Raise FontError when ranges of a character map hold more characters than there are."""
    (count,) = np.frombuffer(table, ">u2", 1, 2)
    for at in np.frombuffer(table, ">u4", 2 * int(count), 4)[1::2].tolist():
        if table[at : at + 2] in (b"\0\x0c", b"\0\x0d"):
            groups = int.from_bytes(table[at + 12 : at + 16], "big")
            ranges = np.frombuffer(table, ">u4", 3 * groups, at + 16).reshape(-1, 3).astype(int)
            mapped = int((ranges[:, 1] - ranges[:, 0] + 1).clip(min=0).sum())
            if mapped > _CHARACTERS:
                raise FontError(f"its character map claims {mapped:,} characters")


def _checked_tables(data: bytes, index: int) -> TTFont:
    places = table_places(data, index)
    missing = [tag for tag in _REQUIRED if tag not in places]
    if not any(all(tag in places for tag in kind) for kind in _OUTLINES):
        missing.append("glyf/loca or CFF")
    if missing:
        raise FontError(f"missing tables: {', '.join(missing)}")
    cmap = places["cmap"]
    _check_cmap(data[cmap.offset : cmap.offset + cmap.length])
    tables = TTFont(io.BytesIO(data), fontNumber=index, lazy=True, recalcTimestamp=False)
    if tables["head"].unitsPerEm not in _UPEM:
        raise FontError(f"units per em {tables['head'].unitsPerEm} are not in 16..16384")
    for tag in (*_REQUIRED, "glyf", "CFF ", "CFF2"):
        if tag in tables:
            _ = tables[tag]  # parses
    if not tables.getBestCmap():
        raise FontError("no Unicode character map")
    return tables


def open_face(data: bytes, index: int = 0) -> Face:
    """Open one font of a file at its default instance.

    Raises FontError with the reason when the file is broken.
    """
    data = unpacked(data)
    try:
        tables = _checked_tables(data, index)
        tables.getGlyphOrder()
        metrics, names, soundness = _metrics(tables), _names(tables), Soundness(tables)
        face = hb.Face(hb.Blob(data), index)
    except (FontError, MemoryError):
        raise
    except Exception as error:  # as above
        raise FontError(f"broken font: {type(error).__name__}: {error}".strip()) from error
    if face.glyph_count == 0:
        raise FontError("no glyphs")
    return Face(hb.Font(face), soundness, metrics, names)
