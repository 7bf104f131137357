"""How probable a word is by what its glyphs say: its letters, its joins, and its other signs."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import NamedTuple

from rasm.decoding.letter_model import RIGHT_TO_LEFT, LetterModel, bare, letter_model
from rasm.decoding.readings import ARABIC, SignKind, TextReading

_PARTED, _JOINED, _ANY = range(3)
"""How a sign stands to its neighbour: a stroke goes over or none, or it is not known."""
_TORN = _PARTED + _JOINED
"""The sum of two neighbours where the stroke of one ends nowhere; no other two add up to it."""
_EDGE = _PARTED, _PARTED
"""How the edge of a word stands to what is beside it."""
_INNER = ("'", "’", "-", "‐", "‑")
"""Signs that may stand within a word, between letters."""
_Run = tuple[str, SignKind, str]
"""Letters as they stand from right to left, what they are, and their script."""


@dataclass(frozen=True, slots=True)
class EvidenceWeights:
    """What the parts of the evidence count beside each other, chosen on validation fonts."""

    words: float = 0.7
    """Of a word's log-probability, beside that of a shape."""
    join: float = 2.5
    """Nats that a stroke costs that leads nowhere, or comes from nowhere."""
    stretch: float = 3.0
    """Nats of each tatweel and of each glyph that says nothing."""
    digit: float = 2.5
    punctuation: float = 5.0
    symbol: float = 7.0
    """Nats of each sign that is no letter."""
    script: float = 2.0
    """Nats of a word in the letters of another script."""
    mixed: float = 8.0
    """Nats of each further script of a word's letters."""
    foreign: float = 4.0
    """Nats of a digit that the language does not write."""
    inner: float = 2.0
    """Nats of an apostrophe or a hyphen within a word of another script than Arabic."""
    turn: float = 4.0
    """Nats of going on from one kind of sign to another within a word, but to its last stops."""
    ligature: float = 3.0
    """Nats of a ligature that only words tell of, and of each of its letters beyond one."""
    sure: float = 0.9
    """Share of one letter among all that a shape may be, from which on it is no such ligature."""
    longest: int = 3
    """Letters of such a ligature."""
    proposals: int = 8
    rounds: int = 2
    """In which proposals are made, each by what the last one read."""
    sweeps: int = 24
    cooling: int = 16
    """Of the sweeps, those above temperature one."""
    hottest: float = 5.0
    letters_first: float = 10.0
    """Nats that keep back all other signs at first."""
    few: int = 100
    """Distinct words up to which all is read `restarts` times over, and the likeliest taken."""
    restarts: int = 4
    words_a_glyph: int = 24
    """Distinct words by which a glyph is read, the most frequent first."""
    words_at_first: int = 8
    """The same in the first sweeps, which give no reading up yet."""


class Piece(NamedTuple):
    """What a glyph adds to a word: a run of one sign."""

    text: str
    """Its letters as they stand from right to left."""
    kind: SignKind
    script: str
    enters: int
    """How it stands to the sign before it."""
    goes_on: int
    """The same to that after it."""


