"""Font files that are made to hang or to fill the machine, most of them a few KB."""

import io
import struct
import zlib
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import brotli
from fontTools.misc.psCharStrings import T2CharString
from fontTools.ttLib import TTFont
from fontTools.ttLib.woff2 import packBase128

from rasm.fonts.sfnt import sfnt_bytes
from tests.fonts.building import (
    BEH,
    SQUARES,
    SQUARES_CMAP,
    SQUARES_FEATURES,
    build_font,
    build_variable_font,
    font_bytes,
    square,
)

MANY = 800 * 2**20


@cache
def sound() -> bytes:
    return font_bytes(build_font(SQUARES, SQUARES_CMAP, features=SQUARES_FEATURES))


@cache
def sound_cff() -> bytes:
    return font_bytes(build_font(SQUARES, SQUARES_CMAP, cff=True))


def tables_of(data: bytes) -> dict[str, bytes]:
    reader = TTFont(io.BytesIO(data), lazy=True).reader
    return {str(tag): reader[tag] for tag in reader.tables}


def with_tables(changed: Mapping[str, bytes], data: bytes = b"") -> bytes:
    """The sound font with some tables changed."""
    return sfnt_bytes((data or sound())[:4], {**tables_of(data or sound()), **changed})


def patched(tag: str, at: int, value: bytes, data: bytes = b"") -> bytes:
    """The sound font with bytes of a table replaced."""
    table = tables_of(data or sound())[tag]
    return with_tables({tag: table[:at] + value + table[at + len(value) :]}, data)


# What unpacks to more than anybody has memory for.


