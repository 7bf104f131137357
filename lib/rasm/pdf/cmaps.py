"""CMaps: which bytes are which character code, which glyph a code is, which text a code means.

The grammar is Adobe's Technical Note 5014 and, for `/ToUnicode`, 5411; ISO 32000-1, 9.7.5 and
9.10.3. Only what those maps hold is read: ranges and single codes; PostScript is not run.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

_TOKEN = re.compile(rb"%[^\r\n]*|<([0-9A-Fa-f\s]*)>|\[|\]|/[^\s<>\[\]()/%]+|[^\s<>\[\]()/%]+")
_MAX_CODES = 0x110000
"""Of one map; ranges may claim four billion."""
_PER_BLOCK = 100
"""Entries that a block may hold (Technical Note 5014)."""


class CMapError(ValueError):
    """A map that cannot be read; the message is the reason."""


@dataclass(frozen=True, slots=True)
class CMap:
    """A parsed map; `cids` or `texts` is filled, by what the file is for."""

    widths: tuple[tuple[int, bytes, bytes], ...] = ()
    """Codespace ranges: bytes a code, lowest, highest."""
    cids: dict[int, int] = field(default_factory=dict)
    texts: dict[int, str] = field(default_factory=dict)
    is_vertical: bool = False

    def codes(self, text: bytes) -> list[tuple[int, bool]]:
        """Codes of a string, and whether each is the single byte 32."""
        found = []
        at, ranges = 0, sorted(self.widths)
        while at < len(text):
            size = next((n for n, a, b in ranges if _within(text[at : at + n], a, b)), 0)
            size = size or (ranges[0][0] if ranges else 1)
            piece = text[at : at + size]
            found.append((int.from_bytes(piece, "big"), piece == b" "))
            at += size
        return found


def _within(piece: bytes, low: bytes, high: bytes) -> bool:
    if len(piece) != len(low):
        return False
    return all(a <= byte <= b for a, byte, b in zip(low, piece, high, strict=True))


def parse_cmap(data: bytes) -> CMap:
    """Parse a CMap stream. Raises CMapError for ranges beyond Unicode's size.

    >>> cmap = parse_cmap(b"1 beginbfrange <01> <02> <0628> endbfrange")
    >>> cmap.texts
    {1: 'ب', 2: 'ة'}
    """
    tokens = [match for match in _TOKEN.finditer(data) if not match[0].startswith(b"%")]
    ranges: list[tuple[int, bytes, bytes]] = []
    cids: dict[int, int] = {}
    texts: dict[int, str] = {}
    vertical = re.search(rb"/WMode\s+1\b", data) is not None
    at = 0
    while at < len(tokens):
        word = tokens[at][0]
        at += 1
        kind = word.removeprefix(b"begin")
        if kind == word or kind not in _BLOCKS:
            continue
        end = at
        while end < len(tokens) and tokens[end][0] != b"end" + kind:
            end += 1
        for entry in _entries(tokens[at:end], _BLOCKS[kind]):
            if len(cids) + len(texts) > _MAX_CODES:
                raise CMapError(f"a map of more than {_MAX_CODES:,} codes")
            _take(kind, entry, ranges, cids, texts)
        at = end + 1
    return CMap(tuple(ranges), cids, texts, vertical)


_BLOCKS = {b"codespacerange": 2, b"cidchar": 2, b"cidrange": 3, b"bfchar": 2, b"bfrange": 3}
"""Values of an entry."""
_Value = bytes | int | list[bytes]


def _entries(tokens: Sequence[re.Match[bytes]], size: int) -> Iterable[list[_Value]]:
    values: list[_Value] = []
    inside: list[bytes] | None = None
    for token in tokens:
        if token[0] == b"[":
            inside = []
        elif token[0] == b"]":
            values.append(inside or [])
            inside = None
        elif token[1] is not None:
            digits = b"".join(token[1].split())
            value = bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode())
            (values if inside is None else inside).append(value)
        elif token[0].isdigit():
            values.append(int(token[0]))
        if len(values) == size:
            yield values
            values = []


def _take(
    kind: bytes,
    entry: list[_Value],
    ranges: list[tuple[int, bytes, bytes]],
    cids: dict[int, int],
    texts: dict[int, str],
) -> None:
    first, *others = entry
    if not isinstance(first, bytes):
        return
    code, last = int.from_bytes(first, "big"), others[-1]
    if kind == b"codespacerange" and isinstance(last, bytes) and len(first) == len(last):
        ranges.append((len(first), first, last))
    elif kind == b"cidchar" and isinstance(last, int):
        cids[code] = last
    elif kind == b"bfchar" and isinstance(last, bytes):
        texts[code] = _text(last)
    elif kind in (b"cidrange", b"bfrange") and isinstance(others[0], bytes):
        count = int.from_bytes(others[0], "big") - code + 1
        if count > _MAX_CODES:
            raise CMapError(f"a range of {count:,} codes")
        if isinstance(last, int):
            cids.update((code + i, last + i) for i in range(count))
        elif isinstance(last, list):
            texts.update((code + i, _text(text)) for i, text in enumerate(last[: max(count, 0)]))
        elif kind == b"bfrange" and last:
            *_, final = last
            for i in range(min(count, 256)):
                texts[code + i] = _text(last[:-1] + bytes([(final + i) % 256]))


def _text(data: bytes) -> str:
    if len(data) == 1:  # some producers write one byte
        return chr(data[0])
    return data.decode("utf-16-be", errors="replace")


def to_unicode(texts: Mapping[int, str], size: int) -> bytes:
    """A `/ToUnicode` CMap of codes of `size` bytes.

    A code of an empty text is told to have none: of a code that is left out of the map of a simple
    font, readers take what its encoding says, and its number where that says nothing.

    >>> parse_cmap(to_unicode({3: "لا"}, 2)).texts
    {3: 'لا'}
    """
    low, high = "00" * size, "FF" * size
    lines = [
        "/CIDInit /ProcSet findresource begin",
        "12 dict begin",
        "begincmap",
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def",
        "/CMapName /Adobe-Identity-UCS def",
        "/CMapType 2 def",
        "1 begincodespacerange",
        f"<{low}> <{high}>",
        "endcodespacerange",
    ]
    entries = [
        f"<{code:0{2 * size}X}> <{text.encode('utf-16-be').hex().upper()}>"
        for code, text in sorted(texts.items())
    ]
    for at in range(0, len(entries), _PER_BLOCK):
        block = entries[at : at + _PER_BLOCK]
        lines += [f"{len(block)} beginbfchar", *block, "endbfchar"]
    lines += ["endcmap", "CMapName currentdict /CMap defineresource pop", "end", "end", ""]
    return "\n".join(lines).encode("ascii")
