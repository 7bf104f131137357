"""Labels, forms and texts of the inventory, and the excerpt of Unicode that they rest on."""

from collections import Counter

import pytest

from rasm.fonts.inventory import (
    EXCERPT,
    ZWJ,
    Character,
    arabic_characters,
    arabic_inventory,
    base_label,
    in_form,
    items,
    read_characters,
)

ITEMS = {item.label: item for item in arabic_inventory()}

CHARACTERS = arabic_characters()


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("ARABIC LETTER BEH", "beh"),
        ("ARABIC LETTER DOTLESS BEH", "dotless_beh"),
        ("ARABIC FATHA", "fatha"),
        ("ARABIC-INDIC DIGIT SEVEN", "arabic_indic_digit_seven"),
        ("EXTENDED ARABIC-INDIC DIGIT SEVEN", "extended_arabic_indic_digit_seven"),
        ("ORNATE LEFT PARENTHESIS", "ornate_left_parenthesis"),
    ],
)
def test_base_label(name: str, label: str) -> None:
    assert base_label(name) == label


def test_dual_joining_letter_has_four_forms() -> None:
    texts = {label: ITEMS[label].text for label in ("beh", "beh_init", "beh_medi", "beh_final")}
    assert texts == {
        "beh": "ب",
        "beh_init": "ب" + ZWJ,
        "beh_medi": ZWJ + "ب" + ZWJ,
        "beh_final": ZWJ + "ب",
    }
    assert [ITEMS[label].char_class for label in texts] == ["isol", "init", "medi", "final"]
    assert {ITEMS[label].joining_group for label in texts} == {"BEH"}


def test_right_joining_letter_has_two_forms() -> None:
    assert [label for label in ITEMS if label.split("_")[0] == "dal" and "with" not in label] == [
        "dal",
        "dal_final",
    ]


@pytest.mark.parametrize(
    ("label", "char_class"),
    [
        ("hamza", "isol"),
        ("fatha", "diacritic"),
        ("arabic_indic_digit_seven", "digit"),
        ("comma", "punctuation"),
        ("ornate_left_parenthesis", "punctuation"),
        ("end_of_ayah", "symbol"),
        ("rial_sign", "symbol"),
        ("ligature_sallallahou_alayhe_wasallam", "symbol"),  # a phrase: one sign
        ("lam+alef", "ligature"),
    ],
)
def test_class_of_those_that_stand_alone(label: str, char_class: str) -> None:
    assert ITEMS[label].char_class == char_class
    assert ITEMS[label].form == "isol"
    assert f"{label}_init" not in ITEMS


def test_ligature_joins_labels_groups_and_code_points() -> None:
    ligature = ITEMS["lam+alef_final"]
    assert ligature.text == ZWJ + "لا"
    assert ligature.code_points == (0x0644, 0x0627)
    assert ligature.joining_group == "LAM+ALEF"
    assert ligature.name == "ARABIC LIGATURE LAM WITH ALEF FINAL FORM"
    assert ligature.isolated_text == "لا"


def test_mark_ligature_drops_its_carrier_and_is_shaped_shadda_first() -> None:
    pair = ITEMS["fatha+shadda"]
    assert pair.code_points == (0x064E, 0x0651)
    assert pair.text == "\u0651\u064e"
    assert "fatha+shadda_medi" not in ITEMS


def test_a_mark_on_a_carrier_is_no_ligature() -> None:
    """U+FE71 is tatweel with fathatan: without its carrier it is fathatan, which is there."""
    assert ITEMS["fathatan"].char_class == "diacritic"
    assert not [item for item in ITEMS.values() if "tatweel+" in item.label]


def test_the_invisible_letter_mark_is_left_out() -> None:
    assert not [item for item in ITEMS.values() if 0x061C in item.code_points]


def test_labels_are_unique_and_numerous() -> None:
    assert len(arabic_inventory()) == len(ITEMS)
    counts = Counter(item.char_class for item in ITEMS.values())
    # Arabic-Indic and extended digits; as many initial as medial forms: the dual-joining letters.
    assert counts["digit"] == 20
    assert counts["init"] == counts["medi"] == 173
    assert counts["final"] > counts["init"]


def test_two_characters_of_one_label_are_an_error() -> None:
    letter = Character(0x0628, "ARABIC LETTER BEH", "Lo", "U", None, None, ())
    other = Character(0x0629, "ARABIC BEH", "Lo", "U", None, None, ())
    with pytest.raises(ValueError, match="label beh"):
        items({0x0628: letter, 0x0629: other})


def test_in_form_puts_joiners_where_the_letter_joins() -> None:
    assert [in_form("x", form) for form in ("isol", "init", "medi", "final")] == [
        "x",
        "x" + ZWJ,
        ZWJ + "x" + ZWJ,
        ZWJ + "x",
    ]


def test_beh_is_dual_joining() -> None:
    assert CHARACTERS[0x0628] == Character(
        0x0628, "ARABIC LETTER BEH", "Lo", "D", "BEH", form=None, parts=()
    )


def test_groups_are_spelled_as_in_the_data_file() -> None:
    assert CHARACTERS[0x0629].joining_group == "TEH MARBUTA"
    assert CHARACTERS[0x0621].joining_group is None  # hamza


def test_ligature_has_form_and_letters() -> None:
    ligature = CHARACTERS[0xFEFC]
    assert (ligature.form, ligature.parts) == ("final", (0x0644, 0x0627))


def test_canonical_decomposition_is_no_form() -> None:
    alef_with_madda = CHARACTERS[0x0622]
    assert (alef_with_madda.form, alef_with_madda.parts) == (None, ())


def test_excerpt_states_its_version_and_command() -> None:
    lines = EXCERPT.read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith("# Unicode 15.0.0:")
    assert lines[2].startswith("# made by: python -m rasm.fonts.unicode_excerpt ")


def test_comments_are_skipped() -> None:
    header = "code_point\tname\tgeneral_category\tjoining_type\tjoining_group\tdecomposition"
    row = "0621\tARABIC LETTER HAMZA\tLo\tU\tNo_Joining_Group\t"
    assert list(read_characters(["# a comment", header, row])) == [0x0621]