def zipped_zeros(size: int) -> bytes:
    """A zlib stream of zero bytes: one piece, again and again."""
    deflate = zlib.compressobj(9)
    head = deflate.compress(bytes(2**20)) + deflate.flush(zlib.Z_FULL_FLUSH)
    piece = deflate.compress(bytes(2**20)) + deflate.flush(zlib.Z_FULL_FLUSH)
    end = b"\3\0" + struct.pack(">HH", size % 65521, 1)  # an empty last block, Adler-32
    return head + piece * (size // 2**20 - 1) + end


def brotli_zeros(size: int) -> bytes:
    encoder = brotli.Compressor(quality=2, lgwin=24)
    pieces = [encoder.process(bytes(2**24)) for _ in range(size // 2**24)]
    return b"".join(pieces) + encoder.finish()


def woff(tables: Mapping[str, tuple[bytes, int]], version: bytes = b"\0\1\0\0") -> bytes:
    """A woff file of tables (compressed, size that is claimed)."""
    at, directory, body = 44 + 20 * len(tables), b"", b""
    for tag, (packed, size) in sorted(tables.items()):
        directory += struct.pack(">4s4L", tag.encode(), at + len(body), len(packed), size, 0)
        body += packed + bytes(-len(packed) % 4)
    length = at + len(body)
    header = struct.pack(">4s4sLHHL", b"wOFF", version, length, len(tables), 0, length)
    return header + bytes(44 - len(header)) + directory + body


def woff_bomb(claimed: int) -> bytes:
    """`glyf` unpacks to 800 MB, whatever it claims."""
    tables = {tag: (zlib.compress(table), len(table)) for tag, table in tables_of(sound()).items()}
    return woff({**tables, "glyf": (zipped_zeros(MANY), claimed)})


def woff2(stream: bytes, entries: list[tuple[int, bytes, list[int]]]) -> bytes:
    """A woff2 file of a compressed stream and entries (flags, tag if any, sizes)."""
    directory = b"".join(
        bytes([flags]) + tag + b"".join(map(packBase128, sizes)) for flags, tag, sizes in entries
    )
    length = 48 + len(directory) + len(stream)
    header = struct.pack(
        ">4s4sLHHLL", b"wOF2", b"\0\1\0\0", length, len(entries), 0, 0, len(stream)
    )
    return header + bytes(48 - len(header)) + directory + stream


def woff2_bomb(claimed: int) -> bytes:
    """One table, `cmap`, that unpacks to 800 MB, whatever it claims."""
    return woff2(brotli_zeros(MANY), [(0, b"", [claimed])])


def woff2_points() -> bytes:
    """A transformed `glyf` whose one glyph has 65,535 contours of 65,535 points."""
    contours, counts = struct.pack(">h", 32767), b"\xfd\xff\xff" * 32767
    sizes = [len(contours), len(counts), 0, 0, 0, 4, 0]
    glyf = struct.pack(">HHHH7L", 0, 0, 1, 0, *sizes) + contours + counts + bytes(4)
    stream = brotli.compress(glyf)
    return woff2(stream, [(10, b"", [9, len(glyf)]), (11, b"", [4, 0])])


# Directories.


def many_tables() -> bytes:
    """65,535 tables that are all the whole file."""
    size = 12 + 16 * 65535
    entry = [struct.pack(">4sIII", struct.pack(">I", n), 0, 0, size) for n in range(65535)]
    return struct.pack(">4sHHHH", b"\0\1\0\0", 65535, 0, 0, 0) + b"".join(entry)


def overlapping_tables() -> bytes:
    """200 tables of a megabyte at one place."""
    start = 12 + 16 * 200
    entries = [struct.pack(">4sIII", b"%04d" % n, 0, start, 2**20) for n in range(200)]
    header = struct.pack(">4sHHHH", b"\0\1\0\0", 200, 0, 0, 0)
    return header + b"".join(entries) + bytes(2**20)


def collection(count: int, offsets: bytes, face: bytes = b"") -> bytes:
    return struct.pack(">4sII", b"ttcf", 0x10000, count) + offsets + face


def collection_of_one(count: int) -> bytes:
    """A collection whose faces are all one, as slow as may be: it has 32,000 points a glyph."""
    at = 12 + 4 * count
    face = bytearray(many_points(32_000))
    for entry in range(int.from_bytes(face[4:6], "big")):
        place = 12 + 16 * entry + 8
        face[place : place + 4] = struct.pack(">I", at + int.from_bytes(face[place:][:4], "big"))
    return collection(count, struct.pack(">I", at) * count, bytes(face))


# Character maps.


def cmap(subtable: bytes, encodings: int = 1) -> bytes:
    at = 4 + 8 * encodings
    record = struct.pack(">HHI", 3, 10, at)
    return struct.pack(">HH", 0, encodings) + record * encodings + subtable


def cmap_12(*groups: tuple[int, int, int], count: int | None = None, kind: int = 12) -> bytes:
    number = len(groups) if count is None else count
    body = b"".join(struct.pack(">III", *group) for group in groups)
    return cmap(struct.pack(">HHIII", kind, 0, 16 + len(body), 0, number) + body)


# Outlines.


def glyf(*glyphs: bytes) -> dict[str, bytes]:
    """`glyf` and `loca` in which glyph 0 is empty and the last of these is all that follow."""
    count = len(SQUARES) + 1
    own = [b"", *glyphs, *[glyphs[-1]] * (count - 1 - len(glyphs))]
    own = [one + bytes(-len(one) % 4) for one in own]
    places = [sum(map(len, own[:n])) for n in range(count + 1)]
    head = bytearray(tables_of(sound())["head"])
    head[50:52] = b"\0\1"
    return {
        "glyf": b"".join(own),
        "loca": struct.pack(f">{count + 1}I", *places),
        "head": bytes(head),
    }


def simple(ends: list[int], flags: bytes, coordinates: bytes = b"") -> bytes:
    box = struct.pack(f">5h{len(ends)}HH", len(ends), 0, 0, 0, 0, *ends, 0)
    return box + flags + coordinates


def many_points(count: int, contours: int = 1) -> bytes:
    """Glyphs of points that take a byte or two a hundred: flags are repeated, all x are 1."""
    ends = [(count * (n + 1)) // contours - 1 for n in range(contours)]
    repeats, rest = divmod(count, 256)
    flags = b"\x3b\xff" * repeats + (bytes([0x3B, rest - 1]) if rest else b"")
    return with_tables(glyf(simple(ends, flags, b"\1" * count)))


def component(glyph: int, flags: int = 0x23) -> bytes:
    return struct.pack(">HHhh", flags, glyph, 1, 1)


def composite(*parts: int) -> bytes:
    more = b"".join(component(part) for part in parts[:-1])
    return struct.pack(">5h", -1, 0, 0, 0, 0) + more + component(parts[-1], 0x03)


def doubled_components() -> bytes:
    """Each glyph is the next one 1,000 times, six deep."""
    return with_tables(glyf(*(composite(*[n + 1] * 1000) for n in range(1, 6)), simple([], b"")))


def cff(change: Callable[[Any], None]) -> bytes:
    font = build_font(SQUARES, SQUARES_CMAP, cff=True)
    change(font["CFF "].cff.topDictIndex[0])
    font.recalcBBoxes = False
    return font_bytes(font)


def doubling_subroutines(top: Any) -> None:
    """Subroutine n calls n + 1 twice: 2^25 steps."""
    subroutines = top.GlobalSubrs
    for n in range(25):
        call = [n + 1 - 107, "callgsubr"]
        program = [*call, *call, "return"] if n < 24 else ["return"]
        subroutines.append(T2CharString(program=program))
    for name in list(top.CharStrings.keys()):
        top.CharStrings[name].program = [-107, "callgsubr", "endchar"]


def subroutine_of_itself(top: Any) -> None:
    top.GlobalSubrs.append(T2CharString(program=[-107, "callgsubr", "return"]))
    for name in list(top.CharStrings.keys()):
        top.CharStrings[name].program = [-107, "callgsubr", "endchar"]


def long_charstrings(top: Any) -> None:
    """Every glyph runs the same 60,000 lines a hundred times."""
    lines = [number for _ in range(10_000) for number in (1, 1, -1, -1, 2, 2, "rlineto")]
    top.GlobalSubrs.append(T2CharString(program=[*lines, "return"]))
    for name in list(top.CharStrings.keys()):
        calls = [-107, "callgsubr"] * 100
        top.CharStrings[name].program = [0, 0, "rmoveto", *calls, "endchar"]


# Layout.


def multiplied(levels: int) -> bytes:
    """Glyph beh becomes sixteen of itself, by one lookup after the other."""
    many = " ".join(["beh"] * 16)
    features = "languagesystem DFLT dflt; languagesystem arab dflt; feature ccmp {" + "".join(
        f"lookup l{n} {{ sub beh by {many}; }} l{n};" for n in range(levels)
    )
    return font_bytes(build_font(SQUARES, SQUARES_CMAP, features=features + "} ccmp;"))


def names() -> bytes:
    """5,000 names that are all the same 64 KB."""
    records = b"".join(struct.pack(">6H", 3, 1, 1033, n, 65534, 0) for n in range(5_000))
    header = struct.pack(">3H", 0, 5_000, 6 + len(records))
    return with_tables({"name": header + records + b"\0a" * 32767})


def variable(tag: str, at: int, value: bytes) -> bytes:
    masters = [
        ({"wght": weight}, build_font({"beh": square(0, 0, side)}, {BEH: "beh"}))
        for weight, side in ((200, 100), (800, 400))
    ]
    return patched(tag, at, value, font_bytes(build_variable_font(masters)))


HUGE = b"\xff\xff\xff\xff"
FILES: dict[str, Callable[[], bytes]] = {
    "empty.ttf": lambda: b"",
    "four_bytes.ttf": lambda: b"\0\1\0\0",
    "truncated.ttf": lambda: sound()[:-200],
    "page.ttf": lambda: b"<html>" * 1000,
    "too_large.ttf": lambda: sound() + bytes(129 * 2**20),
    "woff_bomb_unclaimed.woff": lambda: woff_bomb(100),
    "woff_bomb.woff": lambda: woff_bomb(MANY),
    "woff_tables.woff": lambda: woff({f"{n:04}": (b"", 2**31) for n in range(200)}),
    "woff2_bomb_unclaimed.woff2": lambda: woff2_bomb(100),
    "woff2_bomb.woff2": lambda: woff2_bomb(MANY),
    "woff2_points.woff2": woff2_points,
    "woff2_size.woff2": lambda: woff2(b"", [(0, b"", [2**32 - 1])] * 200),
    "many_tables.ttf": many_tables,
    "overlapping_tables.ttf": overlapping_tables,
    "two_million_faces.ttc": lambda: collection(2_000_000, bytes(4) * 2_000_000),
    "faces_claimed.ttc": lambda: collection(2**32 - 1, bytes(400)),
    "faces_of_itself.ttc": lambda: collection(200, bytes(4) * 200),
    "slow_faces.ttc": lambda: collection_of_one(200),
    "cmap_4g.ttf": lambda: with_tables({"cmap": cmap_12((0, 2**32 - 1, 1))}),
    "cmap_13.ttf": lambda: with_tables({"cmap": cmap_12((0, 2**32 - 1, 1), kind=13)}),
    "cmap_groups.ttf": lambda: with_tables({"cmap": cmap_12(count=2**32 - 1)}),
    "cmap_overlapping.ttf": lambda: with_tables({"cmap": cmap_12(*[(0, 0x10FFFF, 1)] * 50_000)}),
    "cmap_encodings.ttf": lambda: with_tables({"cmap": struct.pack(">HH", 0, 65535)}),
    "contours.ttf": lambda: with_tables(glyf(struct.pack(">5h", 32767, 0, 0, 0, 0))),
    "contours_of_nothing.ttf": lambda: many_points(65535, 32767),
    "points.ttf": lambda: many_points(65535),
    "points_allowed.ttf": lambda: many_points(32_000, 10_000),
    "loca_backwards.ttf": lambda: patched("loca", 2, b"\xff\xff"),
    "cycle.ttf": lambda: with_tables(glyf(composite(1, 1))),
    "cycle_of_two.ttf": lambda: with_tables(glyf(composite(2), composite(1))),
    "doubled_components.ttf": doubled_components,
    "cff_doubling.otf": lambda: cff(doubling_subroutines),
    "cff_itself.otf": lambda: cff(subroutine_of_itself),
    "cff_long.otf": lambda: cff(long_charstrings),
    "cff_index.otf": lambda: patched("CFF ", 4, b"\xff\xff\x04" + HUGE, sound_cff()),
    "multiplied.ttf": lambda: multiplied(8),
    "glyph_count.ttf": lambda: patched("maxp", 4, b"\xff\xff"),
    "names.ttf": names,
    "axes.ttf": lambda: variable("fvar", 8, b"\xff\xff"),
    "instances.ttf": lambda: variable("fvar", 12, b"\xff\xff"),
    "gvar.ttf": lambda: variable("gvar", 4, b"\xff\xff" + HUGE),
}
