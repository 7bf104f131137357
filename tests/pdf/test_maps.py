"""Maps of codes, and what is wrong with those that a file has."""

import pytest

from rasm.pdf.diagnosis import judge_font
from rasm.pdf.document import FontFacts
from rasm.pdf.lines import Part
from rasm.pdf.maps import code_map


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
