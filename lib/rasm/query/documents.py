"""A PDF read: its fonts diagnosed, their glyphs named by shapes and words, its text in order.

    document = read_document(path, recognizer, workers)
    document.diagnoses, document.text(page), document.maps()

Fonts whose text is right are believed, and what their codes say helps to read the others.
"""

import math
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Literal
from unicodedata import category, normalize

import numpy as np
from numpy.typing import NDArray

from rasm.decoding.evidence import EvidenceWeights
from rasm.decoding.letter_model import LANGUAGES, RIGHT_TO_LEFT, letter_model
from rasm.decoding.marks import with_part
from rasm.decoding.order import goes_left_to_right, in_order
from rasm.decoding.readings import ARABIC, OPEN, Candidates, SignKind, TextReading
from rasm.decoding.text import read_by_words
from rasm.labels.signs import script_of
from rasm.pdf.diagnosis import Diagnosis, given_text, judge_font, told_by_marks
from rasm.pdf.document import (
    PDF_LIMITS,
    UNNUMBERED,
    FontFacts,
    PageText,
    PdfError,
    SignFacts,
    read_pdf,
)
from rasm.pdf.lines import Sign, Word, as_drawn, said_of
from rasm.pdf.maps import CodeMap, as_ligature, code_map
from rasm.pdf.parts import Parts, joined, parts_of
from rasm.pdf.writing import PageSpans, Texts, write_texts
from rasm.query.shapes import ShapeReader

if TYPE_CHECKING:
    from rasm.bounded.workers import Workers
    from rasm.query.recognizer import Recognizer

Which = Literal["absent", "wrong", "all"]
"""Fonts to be read: those that have no map or half of one, those whose map is wrong too, or all."""
WEIGHTS = EvidenceWeights()
_LOOK = replace(WEIGHTS, sweeps=12, cooling=10, words_a_glyph=8, rounds=0, restarts=1)
"""For choosing a language: a quick look."""
_LOOKED_AT = 150
"""Words, the commonest, by which it is chosen."""
_SURE = 0.9
"""Probability of a shape from which on it may deny a map."""
_OTHERS = 3
_CERTAIN = 0.99
"""Probability of a reading from which on it is called certain, if its shape agrees."""
_AGREES = 0.05
"""Probability of a text by shape alone, below which words alone tell of it.

By the glyphs of four validation fonts that draw whole letters: .994 of the certain are right.
"""


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
    raster: NDArray[np.uint8] = field(repr=False, compare=False)
    """Its picture (bytes,), packed; of a letter with a mark as its part that of the letter."""


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
        return "\n".join(_line(words, says, turned) for words in lines)

    @cached_property
    def _goes_left_to_right(self) -> bool:
        words = (word for page in self.pages for line in page.lines for word in line.words)
        return goes_left_to_right("".join(self._says(sign) for word in words for sign in word))

    def _says(self, sign: Sign) -> str:
        reading = self._texts.get(sign)
        return self.gives(sign) if reading is None else reading

    def gives(self, sign: Sign) -> str:
        """What the file says of a sign; empty where it says nothing."""
        if (said := said_of(sign)) is not None:
            return said
        texts = (given_text(self._fonts[part.font], part.code) for part in sign)
        return next(filter(None, texts), "")

    @cached_property
    def _texts(self) -> dict[Sign, str]:
        return {s.sign: s.text for read in self.readings.values() for s in read.signs}

    @cached_property
    def _fonts(self) -> dict[int, FontFacts]:
        return {found.font.number: found.font for found in self.diagnoses}

    def maps(self, *, spans: bool = False) -> dict[tuple[int, int], tuple[dict[int, str], int]]:
        """What to write: code -> text and bytes a code, by object number of the font.

        Codes without ink are spaces, and what was mapped and not read anew stays as it was, unless
        the map was wrong. Fonts without a number of their own are left out.
        """
        inked = {part[:2] for word in _words(self.pages) for sign in word for part in sign}
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


