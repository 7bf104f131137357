"""The transform of WOFF2 undone: glyf, loca and hmtx from the streams that they were sorted into.

The transform keeps all flags of all points in one stream, all coordinates in another, and so on.
Points are decoded all at once; one loop over the glyphs finds where each begins. What is written
back draws the same but is not the same: coordinates take two bytes each, and instructions are left
out, for nothing here fits outlines to a grid.
Format: https://www.w3.org/TR/WOFF2/#glyf_table_format
"""

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from rasm.fonts.sfnt import FontError

_HEADER = struct.Struct(">2xHHH7L")
_BOX = struct.Struct(">4h")
_WORDS, _ARE_OFFSETS, _SCALE, _MORE, _TWO_SCALES, _MATRIX = 0x01, 0x02, 0x08, 0x20, 0x40, 0x80
_INSTRUCTIONS, _OFFSETS_ARE_SCALED = 0x100, 0x800
_MAX_DEPTH, _MAX_POINTS = 64, 2**16
_INT16 = range(-(2**15), 2**15)


def _triplets() -> NDArray[np.int64]:
    """(128, 7): of each flag the bytes, bits of x and of y, what is added to each, and the signs.

    Section 5.2 of the format, "Triplet Encoding".
    """
    rows = []
    for flag in range(128):
        first = 1 if flag & 1 else -1
        second = 1 if flag & 2 else -1
        if flag < 10:
            rows.append((1, 0, 8, 0, (flag & 14) << 7, 0, first))
        elif flag < 20:
            rows.append((1, 8, 0, (flag - 10 & 14) << 7, 0, first, 0))
        elif flag < 84:
            rest = flag - 20
            rows.append((1, 4, 4, 1 + (rest & 0x30), 1 + ((rest & 0x0C) << 2), first, second))
        elif flag < 120:
            rest = flag - 84
            x, y = rest // 12, rest % 12 >> 2
            rows.append((2, 8, 8, 1 + (x << 8), 1 + (y << 8), first, second))
        elif flag < 124:
            rows.append((3, 12, 12, 0, 0, first, second))
        else:
            rows.append((4, 16, 16, 0, 0, first, second))
    return np.array(rows, dtype=np.int64)


_TRIPLETS = _triplets()


@dataclass(frozen=True, slots=True)
class Outlines:
    """The tables `glyf` and `loca`, the latter with long offsets."""

    glyf: bytes
    loca: bytes
    declared_loca_size: int
    """Bytes of `loca` as the transform says that it was."""
    x_min: NDArray[np.int64]
    """Left edge of each glyph (glyphs,), from which `hmtx` may follow; 0 for empty ones."""


