"""Text of signs that no map can tell, beside their glyphs: ActualText (ISO 32000-1, 14.9.4).

A font that draws letters of parts has one skeleton for several letters, and a map says one thing of
it. So the skeleton of such a letter is put between two marks in the content of the page, and what
it says with its dots stands at the first. What is drawn stays as it is.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import pikepdf

from rasm.pdf.content import Traced, name_of
from rasm.pdf.lines import PlacedSign, Sign

_SHOWS = ("Tj", "TJ", "'", '"')


def spans_of(
    signs: Iterable[PlacedSign],
    texts: Mapping[Sign, str],
    traced: Traced,
    code_sizes: Sequence[int | None],
) -> tuple[dict[int, str], int]:
    """Glyphs of a page and what they are to say; and how many more cannot be marked.

    Those cannot that a form shows, or a font whose codes vary in size: `code_sizes` are bytes a
    code by font, None where they do. What is in a span of the producer's own that has a text says
    it already.
    """
    spans: dict[int, str] = {}
    lost = 0
    for sign, (first, *_) in signs:
        if sign not in texts or traced.shown[first].said is not None:
            continue
        at = bisect_right(traced.ends, first)
        if _is_whole(traced, at, code_sizes):
            spans[first] = texts[sign]
        else:
            lost += 1
    return spans, lost


def _is_whole(traced: Traced, number: int, code_sizes: Sequence[int | None]) -> bool:
    """Whether an instruction shows a glyph for each code of its strings."""
    instruction = traced.instructions[number]
    start, end = traced.ends[number - 1] if number else 0, traced.ends[number]
    size = code_sizes[traced.shown[start].font]
    if size is None or name_of(instruction) not in _SHOWS:
        return False
    items = instruction.operands[-1]
    strings = items if isinstance(items, pikepdf.Array) else [items]
    shown = sum(len(bytes(item)) for item in strings if isinstance(item, pikepdf.String))
    return shown == size * (end - start)


def with_spans(traced: Traced, spans: Mapping[int, str], code_sizes: Sequence[int | None]) -> bytes:
    """The content of a page with a span around each of these glyphs."""
    marked = sorted(spans)
    out: list[Any] = []
    start = 0
    for instruction, end in zip(traced.instructions, traced.ends, strict=True):
        if bisect_left(marked, start) < bisect_left(marked, end):
            size = code_sizes[traced.shown[start].font]
            assert size is not None
            out += _split(instruction, start, size, spans)
        else:
            out.append(instruction)
        start = end
    return bytes(pikepdf.unparse_content_stream(out))


def _split(instruction: Any, number: int, size: int, spans: Mapping[int, str]) -> Iterator[Any]:
    """Instructions that show the same glyphs, from that of a number on, those of spans apart."""
    operator, operands = name_of(instruction), list(instruction.operands)
    if operator == '"':
        yield _instruction("Tw", operands[0])
        yield _instruction("Tc", operands[1])
    if operator in ("'", '"'):
        yield _instruction("T*")
    plain: list[Any] = []
    for item in operands[-1] if operator == "TJ" else [operands[-1]]:
        if not isinstance(item, pikepdf.String):
            plain.append(item)
            continue
        data = bytes(item)
        start = 0
        for at in range(0, len(data), size):
            if number in spans:
                yield from _shown([*plain, pikepdf.String(data[start:at])])
                told = pikepdf.Dictionary(ActualText=pikepdf.String(spans[number]))
                yield _instruction("BDC", pikepdf.Name("/Span"), told)
                yield _instruction("Tj", pikepdf.String(data[at : at + size]))
                yield _instruction("EMC")
                plain, start = [], at + size
            number += 1
        plain.append(pikepdf.String(data[start:]))
    yield from _shown(plain)


def _shown(items: Sequence[Any]) -> Iterator[Any]:
    kept = [item for item in items if not isinstance(item, pikepdf.String) or len(bytes(item))]
    if kept:
        yield _instruction("TJ", pikepdf.Array(kept))


def _instruction(operator: str, *operands: Any) -> Any:
    return pikepdf.ContentStreamInstruction(list(operands), pikepdf.Operator(operator))
