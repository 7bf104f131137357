"""The glyphs of a font read by the words that they stand in, and by their shapes.

A glyph says the same wherever it stands, so a font of a hundred glyphs and a text of some hundred
words explain each other. What is sought is the reading of each glyph that makes most probable

    the shapes: P(reading | picture) of each glyph, once;
    the joins: a stroke that leaves a letter goes on into the next;
    the words: P(word) of each distinct word, by the letter model of the text's language.

The readings are drawn one glyph at a time, given those of all others (Gibbs sampling, Geman and
Geman 1984), from a high temperature to one; there the shares of the readings, averaged over
sweeps, are their probabilities. The number of sweeps is fixed and so are the random numbers.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile

import numpy as np
from numpy.typing import NDArray

from rasm.decoding.evidence import EvidenceWeights, Piece, WordEvidence, piece_of
from rasm.decoding.letter_model import LetterModel, bare
from rasm.decoding.readings import ARABIC, Candidates, TextReading

GlyphWord = tuple[int, ...]
"""A word as numbers of glyphs, in the order of reading."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """The readings of a font's glyphs."""

    readings: tuple[tuple[tuple[TextReading, float], ...], ...]
    """Those of each glyph (N,) and their probabilities after shapes, joins and words, the likeliest
    first."""
    score: float
    """Log-probability of it all, to compare languages by."""

    @property
    def best(self) -> list[TextReading]:
        """The likeliest reading of each glyph (N,)."""
        return [readings[0][0] for readings in self.readings]


def read_by_words(
    glyphs: Sequence[Candidates],
    words: Mapping[GlyphWord, int],
    model: LetterModel,
    weights: EvidenceWeights,
    seed: int = 0,
) -> Decoded:
    """Read N glyphs by the words that they stand in, and how often each is met.

    Words of Arabic letters are those of `model`, of other letters those of their script's.

    Glyphs whose shape is in doubt may be letters or ligatures that the recogniser never learnt so:
    what the words of the list have in their place is tried in further rounds.
    """
    chosen = _chosen(words, len(glyphs), weights)
    counted = {word: 1 + math.log(words[word]) for word in chosen}
    # Where words are few the sampling may end far from the likeliest readings.
    seeds = range(seed, seed + (weights.restarts if len(chosen) <= weights.few else 1))
    found = [_read_once(glyphs, counted, model, weights, one) for one in seeds]
    return max(found, key=lambda decoded: decoded.score)


def _read_once(
    glyphs: Sequence[Candidates],
    words: Mapping[GlyphWord, float],
    model: LetterModel,
    weights: EvidenceWeights,
    seed: int,
) -> Decoded:
    """Read glyphs by words and what each counts, in one run of the sampling."""
    found = _Search(glyphs, words, model, weights).run(np.random.default_rng(seed))
    again = replace(
        weights,
        cooling=weights.sweeps // 3,
        sweeps=weights.sweeps // 2,
        hottest=1.5,
        letters_first=0.0,
    )
    once = _words_of(list(words), len(glyphs))
    for _ in range(weights.rounds):
        best = found.best
        more = [
            glyph.with_ligatures(
                _told(number, once[number], best, model, weights), weights.ligature
            )
            if _is_in_doubt(glyph, best[number], weights)
            else glyph
            for number, glyph in enumerate(glyphs)
        ]
        if all(one is other for one, other in zip(glyphs, more, strict=True)):
            break
        search = _Search(more, words, model, again)
        search.start_from(found, glyphs)
        glyphs, found = more, search.run(np.random.default_rng(seed))
    return found


def _is_in_doubt(glyph: Candidates, best: TextReading, weights: EvidenceWeights) -> bool:
    """Whether it is no letter, or a letter of which the shape does not say that it is this one.

    Among letters: digits may look like one.
    """
    if best.kind not in ("letter", "mark"):
        return True
    p = dict(zip(glyph.readings, np.exp(glyph.log_p).tolist(), strict=True))
    letters = sum(share for reading, share in p.items() if _is_arabic(reading))
    this = sum(share for reading, share in p.items() if reading.text == best.text)
    return _is_arabic(best) and this < weights.sure * letters


