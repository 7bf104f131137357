"""What is wrong with the text of a font in a PDF: no map, half a map, or one that its shapes deny.

A font's text is what its `/ToUnicode` says, or, without one, what its encoding says of the glyphs
that it names; and, where pages have spans with a text (ActualText), what those say. Maps are
compared with what the recogniser sees: one that is right may differ from it in some glyphs, and one
that is wrong hardly agrees anywhere.
"""

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from rasm.pdf.document import FontFacts
from rasm.pdf.lines import Part, Word

State = Literal["right", "absent", "partial", "wrong", "not readable"]
_PARTIAL = 0.03
"""Share of shown glyphs without text from which on a map is partial."""
_DENIED = 0.5
"""Share of judged codes that the shapes deny from which on a map is wrong."""
_FEW = 3
"""Codes that can be judged; fewer prove nothing."""
_PRIVATE = ("Co", "Cn", "Cs")


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """One font: its state, and the numbers that it rests on."""

    font: FontFacts
    state: State
    reason: str
    codes: int
    """Shown codes that leave ink."""
    without_text: int
    judged: int
    """Codes whose text and shape can be compared."""
    denied: int
    """Of them, those that say other than what they show."""

    @property
    def needs_map(self) -> bool:
        """Whether its text can and should be mended."""
        return self.state in ("absent", "partial", "wrong")

    def as_dict(self) -> dict[str, object]:
        """Plain data for machines."""
        told = {name: getattr(self, name) for name in ("state", "reason", "codes")}
        told |= {name: getattr(self, name) for name in ("without_text", "judged", "denied")}
        return {"font": self.font.name, "kind": self.font.kind, **told}


def given_text(font: FontFacts, code: int) -> str:
    """What the file says that a code means; empty where it says nothing of use."""
    text = font.texts.get(code, "") if font.texts else font.named.get(code, "")
    return "" if any(_says_nothing(character) for character in text) else text


def told_by_marks(fonts: Sequence[FontFacts], words: Iterable[Word]) -> list[FontFacts]:
    """The fonts, where dots or marks have the text of a letter and its skeleton none, as of fpdf2.

    Such a skeleton counts as said by the page.
    """
    by_number = {font.number: font for font in fonts}
    told: dict[int, Counter[int]] = defaultdict(Counter)
    for word in words:
        silent: Part | None = None
        for sign in word:
            texts = [given_text(by_number[part.font], part.code) for part in sign]
            if not sign[0].is_mark:
                silent = sign[0] if not texts[0] and sign[0].said is None else None
            if silent is not None and any(text[:1].isalpha() for text in texts):
                told[silent.font][silent.code] += 1
                silent = None
    return [replace(font, said=dict(Counter(font.said) + told[font.number])) for font in fonts]


def _says_nothing(character: str) -> bool:
    category = unicodedata.category(character)
    return category in _PRIVATE or character == "\ufffd" or (category == "Cc" and character < " ")


def judge_font(
    font: FontFacts, inked: Sequence[int], likely: Mapping[int, frozenset[str]]
) -> Diagnosis:
    """Judge a font by its shown codes that leave ink, and what the shape of some is likely to say.

    `likely` holds the codes whose shapes the recogniser is sure of. Of a font without outlines
    `inked` is empty, and all codes that it shows count.
    """
    if font.problem and not inked:
        inked = list(font.counts)
    texts = {code: given_text(font, code) for code in inked}
    silent = [code for code, text in texts.items() if not text]
    unsaid = {code: font.counts[code] - font.said.get(code, 0) for code in inked}
    judged = [code for code in likely if texts.get(code) and unsaid[code]]
    denied = [code for code in judged if not _agree(texts[code], likely[code])]

    def found(state: State, reason: str) -> Diagnosis:
        return Diagnosis(font, state, reason, len(inked), len(silent), len(judged), len(denied))

    if not inked:
        return found("right", "it shows nothing")
    shown = sum(font.counts[code] for code in inked)
    without = sum(unsaid[code] for code in silent)
    if font.problem:
        return found("not readable" if without > _PARTIAL * shown else "right", font.problem)
    if silent and not without:
        return found("right", "the pages themselves say what it has no map for")
    if len(silent) == len(inked):
        private = any(font.texts.get(code) for code in inked)
        return found("absent", "its map says private code points" if private else "it has no map")
    if len(judged) >= _FEW and len(denied) > _DENIED * len(judged):
        reason = f"{len(denied)} of {len(judged)} glyphs that are sure say other than they show"
        return found("wrong", reason)
    if without > _PARTIAL * shown:
        return found("partial", f"{len(silent)} of {len(inked)} glyphs have no text")
    # Programs that read a PDF take forms for their letters, and Chromium writes nothing else.
    in_forms = any(_is_presentation(text) for text in texts.values())
    return found("right", "it says letters in their forms" if in_forms else "")


def _is_presentation(text: str) -> bool:
    return any("\ufb50" <= c <= "\ufdff" or "\ufe70" <= c <= "\ufefc" for c in text)


def _agree(text: str, likely: frozenset[str]) -> bool:
    """Whether what a code says begins with, or is part of, what its shape may say."""
    plain = _plain(text)
    return any(plain and (_plain(one).startswith(plain[0]) or plain == one) for one in likely)


def _plain(text: str) -> str:
    """Letters without marks, forms and case."""
    apart = unicodedata.normalize("NFKD", text).casefold()
    return "".join(c for c in apart if unicodedata.category(c) != "Mn") or apart
