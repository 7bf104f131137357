"""What a glyph may say, and how it joins its neighbours, from the labels of the recogniser."""

import math
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

import numpy as np
from fontTools.unicodedata import category
from numpy.typing import NDArray

from rasm.fonts.inventory import Item, arabic_inventory
from rasm.labels.signs import script_of

OPEN = 0.5
"""Probability of a reading below which a glyph is left without text."""
_LEAST = 1e-4
"""A label less probable is no candidate."""
_MOST = 24
_SINGLE = 5.0
_ONE_YEH = str.maketrans("\u064a\u0649", "\u06cc\u06cc")
"""So that a yeh is not proposed as another one, whose joins would not count."""
_BLIND = 0.05
"""How like its letters a ligature is that looks like none of them."""


Form = Literal["isol", "init", "medi", "final", "any"]
SignKind = Literal["letter", "mark", "digit", "punctuation", "symbol"]
"""A mark is a sign over or under a letter: it joins nothing and no word is spelled with it."""
ARABIC = "Arab"
_STOPS = frozenset(".,:;!?'\"()[]«»“”‘’…–—‐‑-/%،؛؟۔")
"""Punctuation of running text; other is as rare as a symbol."""
_TAIL = "\ufe73"
"""The tail fragment, a part of letters that is none."""
TATWEEL = "\u0640"
"""The stroke by which letters are stretched, so that lines are full."""


Place = Literal["line", "above", "below", "stop"]
"""Where a glyph stands: it takes room in the line, or none, above or below; or it is a lone dot.

Or a short stroke that looks like one.
"""
_PLACES: tuple[Place, ...] = ("line", "above", "below")
_BELOW = (29, 32, 220)
"""Combining classes of marks that stand below: kasratan, kasra, and all of `below`."""


@dataclass(frozen=True, slots=True)
class DrawnGlyphs:
    """N glyphs as fonts draw them."""

    rasters: NDArray[np.uint8]
    """(N, bytes), packed."""
    cues: NDArray[np.float32]
    """(N, 4), as `rasm.raster.size_cues` has them."""
    places: tuple[Place, ...]
    """Where each stands and what it must be by that (N,)."""


@dataclass(frozen=True, slots=True)
class TextReading:
    """One thing that a glyph may say."""

    text: str
    form: Form
    """`any` of a ligature that only words have told of: how it joins is not known."""
    kind: SignKind = "letter"
    script: str = ARABIC
    """Four-letter code (ISO 15924) of a letter; of other signs it says nothing."""


@cache
def reading_of_label(label: str) -> TextReading:
    """The reading of a label of the inventory. Raises KeyError for any other."""
    return _readings()[label]


@cache
def _readings() -> dict[str, TextReading]:
    found = {}
    for item in arabic_inventory():
        text = "".join(map(chr, item.code_points))
        form: Form = "medi" if text == TATWEEL else item.form  # type: ignore[assignment]
        found[item.label] = TextReading(text, form, _kind(item))
    return found


def _kind(item: Item) -> SignKind:
    if all(unicodedata.category(chr(code)) == "Mn" for code in item.code_points):
        return "mark"
    if item.char_class == "digit":
        return "digit"
    if item.char_class == "punctuation" and item.text in _STOPS:
        return "punctuation"
    is_letter = item.char_class not in ("punctuation", "symbol") and item.text != _TAIL
    return "letter" if is_letter else "symbol"


@cache
def reading_of_sign(text: str) -> TextReading:
    """The reading of a printed sign beyond Arabic, by what it says."""
    script = script_of(text)
    if script:
        return TextReading(text, "isol", "letter", script)
    if category(text[0])[0] == "N":
        return TextReading(text, "isol", "digit")
    return TextReading(text, "isol", "punctuation" if text in _STOPS else "symbol")


@dataclass(frozen=True, slots=True)
class SignScores:
    """What N glyphs are as printed signs beyond Arabic."""

    texts: tuple[str, ...]
    """What the K signs say."""
    p: NDArray[np.float64]
    """(N, 1 + K): that it is none of them, and each."""