def _is_arabic(reading: TextReading) -> bool:
    return reading.kind == "letter" and reading.script == ARABIC


def _words_of(words: Sequence[GlyphWord], count: int) -> list[list[GlyphWord]]:
    """The words of each glyph that it stands in once."""
    found: list[list[GlyphWord]] = [[] for _ in range(count)]
    for word in words:
        for glyph, times in Counter(word).items():
            if times == 1:
                found[glyph].append(word)
    return found


def _told(
    glyph: int,
    words: Sequence[GlyphWord],
    best: Sequence[TextReading],
    model: LetterModel,
    weights: EvidenceWeights,
) -> list[str]:
    """What listed words most often have where a glyph stands once, the others read as they are."""
    votes: dict[str, float] = {}
    for word in words:
        at = word.index(glyph)
        before = [best[g] for g in word[:at] if best[g].kind != "mark"]
        after = [best[g] for g in word[at + 1 :] if best[g].kind != "mark"]
        letters = [list(takewhile(_is_arabic, part)) for part in (reversed(before), after)]
        start, end = letters[0][::-1], letters[1]
        if best[glyph].kind != "letter" and not (start and end):
            continue  # a number and a stop stand beside letters, not between them
        found = model.between(_text(start), _text(end), weights.longest)
        total = np.logaddexp.reduce(list(found.values())) if found else 0.0
        for text, log_p in found.items():
            votes[text] = votes.get(text, 0.0) + float(np.exp(log_p - total))
    ranked = sorted(votes.items(), key=lambda item: (-item[1], item[0]))
    return [text for text, _ in ranked[: weights.proposals]]


def _chosen(
    words: Mapping[GlyphWord, int], count: int, weights: EvidenceWeights
) -> list[GlyphWord]:
    """The most frequent words, as many as give each glyph its share."""
    left = [weights.words_a_glyph] * count
    chosen = []
    for word, _ in sorted(words.items(), key=lambda item: (-item[1], item[0])):
        if any(left[glyph] > 0 for glyph in word):
            chosen.append(word)
            for glyph in set(word):
                left[glyph] -= 1
    return chosen


def _text(readings: Iterable[TextReading]) -> str:
    return bare("".join(reading.text for reading in readings))


