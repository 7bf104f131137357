"""Maps of codes, and what is wrong with those that a file has."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from rasm.pdf.diagnosis import Diagnosis, State, judge_font, told_by_marks
from rasm.pdf.document import FontFacts, PageText
from rasm.pdf.lines import Line, Part
from rasm.pdf.maps import code_map
from rasm.query.document import Document, FontReading, SignReading


def font(
    texts: dict[int, str],
    named: dict[int, str] | None = None,
    problem: str = "",
    said: dict[int, int] | None = None,
) -> FontFacts:
    counts = dict.fromkeys(range(1, 11), 10)
    return FontFacts(0, "F", "Type0", problem, 2, counts, texts, named or {}, said or {}, ((1, 0),))


INKED = list(range(1, 11))
LETTERS = dict(enumerate("ابتثجحخدذر", start=1))
SEEN = {code: frozenset(letter) for code, letter in LETTERS.items()}


@pytest.mark.parametrize(
    ("texts", "named", "state"),
    [
        (LETTERS, None, "right"),
        ({}, LETTERS, "right"),
        ({}, None, "absent"),
        (dict(enumerate(map(chr, range(0xE000, 0xE00A)), start=1)), None, "absent"),
        ({c: t for c, t in LETTERS.items() if c < 6}, None, "partial"),
        (dict(enumerate("ABCDEFGHIJ", start=1)), None, "wrong"),
        ({c: LETTERS[c % 10 + 1] for c in LETTERS}, None, "wrong"),
        (LETTERS | {2: "\ufe91"}, None, "right"),
        (LETTERS | {2: "س", 3: "ص"}, None, "right"),  # two that look otherwise: not the map
    ],
)
def test_what_is_wrong_with_a_map(
    texts: dict[int, str], named: dict[int, str] | None, state: str
) -> None:
    assert judge_font(font(texts, named), INKED, SEEN).state == state


def test_a_font_that_cannot_be_read_is_not_asked_for_a_map() -> None:
    found = judge_font(font({}, problem="it is not embedded"), INKED, {})
    assert (found.state, found.needs_map, found.reason) == (
        "not readable",
        False,
        "it is not embedded",
    )


def test_ligatures_and_accents_agree_with_what_they_begin_with() -> None:
    texts = {1: "لا", 2: "أ", 3: "شي", 4: "ا"}
    seen = {1: frozenset("ل"), 2: frozenset("ا"), 3: frozenset(["شي"]), 4: frozenset("آ")}
    assert judge_font(font(texts), [1, 2, 3, 4], seen).denied == 0


def test_a_skeleton_says_what_it_most_often_is_and_its_dots_nothing() -> None:
    beh = (Part(0, 1), Part(0, 9, True, 0, -2))
    noon = (Part(0, 1), Part(0, 9, True, 0, 3))
    alef = (Part(0, 2),)
    found = code_map({beh: "ب", noon: "ن", alef: "ا"}, {beh: 5, noon: 2, alef: 9})
    assert found.texts == {1: "ب", 2: "ا", 9: ""}
    assert found.ambiguous == {1: {"ب": 5, "ن": 2}}


@pytest.mark.parametrize(("said", "state"), [(10, "right"), (9, "right"), (5, "partial")])
def test_what_pages_say_themselves_needs_no_map(said: int, state: str) -> None:
    """A map of seven glyphs of ten, the others said where they are shown, or mostly."""
    texts = {code: text for code, text in LETTERS.items() if code > 3}
    judged = judge_font(font(texts, said=dict.fromkeys((1, 2, 3), said)), INKED, SEEN)
    assert judged.state == state


def test_a_font_without_a_map_needs_one_where_its_pages_say_but_a_part() -> None:
    assert judge_font(font({}, said=dict.fromkeys(INKED, 10)), INKED, SEEN).state == "right"
    assert judge_font(font({}, said=dict.fromkeys(INKED, 9)), INKED, SEEN).state == "absent"


def test_dots_of_another_font_are_not_taken_for_codes_of_this_one() -> None:
    """Cairo puts what no longer fits into one piece of a font into the next."""
    beh = (Part(0, 1), Part(1, 2, True, 0, -2))
    alef = (Part(0, 2),)
    assert code_map({beh: "ب", alef: "ا"}, {beh: 5, alef: 9}).texts == {1: "ب", 2: "ا"}


def test_a_skeleton_whose_dots_or_mark_have_the_text_needs_none() -> None:
    """As fpdf2 maps; one without them, or under a vowel sign, is still without."""
    skeleton, hamza, vowel = Part(0, 1), (Part(0, 4, True),), (Part(0, 5, True),)
    page = [((skeleton, Part(0, 2, True)),)] * 3
    page += [((skeleton,), hamza)] * 4
    page += [((skeleton, Part(0, 3, True)),), ((skeleton,), vowel), ((skeleton,), (Part(0, 2),))]
    (told,) = told_by_marks([font({2: "ب", 4: "أ", 5: "\u064e"})], page)
    assert told.said == {1: 7}


@pytest.mark.parametrize(("state", "kept"), [("wrong", ""), ("partial", "x")])
def test_a_glyph_that_stays_open_keeps_no_text_of_a_wrong_map(state: State, kept: str) -> None:
    """Code 1 is read, 2 stays open, 3 is a space; all had a text."""
    facts = replace(font({1: "x", 2: "x", 3: "x"}), counts=dict.fromkeys((1, 2, 3), 10))
    signs = tuple(
        SignReading((Part(0, code),), "ب", p, (("ب", p),), False, 10, "isol", np.zeros(0, np.uint8))
        for code, p in ((1, 0.9), (2, 0.01))
    )
    page = PageText(1, (Line((tuple(one.sign for one in signs),), 0.0),))
    found = Diagnosis(facts, state, "", 2, 0, 2, 2)
    document = Document(Path(), (page,), (found,), {0: FontReading(facts, "ar", signs)})
    assert document.maps() == {(1, 0): ({1: "ب", 2: kept, 3: kept or " "}, 2)}
