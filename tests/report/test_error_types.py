"""Kinds of errors, on letters that every reader of Arabic knows."""

import pytest

from rasm.fonts.inventory import arabic_inventory
from rasm.report.errors import ERROR_TYPES, error_type, gentlest_type

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