class _Search:
    """The readings of all glyphs, one of each chosen, and how probable each word is by them.

    Words are remembered by what is chosen of their glyphs, as one number that has a digit for each
    place: to change a glyph is to add to it.
    """

    def __init__(
        self,
        glyphs: Sequence[Candidates],
        words: Mapping[GlyphWord, float],
        model: LetterModel,
        weights: EvidenceWeights,
    ) -> None:
        """Take the words with what each counts."""
        self._glyphs, self._weights = glyphs, weights
        self._evidence = WordEvidence(model, weights)
        self._words, self._counts = list(words), list(words.values())
        self._choice = [0] * len(glyphs)
        self._alive = [list(range(len(glyph.readings))) for glyph in glyphs]
        """The readings of each glyph that are still tried."""
        self._pieces = [[piece_of(reading) for reading in glyph.readings] for glyph in glyphs]
        self._base = max((len(glyph.readings) for glyph in glyphs), default=1)
        self._places: list[list[tuple[int, int]]] = [[] for _ in glyphs]
        """Of each glyph: its words, and what a word's number grows by where its choice does."""
        for number, word in enumerate(self._words):
            grows: dict[int, int] = {}
            for at, glyph in enumerate(word):
                grows[glyph] = grows.get(glyph, 0) + self._base**at
            for glyph, by in grows.items():
                self._places[glyph].append((number, by))
        self._scores: list[dict[int, float]] = [{} for _ in self._words]
        self._keys = [0] * len(self._words)

    def start_from(self, found: Decoded, known: Sequence[Candidates]) -> None:
        """Begin with what was found of the `known` candidates, not with the likeliest shapes.

        Only what was likely is tried again, and what is new.
        """
        for number, (glyph, readings) in enumerate(zip(self._glyphs, found.readings, strict=True)):
            self._choose(number, glyph.readings.index(readings[0][0]))
            likely = [glyph.readings.index(reading) for reading, _ in readings]
            new = range(len(known[number].readings), len(glyph.readings))
            self._alive[number] = [*likely, *new]

    def _choose(self, glyph: int, choice: int) -> None:
        by = choice - self._choice[glyph]
        self._choice[glyph] = choice
        if by:
            for word, grows in self._places[glyph]:
                self._keys[word] += by * grows

    def run(self, random: np.random.Generator) -> Decoded:
        w = self._weights
        # The surest first: what is read early tells the others.
        order = sorted(range(len(self._glyphs)), key=lambda g: -self._glyphs[g].log_p[0])
        shares = [np.zeros(len(glyph.readings)) for glyph in self._glyphs]
        alive = self._alive
        # Signs explain each other: numbers all through are a fair reading too, and hard to leave.
        # So letters come first.
        others = [
            np.array([reading.kind not in ("letter", "mark") for reading in glyph.readings])
            for glyph in self._glyphs
        ]
        for sweep in range(w.sweeps):
            is_first = sweep < w.cooling // 8
            left = max(0.0, 1 - sweep / w.cooling)
            heat = w.hottest**left
            for glyph in order:
                kept = alive[glyph]
                if len(kept) == 1:
                    continue
                places = self._places[glyph][: w.words_at_first if is_first else None]
                scores = self._given_others(glyph, kept, places)
                scores -= w.letters_first * left * others[glyph][kept]
                p = np.exp((scores - scores.max()) / heat)
                p /= p.sum()
                if sweep >= w.cooling:
                    shares[glyph][kept] += p
                elif not is_first:
                    alive[glyph] = [
                        n for n, share in zip(kept, p.tolist(), strict=True) if share > _LOST
                    ]
                drawn = int(np.searchsorted(p.cumsum(), random.random()))
                self._choose(glyph, kept[min(drawn, len(kept) - 1)])
        for glyph, share in enumerate(shares):
            if not share.any():
                share[alive[glyph]] = 1.0
            self._choose(glyph, int(share.argmax()))
        return self._decoded(shares)

    def _decoded(self, shares: Sequence[NDArray[np.float64]]) -> Decoded:
        ranked = []
        for glyph, share in zip(self._glyphs, shares, strict=True):
            p = share / share.sum()
            order = sorted(np.flatnonzero(p > _UNLIKELY).tolist(), key=lambda n: -p[n])
            ranked.append(tuple((glyph.readings[n], float(p[n])) for n in order))
        score = sum(g.log_p[c] for g, c in zip(self._glyphs, self._choice, strict=True))
        score += sum(
            count * self._evidence.log_p(self._pieces_of(word))
            for word, count in enumerate(self._counts)
        )
        return Decoded(tuple(ranked), float(score))

    def _given_others(
        self, glyph: int, kept: Sequence[int], places: Sequence[tuple[int, int]]
    ) -> NDArray[np.float64]:
        """Log-probability of the `kept` readings of a glyph, beside the present ones of others.

        By the words of some of its places.
        """
        pieces, present = self._pieces[glyph], self._choice[glyph]
        tried = [(n, choice - present, pieces[choice]) for n, choice in enumerate(kept)]
        totals = [0.0] * len(kept)
        for word, grows in places:
            key, known, score = self._keys[word], self._scores[word], None
            for n, by, piece in tried:
                found = known.get(key + by * grows)
                if found is None:
                    if score is None:
                        stands = [at for at, one in enumerate(self._words[word]) if one == glyph]
                        score = self._evidence.by_one(self._pieces_of(word), stands)
                    found = known[key + by * grows] = self._counts[word] * score(piece)
                totals[n] += found
        scores: NDArray[np.float64] = self._glyphs[glyph].log_p[kept] + np.array(totals)
        return scores

    def _pieces_of(self, word: int) -> list[Piece | None]:
        """Those of the glyphs of a word, as they are read."""
        return [self._pieces[glyph][self._choice[glyph]] for glyph in self._words[word]]


_UNLIKELY = 1e-6
"""Probability of a reading that is not worth telling."""
_LOST = 1e-7
"""Probability of a reading, early on, below which it is not tried again."""
