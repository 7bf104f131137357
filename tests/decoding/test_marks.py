"""Marks that are parts of letters, and those that are not: probabilities worked out by hand."""

import numpy as np
import pytest

from rasm.decoding.marks import is_part, with_part
from rasm.decoding.readings import Candidates, TextReading

STROKE, HAMZA, TAH, SHADDA = "\u064e", "\u0654", "\u0615", "\u0651"


def letter(*readings: tuple[str, float]) -> Candidates:
    texts = tuple(TextReading(text, "init") for text, _ in readings)
    return Candidates(texts, np.log([p for _, p in readings]))


def mark(text: str) -> Candidates:
    return Candidates((TextReading(text, "isol", "mark"),), np.zeros(1))


def test_a_stroke_over_kaf_alone_is_that_of_gaf() -> None:
    kaf, lam = letter(("ک", 0.9), ("ل", 0.1)), letter(("ل", 1.0))
    assert is_part(mark(STROKE), [kaf])
    assert not is_part(mark(STROKE), [kaf, lam])  # so it is a vowel sign


def test_a_hamza_is_a_part_of_whatever_it_stands_on_and_shadda_of_nothing() -> None:
    assert is_part(mark(HAMZA), [letter(("ی", 1.0)), letter(("ل", 1.0))])
    assert not is_part(mark(SHADDA), [letter(("ی", 1.0))])


def test_kaf_with_a_stroke_may_be_either_and_words_decide() -> None:
    both = with_part(letter(("ک", 0.8), ("ل", 0.2)), mark(STROKE))
    found = dict(zip((r.text for r in both.readings), np.exp(both.log_p), strict=True))
    assert found == pytest.approx({"گ": 0.4, "ک" + STROKE: 0.4, "ل" + STROKE: 0.2})
    assert {reading.form for reading in both.readings} == {"init"}


@pytest.mark.parametrize(
    ("base", "sign", "expected"), [("ی", HAMZA, "ئ"), ("ر", TAH, "ڑ"), ("\u0627", HAMZA, "أ")]
)
def test_letters_with_their_marks(base: str, sign: str, expected: str) -> None:
    assert [reading.text for reading in with_part(letter((base, 1.0)), mark(sign)).readings] == [
        expected
    ]


def test_letters_that_become_one_share_its_probability() -> None:
    """Yeh of Persian and of Arabic: with a hamza there is one."""
    both = with_part(letter(("ی", 0.6), ("ي", 0.4)), mark(HAMZA))
    assert [reading.text for reading in both.readings] == ["ئ"]
    assert np.exp(both.log_p).tolist() == pytest.approx([1.0])
