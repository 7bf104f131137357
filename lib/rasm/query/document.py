"""What was read of a PDF: each sign, each font, and the text of its pages in order."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from unicodedata import normalize

import numpy as np
from numpy.typing import NDArray

from rasm.decoding.joiners import NON_JOINER, stands_apart
from rasm.decoding.order import goes_left_to_right, in_order
from rasm.decoding.readings import OPEN, Form
from rasm.pdf.diagnosis import Diagnosis, given_text
from rasm.pdf.document import UNNUMBERED, FontFacts, PageText
from rasm.pdf.lines import Sign, Word, said_of
from rasm.pdf.maps import CodeMap, as_ligature, code_map
from rasm.pdf.parts import Parts, joined
from rasm.pdf.writing import Texts


@dataclass(frozen=True, slots=True)
class SignReading:
    """What a sign says, and how surely."""

    sign: Sign
    text: str
    probability: float
    others: tuple[tuple[str, float], ...]
    """The likeliest texts, this one first, and their probabilities."""
    is_certain: bool
    """Whether words and shape agree on it."""
    count: int
    """How often it is shown."""
    form: Form
    """How a letter joins its neighbours, so read."""
    raster: NDArray[np.uint8] = field(repr=False, compare=False)
    """Its picture (bytes,), packed; of a letter with a mark as its part that of the letter."""


@dataclass(frozen=True, slots=True)
class WordReading:
    """A word of a page, and how probable it is that all of it is read rightly."""

    text: str
    probability: float


@dataclass(frozen=True)
class FontReading:
    """A font that was read by its shapes."""

    font: FontFacts
    language: str
    signs: tuple[SignReading, ...]

    @cached_property
    def codes(self) -> CodeMap:
        """What its codes say; signs that are open say nothing."""
        read = {s.sign: s.text for s in self.signs if s.text and s.probability >= OPEN}
        return code_map(read, {s.sign: s.count for s in self.signs})

    @property
    def is_unnumbered(self) -> bool:
        """Whether its dictionary lies within another object, where no map can be given to it."""
        return self.font.objects[0] == UNNUMBERED

    @cached_property
    def dots(self) -> set[int]:
        """Codes that are parts of other signs, and by themselves none."""
        number = self.font.number
        inside = {p.code for s in self.signs for p in s.sign[1:] if p.font == number}
        return inside - {s.sign[0].code for s in self.signs}


@dataclass(frozen=True)
class Document:
    """A PDF, read."""

    path: Path
    pages: tuple[PageText, ...]
    diagnoses: tuple[Diagnosis, ...]
    readings: Mapping[int, FontReading]
    """By the number of the font."""
    parts: Parts = field(default_factory=dict)
    """Signs that are one letter with a mark."""

    def text(self, page: PageText, *, given: bool = False) -> str:
        """The lines of a page, in the order in which text is stored; or what the file gives."""
        says = self.gives if given else self._says
        turned = self._goes_left_to_right
        parts: Parts = {} if given else self.parts
        lines = ([joined(word, parts) for word in line.words] for line in page.lines)
        apart = _never if given else self._stand_apart
        return "\n".join(_line(words, says, apart, turned) for words in lines)

    def words(self, page: PageText) -> list[WordReading]:
        """The words of a page, line by line, each in the order in which text is stored.

        The probability of a word is the product of those of its signs, each counted once; what the
        file itself says counts as sure.
        """
        found = []
        for line in page.lines:
            for word in (joined(one, self.parts) for one in line.words):
                known = {sign: self._signs[sign] for sign in word if sign in self._signs}
                text = _line([word], self._says, self._stand_apart, self._goes_left_to_right)
                p = math.prod(reading.probability for reading in known.values())
                found.append(WordReading(text, p))
        return found

    @cached_property
    def _goes_left_to_right(self) -> bool:
        signs = (sign for word in words_of(self.pages) for sign in word)
        return goes_left_to_right("".join(map(self._says, signs)))

    def _says(self, sign: Sign) -> str:
        reading = self._signs.get(sign)
        return self.gives(sign) if reading is None else reading.text

    def _stand_apart(self, before: Sign, after: Sign) -> bool:
        """Whether a non-joiner stands between two signs of a word."""
        one, other = self._signs.get(before), self._signs.get(after)
        if one is None or other is None:
            return False
        language = self.readings[before[0].font].language
        return stands_apart((one.text, one.form), (other.text, other.form), language)

    def gives(self, sign: Sign) -> str:
        """What the file says of a sign; empty where it says nothing."""
        if (said := said_of(sign)) is not None:
            return said
        texts = (given_text(self._fonts[part.font], part.code) for part in sign)
        return next(filter(None, texts), "")

    @cached_property
    def _signs(self) -> dict[Sign, SignReading]:
        return {s.sign: s for read in self.readings.values() for s in read.signs}

    @cached_property
    def _fonts(self) -> dict[int, FontFacts]:
        return {found.font.number: found.font for found in self.diagnoses}

    def maps(self, *, spans: bool = False) -> dict[tuple[int, int], tuple[dict[int, str], int]]:
        """What to write: code -> text and bytes a code, by object number of the font.

        Codes without ink are spaces, and what was mapped and not read anew stays as it was, unless
        the map was wrong. Fonts without a number of their own are left out.
        """
        inked = {part[:2] for word in words_of(self.pages) for sign in word for part in sign}
        wrong = {found.font.number for found in self.diagnoses if found.state == "wrong"}
        found = {}
        for reading in self.readings.values():
            font = reading.font
            if reading.is_unnumbered:
                continue
            known = font.number not in wrong
            texts = {code: given_text(font, code) if known else "" for code in font.counts}
            blank = {code for code in font.counts if (font.number, code) not in inked}
            texts |= {code: texts[code] or " " for code in blank}
            texts |= reading.codes.texts
            if spans:
                texts |= dict.fromkeys(reading.dots, "")
            found[font.objects[0]] = (texts, font.code_size)
        return found

    def written(self, *, spans: bool) -> Texts:
        """The maps, and with `spans` the signs that are to say what no map can tell."""
        maps = self.maps(spans=spans)
        if not spans:
            return Texts(maps)
        beside = {}
        for reading in self.readings.values():
            mapped, _ = maps.get(reading.font.objects[0], ({}, 0))
            for one in reading.signs:
                text = as_ligature(one.text)
                if one.probability >= OPEN and text != mapped.get(one.sign[0].code):
                    beside[one.sign] = text
        return Texts(maps, beside, self.parts)


def words_of(pages: Sequence[PageText]) -> Iterator[Word]:
    """The words of pages, in their order."""
    for page in pages:
        for line in page.lines:
            yield from line.words


def _line(
    words: Sequence[Word],
    says: Callable[[Sign], str],
    stand_apart: Callable[[Sign, Sign], bool],
    is_left_to_right: bool,
) -> str:
    units: list[str] = []
    for word in words:
        if units:
            units.append(" ")
        last: Sign | None = None
        for sign in word:
            text = says(sign)
            if sign[0].is_mark and last is not None:
                units[-1] += text
                continue
            is_apart = last is not None and stand_apart(last, sign)
            units.append(NON_JOINER + text if is_apart else text)
            last = sign
    return normalize("NFC", in_order(units, is_left_to_right=is_left_to_right))


def _never(before: Sign, after: Sign) -> bool:
    return False
