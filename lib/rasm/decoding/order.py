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


def in_order(units: Sequence[str], *, is_left_to_right: bool = False) -> str:
    """Text of a line whose letters, with marks, and spaces stand from right to left.

    In a text that goes from left to right it is the others that are turned, and so is the line.

    >>> in_order(["ع", "ا", "م", " ", "8", "4", "9", "1"])
    'عام 1948'
    >>> in_order([".", "n", "e", "m", " ", "د", "ه", " ", "y", "a", "S"], is_left_to_right=True)
    'Say ده men.'
    """
    kinds = [_kind(unit) for unit in units]
    turned = list(units)
    if is_left_to_right or (_LEFT in kinds and _RIGHT not in kinds):
        turned.reverse()
        kinds.reverse()
        for start, end in _rights(kinds):
            turned[start:end] = reversed(turned[start:end])
        return "".join(turned)
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


def _rights(kinds: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Where runs begin and end that read from right to left, spaces between their words too."""
    at = 0
    while at < len(kinds):
        end = at + 1
        if kinds[at] == _RIGHT:
            between = at + 1
            while between < len(kinds) and kinds[between] not in (_LEFT, _NUMBER):
                between += 1
                end = between if kinds[between - 1] == _RIGHT else end
            yield at, end
        at = end


def _runs(kinds: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Where runs begin and end that read from left to right."""
    at = 0
    while at < len(kinds):
        if kinds[at] not in (_LEFT, _NUMBER):
            at += 1
            continue
        start = end = at
        # A number beside a word from left to right is taken to follow it, as in `PDF 2.0`.
        has_words = next((k for k in kinds[at:] if k in (_LEFT, _RIGHT)), _RIGHT) == _LEFT
        while at < len(kinds) and kinds[at] != _RIGHT:
            has_words = has_words or kinds[at] == _LEFT
            if kinds[at] in (_LEFT, _NUMBER):
                end = at + 1
            elif not (kinds[at] == _SEPARATOR and at == end) and not has_words:
                break
            at += 1
        yield start, end
        at = max(end, start + 1)


def goes_left_to_right(text: str) -> bool:
    """Whether most letters of a text go from left to right."""
    kinds = [_kind(character) for character in text]
    return kinds.count(_LEFT) > kinds.count(_RIGHT)