def _line(words: Sequence[Word], says: Callable[[Sign], str], is_left_to_right: bool) -> str:
    units: list[str] = []
    for word in words:
        if units:
            units.append(" ")
        start = len(units)
        for sign in word:
            text = says(sign)
            if sign[0].is_mark and len(units) > start:
                units[-1] += text
            else:
                units.append(text)
    return normalize("NFC", in_order(units, is_left_to_right=is_left_to_right))


def read_document(
    path: Path,
    recognizer: "Recognizer",
    workers: "Workers",
    fonts: Which | None = "wrong",
    language: str | None = None,
    weights: EvidenceWeights = WEIGHTS,
) -> Document:
    """Read a PDF by a worker, and the `fonts` in question, if any, by the recogniser.

    Raises PdfError, an OverLimit or an OSError that say what is wrong with the file.
    """
    outcome = workers.do(str(path), read_pdf, path, recognizer.policy)
    if outcome.error:
        raise outcome.error
    pages = tuple(found for found in outcome.results if isinstance(found, PageText))
    facts = told_by_marks(
        [found for found in outcome.results if isinstance(found, FontFacts)], _words(pages)
    )
    signs = next(found for found in outcome.results if isinstance(found, SignFacts))
    of_font = np.array([sign[0].font for sign in signs.signs], dtype=np.int64)
    shapes = ShapeReader.look(signs.drawn, of_font, recognizer)
    by_shape = shapes.candidates()
    diagnoses = _diagnosed(facts, signs.signs, shapes, by_shape)
    asked = {found.font.number for found in diagnoses if found.codes and _is_asked(found, fonts)}
    document = Document(path, pages, diagnoses, {})
    if not asked:
        return document
    # Half a map is believed as far as it goes.
    doubted = asked - {found.font.number for found in diagnoses if found.state == "partial"}

    shown = list(dict.fromkeys(sign for word in _words(pages) for sign in word))

    def may_be(sign: Sign, by_shape: Candidates) -> Candidates:
        said = None if fonts == "all" else said_of(sign)
        if said == "":
            return _SAID_BEFORE
        # Of a letter drawn of parts half a map has the skeleton, which is several letters.
        is_told = sign[0].font not in (doubted if len(sign) == 1 else asked)
        is_given = said is not None or is_told
        return _as_given(document.gives(sign), by_shape) if is_given else by_shape

    def heard(by_shape: Sequence[Candidates]) -> _Heard:
        by_drawing = dict(zip(signs.signs, by_shape, strict=True))
        candidates = {
            sign: may_be(sign, one) for sign in shown if (one := by_drawing.get(as_drawn(sign)))
        }
        return _Heard.of(candidates, pages, asked, (language,) if language else tuple(LANGUAGES))

    found = heard(by_shape)
    arabic: set[int] = set()
    for font in shapes.strange_fonts:  # type that no network knows may look like another script's
        if font in doubted:
            other = heard(shapes.candidates(arabic | {font}))
            if other.score_in(found.language) > found.score:
                found, arabic = other, arabic | {font}
    pictures = dict(zip(signs.signs, signs.drawn.rasters, strict=True))
    read = _read_signs(found, pages, doubted, pictures, weights)
    readings = {
        font.number: FontReading(
            font, found.language, tuple(one for one in read if one.sign[0].font == font.number)
        )
        for font in facts
        if font.number in asked
    }
    return replace(document, readings=readings, parts=found.parts)


