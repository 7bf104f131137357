"""Glyphs read by the words that they stand in: what shapes leave open, words decide."""

import math
from dataclasses import replace

import numpy as np
import pytest

from rasm.decoding.evidence import EvidenceWeights
from rasm.decoding.letter_model import LetterModel
from rasm.decoding.readings import (
    Candidates,
    Form,
    SignKind,
    TextReading,
    candidates_of,
    reading_of_label,
    reading_of_sign,
)
from rasm.decoding.text import Decoded, read_by_words

WEIGHTS = EvidenceWeights()
MODEL = LetterModel({"باب": 0.4, "بات": 0.2, "تاب": 0.1, "بابا": 0.2, "کتاب": 0.1})


def glyph(
    *readings: tuple[str, float], form: Form = "isol", kind: SignKind = "letter"
) -> Candidates:
    texts = tuple(TextReading(text, form, kind) for text, _ in readings)
    return Candidates(texts, np.log([p for _, p in readings]))


def texts(found: Decoded) -> list[str]:
    return [reading.text for reading in found.best]


def test_words_decide_what_shapes_leave_open() -> None:
    """Beh or teh, alif or a digit one: `باب` is a word, `تاب` a rarer one."""
    glyphs = [glyph(("ت", 0.5), ("ب", 0.5)), glyph(("ا", 1.0)), glyph(("ب", 1.0))]
    assert texts(read_by_words(glyphs, {(0, 1, 2): 1}, MODEL, WEIGHTS)) == ["ب", "ا", "ب"]


def test_shapes_that_are_sure_win_over_words() -> None:
    glyphs = [glyph(("ت", 0.999999), ("ب", 0.000001)), glyph(("ا", 1.0)), glyph(("ب", 1.0))]
    assert texts(read_by_words(glyphs, {(0, 1, 2): 1}, MODEL, WEIGHTS)) == ["ت", "ا", "ب"]


def test_what_is_open_is_said_to_be() -> None:
    """No word tells them apart, so both stay as probable as they were."""
    glyphs = [glyph(("ج", 0.5), ("ح", 0.5))]
    found = read_by_words(glyphs, {(0, 0, 0): 1}, MODEL, WEIGHTS)
    assert found.readings[0][0][1] == pytest.approx(0.5, abs=0.05)


def test_strokes_that_lead_nowhere_are_no_reading() -> None:
    """One shape, initial or isolated: before a letter that a stroke enters it is the initial."""
    first = Candidates((TextReading("ق", "isol"), TextReading("ف", "init")), np.log([0.6, 0.4]))
    second = glyph(("ص", 1.0), form="final")
    found = read_by_words([first, second], {(0, 1): 1}, MODEL, WEIGHTS)
    assert texts(found) == ["ف", "ص"]


def test_a_ligature_that_no_shape_tells_is_found_by_words() -> None:
    """`تا` in one glyph, taken for anything: words that are known have it in its place."""
    unknown = glyph(("ص", 0.4), ("ض", 0.35), ("ط", 0.25))
    glyphs = [glyph(("ک", 1.0)), unknown, glyph(("ب", 1.0))]
    found = read_by_words(glyphs, {(0, 1, 2): 4, (1, 2): 2}, MODEL, WEIGHTS)
    assert texts(found) == ["ک", "تا", "ب"]


def test_a_yeh_is_no_other_yeh_that_joins_anywhere() -> None:
    """Isolated by its shape, it stands at the end of a word; as a proposal its joins would count
    for nothing."""
    yeh = glyph(("ی", 0.5), ("ص", 0.3), ("ض", 0.2))
    known = yeh.with_ligatures(["ي", "ى", "تا"], 3.0)
    assert [reading.text for reading in known.readings] == ["ی", "ص", "ض", "تا"]


def test_numbers_stay_numbers() -> None:
    digits = [glyph((d, 0.98), ("ا", 0.02), kind="digit") for d in "١٩"]
    assert texts(read_by_words(digits, {(0, 1, 0, 1): 1}, MODEL, WEIGHTS)) == ["١", "٩"]


def test_digits_are_those_of_the_language() -> None:
    """One picture, two digits: the Arabic-Indic one and the extended one."""
    one = glyph(("١", 0.5), ("۱", 0.5), kind="digit")
    for digits in ("٠١", "۰۱"):
        model = LetterModel({"باب": 1.0}, digits)
        assert texts(read_by_words([one], {(0, 0): 1}, model, WEIGHTS)) == [digits[1]]


def test_the_same_twice() -> None:
    glyphs = [glyph(("ت", 0.5), ("ب", 0.5)), glyph(("ا", 0.5), ("د", 0.5))]
    words = {(0, 1, 0): 3, (0, 1): 1}
    one, other = (read_by_words(glyphs, words, MODEL, WEIGHTS, seed=7) for _ in range(2))
    assert one == other
    assert math.isfinite(one.score)


def test_no_words_at_all() -> None:
    assert texts(read_by_words([glyph(("ب", 1.0))], {}, MODEL, WEIGHTS)) == ["ب"]
    assert read_by_words([], {}, MODEL, WEIGHTS).readings == ()