class WordEvidence:
    """Log-probabilities of words by the letter model of a text's language.

    Of words in letters of another script by the model of that one.
    """

    def __init__(self, model: LetterModel, weights: EvidenceWeights) -> None:
        self._model, self._weights = model, weights

    def log_p(self, pieces: Sequence[Piece | None]) -> float:
        """Log-probability of a word by what its glyphs say."""
        said = [piece for piece in pieces if piece is not None]
        runs: list[_Run] = []
        for text, kind, script, _, _ in said:
            if runs and runs[-1][1] == kind and runs[-1][2] == script:
                runs[-1] = runs[-1][0] + text, kind, script
            else:
                runs.append((text, kind, script))
        loose = _loose([_EDGE, *map(_joins, said), _EDGE])
        stretched = sum(not piece.text for piece in said)
        w = self._weights
        return self._score_of_runs(runs) - w.join * loose - w.stretch * stretched

    def by_one(
        self, pieces: Sequence[Piece | None], places: Sequence[int]
    ) -> Callable[[Piece | None], float]:
        """Log-probability of a word by what one glyph of it says, which stands at some places.

        All others say what `pieces` have.
        """
        filled = list(pieces)

        def whole(piece: Piece | None) -> float:
            for at in places:
                filled[at] = piece
            return self.log_p(filled)

        before, after = (
            [piece for piece in part if piece is not None]
            for part in (pieces[: places[0]], pieces[places[0] + 1 :])
        )
        if places[1:] or not all(map(_is_arabic_letter, before + after)):
            return whole
        # Nearly all words are of nothing but letters, where all around one is added up once.
        start, end = ("".join(piece.text for piece in part) for part in (before, after))
        leaves = before[-1].goes_on if before else _PARTED
        enters = after[0].enters if after else _PARTED
        loose = _loose([_EDGE, *map(_joins, before)]) + _loose([*map(_joins, after), _EDGE])
        stretches = sum(not piece.text for piece in before + after)
        w, log_p = self._weights, self._model.word
        words, join, stretch = w.words, w.join, w.stretch

        def letter(piece: Piece | None) -> float:
            if piece is None or not _is_arabic_letter(piece):
                return whole(piece)
            torn = loose + (leaves + piece.enters == _TORN) + (piece.goes_on + enters == _TORN)
            stretched = stretches + (not piece.text)
            return words * log_p(start + piece.text + end) - join * torn - stretch * stretched

        return letter

    def _score_of_runs(self, runs: Sequence[_Run]) -> float:
        """Log-probability of a word by its runs of signs of one kind and script."""
        w = self._weights
        score = 0.0
        inner = 0
        for at, (text, kind, script) in enumerate(runs):
            if text in _INNER and _joins_letters(runs[max(0, at - 1) : at + 2]):
                inner += 1
            elif kind == "letter":
                score += w.words * self._word_of(script, text)
                score -= w.script * (script != ARABIC)
            else:
                score -= w.turn + getattr(w, kind) * max(1, len(text))
                if kind == "digit":
                    others = sum(not c.isascii() and c not in self._model.digits for c in text)
                    score -= w.foreign * others
        # Stops stand at the end of a word, and of one from left to right at the other end.
        score += w.turn * (bool(runs[1:]) and "punctuation" in (runs[0][1], runs[-1][1]))
        scripts = {script for _, kind, script in runs if kind == "letter"}
        score -= w.mixed * max(0, len(scripts) - 1)
        return score - w.inner * inner - w.turn * max(0, len(runs) - 2 * inner - 2)

    def _word_of(self, script: str, text: str) -> float:
        """Log-probability of a run of letters that stand from right to left."""
        if script == ARABIC:
            return self._model.word(text)
        return letter_model(script).word(text if script in RIGHT_TO_LEFT else text[::-1])


def _joins_letters(runs: Sequence[_Run]) -> bool:
    """Whether the middle one of three runs stands between letters of one script, but for Arabic."""
    if len(runs) < 3 or runs[0][1:] != runs[2][1:]:
        return False
    return runs[0][1] == "letter" and runs[0][2] != ARABIC


def _is_arabic_letter(piece: Piece) -> bool:
    return piece.kind == "letter" and piece.script == ARABIC


def _joins(piece: Piece) -> tuple[int, int]:
    return piece.enters, piece.goes_on


def _loose(joins: Sequence[tuple[int, int]]) -> int:
    """How many strokes end nowhere between signs, by how each stands to those around it."""
    return sum(one[1] + other[0] == _TORN for one, other in pairwise(joins))


@cache
def piece_of(reading: TextReading) -> Piece | None:
    """What a reading adds to a word; None of a mark, with which no word is spelled."""
    if reading.kind == "mark":
        return None
    text = bare(reading.text)
    if reading.script not in RIGHT_TO_LEFT:
        text = text[::-1]  # as its letters stand from right to left, of a ligature too
    if reading.form == "any":
        return Piece(text, reading.kind, reading.script, _ANY, _ANY)
    enters, goes_on = reading.form in ("medi", "final"), reading.form in ("init", "medi")
    return Piece(text, reading.kind, reading.script, int(enters), int(goes_on))