@dataclass(frozen=True)
class _Heard:
    """What the signs of a file may say, and the language that makes it likeliest."""

    candidates: Mapping[Sign, Candidates]
    parts: Parts
    words: Mapping[tuple[int, ...], int]
    """Words by numbers of the candidates, and how often each is met."""
    languages: Sequence[str]
    """Those that it may be in."""

    @classmethod
    def of(
        cls,
        candidates: Mapping[Sign, Candidates],
        pages: Sequence[PageText],
        asked: Collection[int],
        languages: Sequence[str],
    ) -> "_Heard":
        """From what each sign may say; words count that have a sign of the `asked` fonts."""
        parts = parts_of(_words(pages), candidates)
        both = {
            whole: with_part(candidates[base], candidates[mark])
            for (base, mark), whole in parts.items()
        }
        known = {**candidates, **both}
        number = {sign: n for n, sign in enumerate(known)}
        words = Counter(
            tuple(number[sign] for sign in joined(word, parts) if sign in number)
            for word in _words(pages)
            if any(sign[0].font in asked for sign in word)
        )
        return cls(known, parts, words, languages)

    @property
    def score(self) -> float:
        """Log-probability in the likeliest language, by a quick look."""
        return self._likeliest[0]

    @property
    def language(self) -> str:
        """The likeliest of the languages; where there is one, nothing is looked at."""
        return self._likeliest[1] if self.languages[1:] else self.languages[0]

    @cached_property
    def _likeliest(self) -> tuple[float, str]:
        return max((self.score_in(one), one) for one in self.languages)

    def score_in(self, language: str) -> float:
        """Log-probability in a language, by a quick look."""
        glyphs = list(self.candidates.values())
        some = dict(Counter(self.words).most_common(_LOOKED_AT))
        return read_by_words(glyphs, some, letter_model(language), _LOOK).score


def _words(pages: Sequence[PageText]) -> Iterator[Word]:
    for page in pages:
        for line in page.lines:
            yield from line.words


def _read_signs(
    heard: _Heard,
    pages: Sequence[PageText],
    doubted: Collection[int],
    pictures: Mapping[Sign, NDArray[np.uint8]],
    weights: EvidenceWeights,
) -> list[SignReading]:
    """What each sign that is shown says, letters with the marks that are parts of them as one."""
    decoded = read_by_words(
        list(heard.candidates.values()), heard.words, letter_model(heard.language), weights
    )
    turned = _turned(pages, dict(zip(heard.candidates, decoded.best, strict=True)))
    counts = Counter(sign for word in _words(pages) for sign in joined(word, heard.parts))
    base_of = {whole: base for (base, _), whole in heard.parts.items()}
    read = []
    for (sign, shapes), found in zip(heard.candidates.items(), decoded.readings, strict=True):
        if not counts[sign]:
            continue
        texts, is_certain = _texts(found), _is_certain(found, shapes)
        if sign in turned and sign[0].font in doubted:
            texts = tuple((_MIRROR.get(text, text), p) for text, p in texts)
        picture = pictures[as_drawn(base_of.get(sign, sign))]
        read.append(SignReading(sign, *texts[0], texts, is_certain, counts[sign], picture))
    return read


def repair(
    path: Path | str,
    out: Path | str,
    *,
    fonts: Which = "wrong",
    language: str | None = None,
    spans: bool = False,
    break_signature: bool = False,
    outputs: Path | None = None,
) -> Document:
    """Write a copy of a PDF with maps for those `fonts` that lack one, as `rasm repair` does.

    With `spans` letters that no map can tell are marked on the pages with what they say. Returns
    what was read; without `readings`, nothing was written. `outputs` is the folder of the run that
    reads, by default that of `run_files.default_outputs`. Raises PdfError, an OverLimit or an
    OSError that say what is wrong with the file.
    """
    from rasm.bounded.workers import Workers
    from rasm.query.recognizer import Recognizer

    source, target = Path(path), Path(out)
    if source.resolve() == target.resolve():
        raise PdfError(f"{target}: name another file, for the input is never changed")
    with Workers(PDF_LIMITS, jobs=1) as workers:
        document = read_document(source, Recognizer.load(outputs), workers, fonts, language)
        write_document(document, target, workers, spans=spans, break_signature=break_signature)
    return document


def write_document(
    document: Document, out: Path, workers: "Workers", *, spans: bool, break_signature: bool
) -> tuple[int, int]:
    """Write a copy of the file with the maps of a document, if it has any, by a worker.

    Returns how many spans were written, and how many signs can have none.
    """
    if not document.readings:
        return 0, 0
    texts = document.written(spans=spans)
    outcome = workers.do(
        str(document.path), write_texts, document.path, out, texts, break_signature
    )
    if outcome.error:
        raise outcome.error
    pages = [found for found in outcome.results if isinstance(found, PageSpans)]
    return sum(page.written for page in pages), sum(page.lost for page in pages)