def test_a_stop_that_texts_use_is_none_that_they_do_not() -> None:
    """The shape says a low quotation mark: at the end of words it is a comma."""
    kinds = [reading_of_sign(text).kind for text in ",&‚"]
    assert kinds == ["punctuation", "symbol", "symbol"]
    one = Candidates((reading_of_sign("‚"), reading_of_sign(",")), np.log([0.6, 0.4]))
    glyphs = [one, glyph(("ا", 1.0)), glyph(("ب", 1.0))]
    assert texts(read_by_words(glyphs, {(2, 1, 2, 0): 1}, MODEL, WEIGHTS))[0] == ","


def test_an_apostrophe_within_a_word_is_one() -> None:
    """Not an i with a grave, which it looks like: `l'eau`, its signs from right to left."""
    signs = [*"uae", "’", "l"]
    glyphs = [Candidates((reading_of_sign(sign),), np.zeros(1)) for sign in signs]
    glyphs[3] = Candidates(tuple(map(reading_of_sign, "ì’")), np.log([0.6, 0.4]))
    assert texts(read_by_words(glyphs, {(0, 1, 2, 3, 4): 1}, MODEL, WEIGHTS)) == signs


def test_what_looks_like_another_script_is_a_ligature_where_it_stands_among_letters() -> None:
    unknown = Candidates(
        (
            TextReading("Ļ", "isol", "letter", "Latn"),
            TextReading("ص", "isol"),
            TextReading("ط", "isol"),
        ),
        np.log([0.9, 0.05, 0.05]),
    )
    glyphs = [glyph(("ک", 1.0)), unknown, glyph(("ب", 1.0))]
    found = read_by_words(glyphs, {(0, 1, 2): 4, (1, 2): 2}, MODEL, WEIGHTS)
    assert texts(found) == ["ک", "تا", "ب"]


@pytest.mark.parametrize("kind", ["digit", "punctuation", "symbol"])
def test_what_stands_between_letters_is_a_letter_whatever_it_looks_like(kind: SignKind) -> None:
    """At the end of the same words it may be what it looks like."""
    strange = glyph(("1", 0.999), ("ص", 0.001), kind=kind)
    glyphs = [glyph(("ب", 1.0)), strange, glyph(("ت", 1.0))]
    assert texts(read_by_words(glyphs, {(0, 1, 0): 2, (0, 1, 2): 1}, MODEL, WEIGHTS))[1] == "ا"
    assert texts(read_by_words(glyphs, {(0, 2, 1): 2}, MODEL, WEIGHTS))[1] == "1"


def test_strokes_are_no_letters_of_words() -> None:
    assert reading_of_label("tail_fragment").kind == "symbol"
    assert reading_of_label("tatweel") == TextReading("\u0640", "medi")


def test_candidates_are_what_a_place_allows() -> None:
    labels = ["beh", "fatha", "kasra", "beh_init"]
    p = np.array([[0.3, 0.3, 0.3, 0.1]] * 4)
    line, above, below, stop = candidates_of(labels, p, ["line", "above", "below", "stop"])
    assert [(r.text, r.form) for r in line.readings] == [("ب", "isol"), ("ب", "init")]
    assert np.exp(line.log_p).tolist() == pytest.approx([0.75, 0.25])
    assert [r.text for r in above.readings] == ["\u064e"]
    assert [r.text for r in below.readings] == ["\u0650"]
    assert [(r.text, r.kind) for r in stop.readings] == [
        (".", "punctuation"),
        ("٠", "digit"),
        ("۰", "digit"),
        ("\u0640", "letter"),
    ]


def test_a_stretched_letter_leaves_its_word_as_it_is() -> None:
    stroke = reading_of_label("tatweel")
    as_line = Candidates((TextReading("_", "isol", "symbol"), stroke), np.log([0.7, 0.3]))
    letters = [glyph(("ب", 1.0), form="init"), glyph(("ا", 1.0), form="final"), glyph(("ب", 1.0))]
    found = read_by_words([*letters, as_line], {(0, 3, 3, 1, 2): 1}, MODEL, WEIGHTS)
    assert found.best[3] == stroke
    alone = read_by_words([as_line], {(0,): 1}, MODEL, WEIGHTS)
    assert alone.best[0].text == "_"  # a stroke joins something


def test_a_glyph_may_be_a_part_of_the_letter_beside_it() -> None:
    letters = [glyph((letter, 1.0)) for letter in "باتک"]
    part = glyph(("ٮ", 0.6), ("ں", 0.4))
    words = {(0, 4, 1, 0): 4, (0, 4, 1, 2): 2, (2, 4, 1, 0): 1, (0, 4, 1, 0, 1): 2}
    found = read_by_words([*letters, part], words, MODEL, WEIGHTS)
    assert found.best[4].text == ""
    once = read_by_words([*letters, part], words, MODEL, replace(WEIGHTS, rounds=0))
    assert once.best[4].text == "ٮ"
