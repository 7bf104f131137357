"""From what the signs of a font say to what each of its codes says.

A sign of one glyph says it itself. Where letters are drawn of parts, a skeleton is several letters
by its dots, and the same dots stand on several skeletons; what skeleton and dots say is chosen so
that together they are wrong as seldom as can be: one code at a time, while that mends anything.
`ambiguous` counts what is lost so.

A ligature that has a code point of its own says that: programs put its letters in order, where they
turn round two letters that one glyph says between letters from right to left.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from rasm.fonts.inventory import arabic_characters
from rasm.pdf.lines import Sign


@dataclass(frozen=True, slots=True)
class CodeMap:
    """What the codes of a font say."""

    texts: dict[int, str]
    ambiguous: dict[int, dict[str, int]]
    """Codes that stand for several texts: how often for each."""


def code_map(signs: Mapping[Sign, str], counts: Mapping[Sign, int]) -> CodeMap:
    """Texts of codes from the texts of signs of one font, and how often each sign is shown."""
    says: dict[int, Counter[str]] = defaultdict(Counter)
    uses: dict[int, list[Sign]] = defaultdict(list)
    own: dict[Sign, list[int]] = {}
    for sign, text in signs.items():
        # Of a font in pieces, dots may lie in another one than the skeleton.
        own[sign] = [part.code for part in sign if part.font == sign[0].font]
        says[sign[0].code][text] += counts.get(sign, 0)
        for code in set(own[sign]):
            uses[code].append(sign)
    texts = dict.fromkeys(uses, "") | {c: found.most_common(1)[0][0] for c, found in says.items()}
    parts = sorted(
        code for code, found in uses.items() if any(len(own[sign]) > 1 for sign in found)
    )

    def wrong(code: int, text: str) -> int:
        """Letters that are wrong where a code is shown, if it says this."""
        said = texts | {code: text}
        return sum(
            counts.get(sign, 0) * _apart("".join(said[code] for code in own[sign]), signs[sign])
            for sign in uses[code]
        )

    for _ in range(_ROUNDS):
        before = dict(texts)
        for code in parts:
            tried = dict.fromkeys([texts[code], "", *(signs[sign] for sign in uses[code])])
            texts[code] = min(tried, key=lambda text: wrong(code, text))
        if texts == before:
            break
    texts = {code: as_ligature(text) for code, text in texts.items()}
    ambiguous = {code: dict(found) for code, found in says.items() if len(found) > 1}
    return CodeMap(texts, ambiguous)


_ROUNDS = 10


def _apart(found: str, wanted: str) -> int:
    """Letters to be taken out and put in."""
    if found == wanted:
        return 0
    return abs(len(found) - len(wanted)) or max(len(found), len(wanted))


def as_ligature(text: str) -> str:
    """The code point of these letters as one, if they have one."""
    return _ligatures().get(text, text)


@cache
def _ligatures() -> dict[str, str]:
    """Letters -> the code point of their ligature, isolated where there are several forms."""
    found: dict[str, str] = {}
    characters = sorted(arabic_characters().values(), key=lambda one: one.form != "isolated")
    for character in characters:
        text = "".join(map(chr, character.parts))
        if character.form and len(text) > 1 and " " not in text:
            found.setdefault(text, chr(character.code_point))
    return found