@dataclass(frozen=True, slots=True)
class Candidates:
    """The readings that a glyph may have, and their log-probabilities by its shape alone."""

    readings: tuple[TextReading, ...]
    log_p: NDArray[np.float64]

    def with_ligatures(self, texts: Iterable[str], cost: float) -> "Candidates":
        """Ligatures besides, each at `cost` nats and one more a letter.

        A ligature looks somewhat like its letters, so it costs less by what the shape is taken for,
        and more where that is sure. A single letter costs more than two: the recogniser would know
        it.
        """
        known = {reading.text.translate(_ONE_YEH) for reading in self.readings}
        new = [text for text in texts if text.translate(_ONE_YEH) not in known]
        p = np.exp(self.log_p)
        alike = [
            sum(p[n] for n, reading in enumerate(self.readings) if reading.text in text)
            for text in new
        ]
        unlike = math.log1p(_BLIND - p.max())
        added = [
            math.log((_BLIND + share) / (1 + _BLIND))
            + unlike
            - cost
            - (len(text) if text[1:] else _SINGLE)
            for text, share in zip(new, alike, strict=True)
        ]
        readings = tuple(TextReading(text, "any") for text in new)
        return Candidates(self.readings + readings, np.concatenate([self.log_p, added]))


_STOP = Candidates(
    (
        TextReading(".", "isol", "punctuation"),
        TextReading("\u0660", "isol", "digit"),
        TextReading("\u06f0", "isol", "digit"),
        TextReading(TATWEEL, "medi"),
    ),
    np.log([0.4, 0.2, 0.2, 0.2]),
)


def _place(label: str) -> Place:
    reading = reading_of_label(label)
    if reading.kind != "mark":
        return "line"
    return "below" if unicodedata.combining(reading.text[-1]) in _BELOW else "above"


def candidates_of(
    labels: Sequence[str],
    probabilities: NDArray[np.float64],
    places: Sequence[Place],
    signs: SignScores | None = None,
) -> list[Candidates]:
    """Of N glyphs by P(label) (N, L), the likeliest first; readings of one text and form are one.

    A glyph that takes no room is a mark of its side of the line, if its shape may be one, and one
    that takes room is none; `places` (N,) tell. A dot in the line is a full stop, a zero or
    tatweel. What takes room may be one of the `signs` beyond Arabic, and is a label if it is none
    of them.
    """
    fits = {place: np.array([_place(label) == place for label in labels]) for place in _PLACES}
    found = []
    for number, (given, place) in enumerate(zip(probabilities, places, strict=True)):
        if place == "stop":
            found.append(_STOP)
            continue
        row = np.where(fits[place], given, 0.0)
        row = row if row.max() >= _LEAST else given
        merged: dict[TextReading, float] = {}
        if signs is not None and place == "line":
            row = row * (signs.p[number, 0] / max(row.sum(), 1e-12))
            for sign in _likeliest(signs.p[number, 1:]):
                if (p := float(signs.p[number, 1 + sign])) > 0:
                    merged[reading_of_sign(signs.texts[sign])] = p
        for label in _likeliest(row):
            reading = reading_of_label(labels[label])
            merged[reading] = merged.get(reading, 0.0) + float(row[label])
        ranked = sorted(merged.items(), key=lambda item: -item[1])[:_MOST]
        total = sum(p for _, p in ranked)
        log_p = np.log(np.array([p / total for _, p in ranked]))
        found.append(Candidates(tuple(reading for reading, _ in ranked), log_p))
    return found


def _likeliest(row: NDArray[np.float64]) -> list[int]:
    """The columns that are candidates, the likeliest first; one at least."""
    order = np.argsort(-row, kind="stable")[: 2 * _MOST]
    return [int(n) for n in order if row[n] >= _LEAST] or [int(order[0])]
