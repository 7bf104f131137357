"""Who was taken for whom in eight glyphs, and what an error confuses."""

import pytest

from rasm.fonts.inventory import arabic_inventory
from rasm.report.errors import ERROR_TYPES, error_type, gentlest_type
from tests.report.toy_errors import BEH, FATHA, KAF, TEH, WRONG, errors

ERRORS = errors()


def test_right_wrong_and_rivals() -> None:
    assert ERRORS.wrong.tolist() == WRONG
    assert ERRORS.right.tolist() == [0, 5, 6]
    # Against the truth where the answer is wrong, against the next best where it is right.
    assert ERRORS.rival.tolist() == [TEH, TEH, KAF, KAF, BEH, KAF, BEH, FATHA]


def test_pairs_count_drawings_in_both_directions() -> None:
    """beh and teh: rows 1 and 4. fatha and kaf: 7, 2 and 3, which are one drawing.

    Two drawings each; fatha and kaf were answered more surely, so they come first.
    """
    first, second = ERRORS.pairs
    assert (first.shapes, first.rows.tolist(), first.glyphs) == ((FATHA, KAF), [7, 2], 3)
    assert (second.shapes, second.rows.tolist(), second.glyphs) == ((BEH, TEH), [4, 1], 2)


def test_drawings_of_a_font() -> None:
    assert ERRORS.drawings([0, 2, 3]) == [0, 2]
    assert ERRORS.labels_of(3) == ["kaf", "keheh"]
    assert ERRORS.labels_of(6) == ["kaf"]


def test_the_same_picture_in_another_font_is_another_drawing() -> None:
    other = errors()
    other.questions.roster.fonts[3] = "another"
    assert other.drawings([2, 3]) == [2, 3]
    assert other.labels_of(3) == ["keheh"]


def test_kinds_take_the_gentlest_member() -> None:
    assert ERRORS.types == {1: "dots", 2: "class", 3: "class", 4: "dots", 7: "class"}


def test_names() -> None:
    assert ERRORS.name(KAF) == "kaf (+1)"
    assert ERRORS.label(3) == "keheh"
    assert ERRORS.confusion(3) == "kaf (+1) -> fatha"
    assert ERRORS.code_points("keheh") == "U+06A9"


def test_what_the_same_font_draws() -> None:
    assert ERRORS.same_font_draws(4, TEH) == 5
    assert ERRORS.same_font_draws(1, FATHA) is None
    assert ERRORS.same_font_draws(7, KAF) == 6


def test_who_named_the_shape() -> None:
    assert ERRORS.named_by(0) == ["phase2", "fusion"]
    assert ERRORS.named_by(7) == ["baseline"]
    assert ERRORS.named_by(1) == []


ITEMS = {item.label: item for item in arabic_inventory()}


@pytest.mark.parametrize(
    ("actual", "answered", "kind"),
    [
        ("beh_final", "teh_final", "dots"),
        ("beh_init", "noon_init", "dots"),  # inside a word both are one tooth
        ("feh_medi", "qaf_medi", "dots"),
        ("noon_final", "beh_final", "letter"),  # at its end they are not
        ("feh", "qaf", "letter"),
        ("beh", "beh_final", "form"),
        ("teh_init", "beh_medi", "form"),
        ("kaf", "lam_final", "letter_and_form"),
        ("noon_init", "yeh", "letter_and_form"),
        ("teh+yeh_final", "noon+yeh_final", "dots"),
        ("lam+alef", "lam+alef_final", "form"),
        ("hamza", "tatweel", "letter"),  # without joining groups each is its own skeleton
        ("fatha", "kasra", "sign"),
        ("arabic_indic_digit_one", "arabic_indic_digit_nine", "sign"),
        ("alef", "arabic_indic_digit_one", "class"),
        ("lam+alef", "alef", "class"),
        ("fatha", "full_stop", "class"),
    ],
)
def test_kind_is_the_same_both_ways(actual: str, answered: str, kind: str) -> None:
    assert error_type(ITEMS[actual], ITEMS[answered]) == kind
    assert error_type(ITEMS[answered], ITEMS[actual]) == kind
    assert kind in ERROR_TYPES


def test_of_labels_that_look_alike_the_gentlest_counts() -> None:
    """Answered with the shape of keheh and kaf, medial: a kaf lost its form, not its letter."""
    answered = [ITEMS["keheh_medi"], ITEMS["kaf_medi"]]
    assert error_type(ITEMS["kaf_init"], answered[0]) == "letter_and_form"
    assert gentlest_type(ITEMS["kaf_init"], answered) == "form"
