"""From what the signs of a font say to what each of its codes says.

A sign of one glyph says it itself. Where letters are drawn of parts, the skeleton says the letter
and its dots nothing; a skeleton that is several letters says the one that it most often is, for a
map can say but one. `ambiguous` counts what is lost so.

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
    for sign, text in signs.items():
        says[sign[0].code][text] += counts.get(sign, 0)
    alone = {sign[0].code for sign in signs}
    texts = {code: found.most_common(1)[0][0] for code, found in says.items()}
    texts = {code: _ligatures().get(text, text) for code, text in texts.items()}
    dots = {part.code for sign in signs for part in sign[1:]} - alone
    texts |= dict.fromkeys(dots, "")
    ambiguous = {code: dict(found) for code, found in says.items() if len(found) > 1}
    return CodeMap(texts, ambiguous)


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
