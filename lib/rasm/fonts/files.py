"""Open a font file: check it, decode it, and hand out what shaping and the database need.

Font files come from anywhere, so nothing is believed.  fontTools reads every table's bytes and
parses those that outlines depend on; only a file that passes is handed to HarfBuzz.  Whatever is
wrong ends in one FontError whose text is the reason.
"""

import hashlib
import io
from dataclasses import dataclass

import uharfbuzz as hb
from fontTools.ttLib import TTFont

from rasm.fonts.soundness import Soundness

FONT_SUFFIXES = (".ttf", ".otf", ".woff", ".woff2", ".ttc")

_MAGIC = (b"\0\1\0\0", b"OTTO", b"true", b"ttcf", b"wOFF", b"wOF2")
_REQUIRED = ("head", "hhea", "hmtx", "maxp", "cmap")
_OUTLINES = (("glyf", "loca"), ("CFF ",), ("CFF2",))
_UPEM = range(16, 16385)
"""Units per em that OpenType allows."""


class FontError(ValueError):
    """A font that cannot be used; the message is the reason."""


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


def _checked_tables(data: bytes, index: int) -> TTFont:
    if data[:4] not in _MAGIC:
        raise FontError(f"not a font file: it starts with {data[:4]!r}")
    tables = TTFont(io.BytesIO(data), fontNumber=index, lazy=True, recalcTimestamp=False)
    for tag, entry in tables.reader.tables.items():
        # woff2 packs all tables into one stream, which does not unpack when it is cut short.
        if tables.flavor != "woff2" and entry.offset + entry.length > len(data):
            raise FontError(f"table {tag} ends beyond the end of the file: is it truncated?")
        _ = tables.reader[tag]  # unpacks woff tables, which fails where they are damaged
    missing = [tag for tag in _REQUIRED if tag not in tables]
    if not any(all(tag in tables for tag in kind) for kind in _OUTLINES):
        missing.append("glyf/loca or CFF")
    if missing:
        raise FontError(f"missing tables: {', '.join(missing)}")
    if tables["head"].unitsPerEm not in _UPEM:
        raise FontError(f"units per em {tables['head'].unitsPerEm} are not in 16..16384")
    for tag in (*_REQUIRED, "glyf", "CFF ", "CFF2"):
        if tag in tables:
            _ = tables[tag]  # parses
    if not tables.getBestCmap():
        raise FontError("no Unicode character map")
    return tables


def _sfnt(tables: TTFont, data: bytes) -> bytes:
    """Return bytes that HarfBuzz can read; woff and woff2 are unpacked."""
    if tables.flavor is None:
        return data
    tables.flavor = None
    buffer = io.BytesIO()
    tables.save(buffer, reorderTables=None)
    return buffer.getvalue()


def open_face(data: bytes, index: int = 0) -> Face:
    """Open one font of a file at its default instance.

    Raises FontError with the reason when the file is broken.
    """
    try:
        tables = _checked_tables(data, index)
        tables.getGlyphOrder()
        metrics, names, soundness = _metrics(tables), _names(tables), Soundness(tables)
        face = hb.Face(hb.Blob(_sfnt(tables, data)), index)
    except FontError:
        raise
    except Exception as error:  # broken bytes may raise anything inside fontTools
        raise FontError(f"broken font: {type(error).__name__}: {error}".strip()) from error
    if face.glyph_count == 0:
        raise FontError("no glyphs")
    return Face(hb.Font(face), soundness, metrics, names)
