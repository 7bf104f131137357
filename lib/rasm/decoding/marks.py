"""Letters of which a font draws a part as a mark: the stroke of gaf, a hamza, a small tah.

Such a mark is no vowel sign. It makes another letter of the one that it stands on, and words are
spelled with that.
"""

from collections.abc import Collection

import numpy as np

from rasm.decoding.readings import Candidates, TextReading

_HAMZA, _HAMZA_BELOW, _MADDA, _TAH = "\u0654", "\u0655", "\u0653", "\u0615"
_YEHS, _KAFS, _TEETH = "\u06cc\u064a\u0649", "\u06a9\u0643", "\u066e\u0628\u062a\u06ba\u0646"
_STROKES = ("\u064e", "\u0618", "\u0659")
"""Vowel signs that look like the upper stroke of gaf."""
_LETTERS = {
    **dict.fromkeys(_STROKES, dict.fromkeys(_KAFS, "گ")),
    _HAMZA: {"\u0627": "أ", "و": "ؤ", "ه": "ۀ", "ہ": "ۂ", "ے": "ۓ"}
    | dict.fromkeys([*_YEHS, "\u066e"], "ئ"),
    _HAMZA_BELOW: {"\u0627": "إ"},
    _MADDA: {"\u0627": "آ"},
    _TAH: {"ر": "ڑ", "د": "ڈ"} | dict.fromkeys(_TEETH, "ٹ"),
}
"""By the mark: letters with it, by those without."""
_LIKELY = 0.5
"""Probability that a stroke over a kaf makes gaf of it, where it stands over nothing else."""


def is_part(mark: Candidates, bases: Collection[Candidates]) -> bool:
    """Whether a mark is a part of the letters that it stands on in a text, one or more."""
    sign = mark.readings[0].text
    if sign in _STROKES:
        return all(base.readings[0].text in (*_KAFS, "گ") for base in bases)
    return sign in _LETTERS


def with_part(base: Candidates, mark: Candidates) -> Candidates:
    """The readings of a letter together with a mark that is a part of it."""
    sign = mark.readings[0].text
    likely = _LIKELY if sign in _STROKES else 1.0
    merged: dict[TextReading, float] = {}
    for reading, p in zip(base.readings, np.exp(base.log_p).tolist(), strict=True):
        letter = _LETTERS[sign].get(reading.text)
        whole = likely if letter else 0.0
        for text, share in ((letter or "", whole * p), (reading.text + sign, (1 - whole) * p)):
            if share > 0:
                one = TextReading(text, reading.form, reading.kind, reading.script)
                merged[one] = merged.get(one, 0.0) + share
    ranked = sorted(merged.items(), key=lambda item: -item[1])
    total = sum(merged.values())
    return Candidates(
        tuple(reading for reading, _ in ranked), np.log([share / total for _, share in ranked])
    )
