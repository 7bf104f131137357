"""Marks that are parts of letters, on a page: what is joined, and where."""

import numpy as np

from rasm.decoding.readings import Candidates, TextReading
from rasm.pdf.lines import Part, Sign
from rasm.pdf.parts import joined, parts_of

KAF, LAM, STROKE, SHADDA = ((Part(0, code, code > 2),) for code in (1, 2, 3, 4))


def says(text: str) -> Candidates:
    return Candidates((TextReading(text, "isol"),), np.zeros(1))


CANDIDATES: dict[Sign, Candidates] = {
    KAF: says("ک"),
    LAM: says("ل"),
    STROKE: says("\u064e"),
    SHADDA: says("\u0651"),
}


def test_a_stroke_over_kaf_alone_is_a_part_of_it() -> None:
    word = (LAM, KAF, SHADDA, STROKE, LAM)
    parts = parts_of([word], CANDIDATES)
    assert parts == {(KAF, STROKE): KAF + STROKE}
    assert joined(word, parts) == (LAM, KAF + STROKE, SHADDA, LAM)


def test_a_stroke_over_other_letters_too_stays_a_vowel_sign() -> None:
    words = [(KAF, STROKE), (LAM, STROKE)]
    assert parts_of(words, CANDIDATES) == {}
    assert joined(words[0], {}) == words[0]


def test_a_mark_without_a_letter_is_nobodys_part() -> None:
    assert parts_of([(STROKE, KAF)], CANDIDATES) == {}
