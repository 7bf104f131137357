"""A PDF read and repaired: its fonts diagnosed, their glyphs named by shapes and words.

    document = read_document(path, recognizer, workers)
    document.diagnoses, document.text(page), document.maps()

Fonts whose text is right are believed, and what their codes say helps to read the others.
"""

import math
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Literal
from unicodedata import category

import numpy as np
from numpy.typing import NDArray

from rasm.decoding.evidence import EvidenceWeights
from rasm.decoding.letter_model import LANGUAGES, RIGHT_TO_LEFT, letter_model
from rasm.decoding.marks import with_part
from rasm.decoding.readings import ARABIC, Candidates, SignKind, TextReading
from rasm.decoding.text import read_by_words
from rasm.labels.signs import script_of
from rasm.pdf.diagnosis import Diagnosis, judge_font, told_by_marks
from rasm.pdf.document import PDF_LIMITS, FontFacts, PageText, PdfError, SignFacts, read_pdf
from rasm.pdf.lines import Sign, as_drawn, said_of
from rasm.pdf.parts import Parts, joined, parts_of
from rasm.pdf.writing import PageSpans, write_texts
from rasm.query.document import Document, FontReading, SignReading, words_of
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
        [found for found in outcome.results if isinstance(found, FontFacts)], words_of(pages)
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

    shown = list(dict.fromkeys(sign for word in words_of(pages) for sign in word))

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
    _scores: dict[str, float] = field(default_factory=dict, init=False, repr=False, compare=False)
    """By language, those that were asked for."""

    @classmethod
    def of(
        cls,
        candidates: Mapping[Sign, Candidates],
        pages: Sequence[PageText],
        asked: Collection[int],
        languages: Sequence[str],
    ) -> "_Heard":
        """From what each sign may say; words count that have a sign of the `asked` fonts."""
        parts = parts_of(words_of(pages), candidates)
        both = {
            whole: with_part(candidates[base], candidates[mark])
            for (base, mark), whole in parts.items()
        }
        known = {**candidates, **both}
        number = {sign: n for n, sign in enumerate(known)}
        words = Counter(
            tuple(number[sign] for sign in joined(word, parts) if sign in number)
            for word in words_of(pages)
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
        if language not in self._scores:
            glyphs = list(self.candidates.values())
            some = dict(Counter(self.words).most_common(_LOOKED_AT))
            found = read_by_words(glyphs, some, letter_model(language), _LOOK)
            self._scores[language] = found.score
        return self._scores[language]


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
    counts = Counter(sign for word in words_of(pages) for sign in joined(word, heard.parts))
    base_of = {whole: base for (base, _), whole in heard.parts.items()}
    read = []
    for (sign, shapes), found in zip(heard.candidates.items(), decoded.readings, strict=True):
        if not counts[sign]:
            continue
        texts, is_certain = _texts(found), _is_certain(found, shapes)
        form = next(reading.form for reading, _ in found if reading.text == texts[0][0])
        if sign in turned and sign[0].font in doubted:
            texts = tuple((_MIRROR.get(text, text), p) for text, p in texts)
        picture = pictures[as_drawn(base_of.get(sign, sign))]
        read.append(SignReading(sign, *texts[0], texts, is_certain, counts[sign], form, picture))
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
