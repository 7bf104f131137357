"""Letters on pages that are drawn of a glyph and a mark which is a part of it, as one sign."""

from collections.abc import Iterable, Mapping

from rasm.decoding.marks import is_part
from rasm.decoding.readings import Candidates
from rasm.pdf.lines import PlacedSign, Sign, Word

Parts = Mapping[tuple[Sign, Sign], Sign]
"""What a sign is together with a mark that stands on it."""


def parts_of(words: Iterable[Word], candidates: Mapping[Sign, Candidates]) -> Parts:
    """The marks of a text that are parts of letters, by what each sign may say."""
    stands: dict[Sign, dict[Sign, None]] = {}
    for word in words:
        base: Sign | None = None
        for sign in word:
            if not sign[0].is_mark:
                base = sign
            elif base is not None and base in candidates and sign in candidates:
                stands.setdefault(sign, {})[base] = None
    return {
        (base, mark): base + mark
        for mark, bases in stands.items()
        if is_part(candidates[mark], [candidates[base] for base in bases])
        for base in bases
    }


def joined(word: Word, parts: Parts) -> Word:
    """A word in which letters and the marks that are parts of them are one sign each."""
    return tuple(sign for sign, _ in joined_places([(sign, ()) for sign in word], parts))


def joined_places(word: Iterable[PlacedSign], parts: Parts) -> list[PlacedSign]:
    """The same of signs with their glyphs."""
    found: list[PlacedSign] = []
    base = -1
    for sign, numbers in word:
        if sign[0].is_mark and base >= 0 and (found[base][0], sign) in parts:
            whole = parts[found[base][0], sign]
            found[base] = whole, (*found[base][1], *numbers)
            continue
        if not sign[0].is_mark:
            base = len(found)
        found.append((sign, numbers))
    return found