class _Stream:
    """Bytes that are read one after the other."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0

    def take(self, length: int) -> bytes:
        taken = self.data[self.at : self.at + length]
        if len(taken) != length:
            raise FontError("broken font: the streams of its outlines are too short")
        self.at += length
        return taken

    def short(self) -> int:
        """A number of one to three bytes (255UInt16)."""
        code = self.take(1)[0]
        if code == 253:
            return int.from_bytes(self.take(2), "big")
        if code == 254:
            return 506 + self.take(1)[0]
        return 253 + self.take(1)[0] if code == 255 else code


@dataclass(slots=True)
class _Streams:
    """The seven streams of a transformed `glyf`, in order, after its header."""

    glyphs: int
    index_format: int
    contours: NDArray[np.int64]
    point_counts: _Stream
    flags: NDArray[np.uint8]
    glyph: _Stream
    composite: _Stream
    boxes: _Stream
    has_box: NDArray[np.uint8]


def _split(data: bytes) -> _Streams:
    _, glyphs, index_format, *sizes = _HEADER.unpack_from(data)
    stream = _Stream(data)
    stream.take(_HEADER.size)
    contours, counts, flags, glyph, composite, boxes, _ = map(stream.take, sizes)
    bitmap = 4 * ((glyphs + 31) // 32)
    if len(contours) != 2 * glyphs or len(boxes) < bitmap:
        raise FontError("broken font: the streams of its outlines do not fit its glyphs")
    return _Streams(
        glyphs=glyphs,
        index_format=index_format,
        contours=np.frombuffer(contours, dtype=">i2").astype(np.int64),
        point_counts=_Stream(counts),
        flags=np.frombuffer(flags, dtype=np.uint8),
        glyph=_Stream(glyph),
        composite=_Stream(composite),
        boxes=_Stream(boxes[bitmap:]),
        has_box=np.unpackbits(np.frombuffer(boxes[:bitmap], dtype=np.uint8)),
    )


def glyphs_and_places(data: bytes) -> Outlines:
    """Undo the transform of `glyf`. Raises FontError or struct.error when it is broken."""
    streams = _split(data)
    contours = streams.contours
    ends = np.cumsum([streams.point_counts.short() for _ in range(contours[contours > 0].sum())])
    last = np.cumsum(np.maximum(contours, 0))  # contours up to and with each glyph
    points = np.concatenate([[0], ends]).astype(np.int64)[np.concatenate([[0], last])]
    if points[-1] > len(streams.flags):
        raise FontError("broken font: its contours have more points than there are flags")
    lengths = _TRIPLETS[streams.flags[: points[-1]] & 127, 0]
    widths = np.diff(np.concatenate([[0], np.cumsum(lengths)])[points])
    records: dict[int, bytes] = {}
    composites: dict[int, list[_Component]] = {}
    starts = np.zeros(streams.glyphs, dtype=np.int64)
    for glyph, count in enumerate(contours.tolist()):
        starts[glyph] = streams.glyph.at
        if count > 0:
            streams.glyph.take(int(widths[glyph]))
            streams.glyph.short()  # bytes of instructions, which are left where they are
        elif count < 0:
            records[glyph], composites[glyph] = _components(streams.composite)
            if any(part.flags & _INSTRUCTIONS for part in composites[glyph]):
                streams.glyph.short()
    deltas = _deltas(streams, points, lengths, starts)
    boxes = _boxes(deltas, points)
    assembler = _Assembler(deltas, points, composites)
    glyf: list[bytes] = []
    x_min = boxes[:, 0].copy()
    on_curve = (streams.flags[: points[-1]] < 128).astype(np.uint8)
    for glyph, count in enumerate(contours.tolist()):
        declared = streams.boxes.take(8) if count and streams.has_box[glyph] else None
        if declared:
            x_min[glyph] = _BOX.unpack(declared)[0]
        if count > 0:
            own = slice(points[glyph], points[glyph + 1])
            place = ends[last[glyph] - count : last[glyph]] - points[glyph] - 1
            glyf.append(_simple(place, boxes[glyph], on_curve[own], deltas[own]))
        elif count < 0:
            if declared is None:
                raise FontError(f"broken font: composite glyph {glyph} has no box")
            left = assembler.left_edge(glyph)
            box = declared if left is None else struct.pack(">h", left) + declared[2:]
            glyf.append(struct.pack(">h", -1) + box + records[glyph])
        else:
            glyf.append(b"")
    glyf = [one + bytes(-len(one) % 4) for one in glyf]
    loca = np.concatenate([[0], np.cumsum([len(one) for one in glyf])]).astype(">u4")
    size = (streams.glyphs + 1) * (4 if streams.index_format else 2)
    return Outlines(b"".join(glyf), loca.tobytes(), size, x_min)


class _Component(NamedTuple):
    """A glyph that is part of another: turned and scaled by `matrix`, then moved."""

    glyph: int
    flags: int
    x: int
    y: int
    matrix: NDArray[np.float64]


def _components(stream: _Stream) -> tuple[bytes, list[_Component]]:
    """The record of a composite glyph, without mention of instructions, and what it says."""
    record, found, flags = list[bytes](), list[_Component](), _MORE
    while flags & _MORE:
        flags = int.from_bytes(stream.take(2), "big")
        kind = ("BH", "bh")[bool(flags & _ARE_OFFSETS)][flags & _WORDS]
        place = stream.take(6 if flags & _WORDS else 4)
        glyph, x, y = struct.unpack(f">H2{kind}", place)
        turn = stream.take(_turn_length(flags))
        matrix = _matrix(np.frombuffer(turn, dtype=">i2") / 2**14)
        found.append(_Component(glyph, flags, x, y, matrix))
        record += [(flags & ~_INSTRUCTIONS).to_bytes(2, "big"), place, turn]
    return b"".join(record), found


def _is_moved_only(part: _Component) -> bool:
    return part.flags & _ARE_OFFSETS > 0 and _turn_length(part.flags) == 0


def _turn_length(flags: int) -> int:
    """Bytes of the scale or the matrix of a component."""
    if flags & _SCALE:
        return 2
    if flags & _TWO_SCALES:
        return 4
    return 8 if flags & _MATRIX else 0


def _matrix(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """(2, 2) for points as rows, from the four numbers of a component, its two scales, or one."""
    if len(values) == 4:
        return values.reshape(2, 2)
    return np.diag(np.resize(values, 2)) if len(values) else np.eye(2)


class _Assembler:
    """Puts composite glyphs together, to see where they begin.

    A font is drawn from its left side bearings: a glyph whose box says that it begins elsewhere
    than it does is moved. Boxes of scaled components are often a unit off.
    """

    def __init__(
        self,
        deltas: NDArray[np.int64],
        points: NDArray[np.int64],
        composites: Mapping[int, list[_Component]],
    ) -> None:
        self._deltas = deltas
        self._points = points
        self._composites = composites

    def left_edge(self, glyph: int) -> int | None:
        """The smallest x of a composite, rounded; None when it is not sound or has no points."""
        try:
            points = self._points_of(glyph, 0)
        except (IndexError, RecursionError):
            return None
        return int(np.floor(points[:, 0].min() + 0.5)) if len(points) else None

    def _points_of(self, glyph: int, depth: int) -> NDArray[np.float64]:
        """(N, 2) points of a glyph, where it stands."""
        if depth > _MAX_DEPTH:
            raise RecursionError
        if glyph not in self._composites:
            own = self._deltas[self._points[glyph] : self._points[glyph + 1]]
            return np.cumsum(own, axis=0).astype(np.float64)
        all_points = np.empty((0, 2))
        parts = self._composites[glyph]
        for part in parts:
            points = self._points_of(part.glyph, depth + 1) @ part.matrix
            # As fontTools has it: a lone point is no part of the box, unless something is scaled.
            if all(map(_is_moved_only, parts)) and (points == points[:1]).all():
                continue
            move = np.array([part.x, part.y], dtype=np.float64)
            if not part.flags & _ARE_OFFSETS:
                move = all_points[part.x] - points[part.y]
            elif part.flags & _OFFSETS_ARE_SCALED:
                move = move @ part.matrix
            all_points = np.concatenate([all_points, points + move])
            if len(all_points) > _MAX_POINTS:
                raise IndexError
        return all_points


def _deltas(
    streams: _Streams,
    points: NDArray[np.int64],
    lengths: NDArray[np.int64],
    starts: NDArray[np.int64],
) -> NDArray[np.int64]:
    """(points, 2): each point from the one before it, the first of a glyph from the origin.

    The bytes of a point lie `lengths` apart from `starts` of its glyph on.
    """
    before = np.cumsum(lengths) - lengths
    glyph = np.repeat(np.arange(streams.glyphs), np.diff(points))
    places = before - before[points[glyph]] + starts[glyph]
    data = np.frombuffer(streams.glyph.data + bytes(3), dtype=np.uint8).astype(np.int64)
    word = sum((data[places + n] << 8 * (3 - n) for n in range(4)), np.zeros_like(places))
    rows = _TRIPLETS[streams.flags[: points[-1]] & 127]
    _, x_bits, y_bits, x_base, y_base, x_sign, y_sign = rows.T
    x = x_sign * (x_base + (word >> 32 - x_bits))
    y = y_sign * (y_base + (word >> 32 - x_bits - y_bits & (1 << y_bits) - 1))
    return np.stack([x, y], axis=1)


def _boxes(deltas: NDArray[np.int64], points: NDArray[np.int64]) -> NDArray[np.int64]:
    """(glyphs, 4): min x, min y, max x, max y of each glyph's points; 0 where it has none."""
    sums = np.concatenate([np.zeros((1, 2), dtype=np.int64), np.cumsum(deltas, axis=0)])
    boxes = np.zeros((len(points) - 1, 4), dtype=np.int64)
    inked = np.flatnonzero(np.diff(points))
    if len(inked):
        starts = points[inked]
        own = sums[1:] - np.repeat(sums[starts], np.diff(points)[inked], axis=0)
        boxes[inked, :2] = np.minimum.reduceat(own, starts, axis=0)
        boxes[inked, 2:] = np.maximum.reduceat(own, starts, axis=0)
        reach = max(int(abs(own).max()), int(abs(deltas).max()))
        if reach not in _INT16:
            raise FontError(f"broken font: a point lies {reach} units away")
    return boxes


