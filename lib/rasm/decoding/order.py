"""Words as they stand from right to left, put into the order in which text is stored.

Arabic is stored as it is read, and what reads from left to right within it too: numbers, and words
of other scripts with the spaces between them. So such runs are turned. This is the inverse of the
bidirectional algorithm (Unicode Standard Annex 9) for a line without explicit marks of direction:
rules W4 (separators within a number) and N1 (neutrals between words of one direction).
"""

import unicodedata
from collections.abc import Iterator, Sequence

_LEFT, _RIGHT, _NUMBER, _SEPARATOR, _NEUTRAL = "LRNSO"
_KINDS = {"L": _LEFT, "R": _RIGHT, "AL": _RIGHT, "EN": _NUMBER, "AN": _NUMBER}
_SEPARATORS = ("CS", "ES", "ET")


def in_order(units: Sequence[str]) -> str:
    """Text of a line whose letters, with marks, and spaces stand from right to left.

    >>> in_order(["ع", "ا", "م", " ", "8", "4", "9", "1"])
    'عام 1948'
    """
    kinds = [_kind(unit) for unit in units]
    if _RIGHT not in kinds and _LEFT in kinds:
        return "".join(reversed(units))
    turned = list(units)
    for start, end in _runs(kinds):
        turned[start:end] = reversed(turned[start:end])
    return "".join(turned)


def _kind(unit: str) -> str:
    for character in unit:
        direction = unicodedata.bidirectional(character)
        if direction in _KINDS:
            return _KINDS[direction]
        if direction in _SEPARATORS:
            return _SEPARATOR
    return _NEUTRAL


def _runs(kinds: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Where runs begin and end that read from left to right."""
    at = 0
    while at < len(kinds):
        if kinds[at] not in (_LEFT, _NUMBER):
            at += 1
            continue
        start = end = at
        has_words = False
        while at < len(kinds) and kinds[at] != _RIGHT:
            has_words = has_words or kinds[at] == _LEFT
            if kinds[at] in (_LEFT, _NUMBER):
                end = at + 1
            elif not (kinds[at] == _SEPARATOR and at == end) and not has_words:
                break
            at += 1
        yield start, end
        at = max(end, start + 1)