def _is_asked(found: Diagnosis, which: Which | None) -> bool:
    if which is None:
        return False
    if found.state in ("not readable", "right"):
        return which == "all" and not found.font.problem
    return which != "absent" or found.state in ("absent", "partial")


def _diagnosed(
    facts: Sequence[FontFacts],
    signs: Sequence[Sign],
    shapes: ShapeReader,
    by_shape: Sequence[Candidates],
) -> tuple[Diagnosis, ...]:
    """The state of each font; type that looks like another script's may be Arabic all the same."""
    found = [_diagnosis(font, signs, by_shape) for font in facts]
    strange = set(shapes.strange_fonts)
    if any(one.state == "wrong" and one.font.number in strange for one in found):
        as_arabic = shapes.candidates(strange)
        others = {font.number: _diagnosis(font, signs, as_arabic) for font in facts}
        found = [
            others[one.font.number]
            if one.state == "wrong" and others[one.font.number].state == "right"
            else one
            for one in found
        ]
    return tuple(found)


def _diagnosis(font: FontFacts, signs: Sequence[Sign], by_shape: Sequence[Candidates]) -> Diagnosis:
    mine = [pair for pair in zip(signs, by_shape, strict=True) if pair[0][0].font == font.number]
    number = font.number  # of the dots on a letter too, which may be of another font
    parts = {part for sign in signs for part in sign if part.font == number}
    inked = sorted({part.code for part in parts})
    likely = {
        sign[0].code: frozenset(reading.text for reading in candidates.readings[:3])
        for sign, candidates in mine
        if len(sign) == 1 and candidates.log_p[0] > np.log(_SURE)
    }
    return judge_font(font, inked, likely)


def _texts(readings: Sequence[tuple[TextReading, float]]) -> tuple[tuple[str, float], ...]:
    """The likeliest texts of a glyph, whatever their form."""
    merged: dict[str, float] = {}
    for reading, p in readings:
        merged[reading.text] = merged.get(reading.text, 0.0) + p
    return tuple(sorted(merged.items(), key=lambda item: -item[1])[:_OTHERS])


def _is_certain(readings: Sequence[tuple[TextReading, float]], shapes: Candidates) -> bool:
    text, p = _texts(readings)[0]
    by_shape = sum(
        math.exp(log_p)
        for reading, log_p in zip(shapes.readings, shapes.log_p.tolist(), strict=True)
        if reading.text == text
    )
    return p >= _CERTAIN and by_shape >= _AGREES


def _as_given(text: str, candidates: Candidates) -> Candidates:
    """What a map says of a glyph; what its shape says where that is nothing."""
    if not text:
        return candidates
    kind: SignKind = "letter" if text[0].isalpha() else "digit" if text.isdigit() else "punctuation"
    if all(category(character) == "Mn" for character in text):
        kind = "mark"
    return Candidates((TextReading(text, "any", kind, script_of(text) or ARABIC),), np.zeros(1))


_SAID_BEFORE = Candidates((TextReading("", "any", "mark"),), np.zeros(1))
"""Of the glyphs of a span after the first, which has the text of all."""
_MIRROR = dict(zip("()[]{}«»<>﴾﴿", ")(][}{»«><﴿﴾", strict=True))


def _turned(pages: Sequence[PageText], read: Mapping[Sign, TextReading]) -> set[Sign]:
    """The signs that stand between letters from right to left more often than not.

    Brackets are stored as they open, and drawn mirrored there.
    """
    found: Counter[Sign] = Counter()
    for line in (line for page in pages for line in page.lines):
        signs = [sign for word in line.words for sign in word]
        letters = [read[s].script for s in signs if s in read and read[s].kind == "letter"]
        is_turned = 2 * sum(script in RIGHT_TO_LEFT for script in letters) >= len(letters)
        for sign in signs:
            found[sign] += 1 if is_turned else -1
    return {sign for sign, more in found.items() if more > 0}