def _simple(
    ends: NDArray[np.int64],
    box: NDArray[np.int64],
    on_curve: NDArray[np.uint8],
    deltas: NDArray[np.int64],
) -> bytes:
    """A simple glyph as `glyf` holds it."""
    return b"".join(
        (
            struct.pack(">5h", len(ends), *box.tolist()),
            ends.astype(">u2").tobytes(),
            bytes(2),  # no instructions
            on_curve.tobytes(),
            deltas.T.astype(">i2").tobytes(),
        )
    )


def advances(data: bytes, metrics: int, x_min: NDArray[np.int64]) -> bytes:
    """Undo the transform of `hmtx`, which leaves out side bearings that are the left edge.

    `metrics` is how many glyphs have an advance of their own. Raises FontError when it is broken.
    """
    glyphs = len(x_min)
    metrics = min(metrics, glyphs)
    stream = _Stream(data)
    flags = stream.take(1)[0]
    if flags not in (1, 2, 3):
        raise FontError(f"broken font: table hmtx is transformed in an unknown way, {flags}")
    widths = stream.take(2 * metrics)
    edges = x_min.astype(">i2").tobytes()
    own = edges[: 2 * metrics] if flags & 1 else stream.take(2 * metrics)
    rest = edges[2 * metrics :] if flags & 2 else stream.take(2 * (glyphs - metrics))
    pairs = np.empty((metrics, 2), dtype=">u2")
    pairs[:, 0] = np.frombuffer(widths, dtype=">u2")
    pairs[:, 1] = np.frombuffer(own, dtype=">u2")
    return pairs.tobytes() + rest
