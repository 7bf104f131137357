"""Marks of letters that every reader of Arabic knows, and of some that few do."""

import numpy as np
import pytest

from rasm.fonts.inventory import arabic_inventory
from rasm.labels.diacritics import FLAGS, flags_of, flags_of_classes


@pytest.mark.parametrize(
    ("label", "flags"),
    [
        ("alef", ""),
        ("hah_medi", ""),
        ("beh_init", "dots_below one_dot"),
        ("teh_final", "dots_above two_dots"),
        ("theh", "dots_above three_dots"),
        ("jeem_medi", "dots_below one_dot"),
        ("khah", "dots_above one_dot"),
        ("sheen_init", "dots_above three_dots"),
        ("qaf", "dots_above two_dots"),
        ("yeh_medi", "dots_below two_dots"),
        ("alef_maksura_final", ""),
        ("alef_with_hamza_above", "hamza_above"),
        ("alef_with_hamza_below_final", "hamza_below"),
        ("alef_with_madda_above", "madda"),
        ("alef_wasla", "wasla"),
        ("peh", "dots_below three_dots"),
        ("tteh", "small_letter"),
        ("gaf_init", "stroke"),
        ("teh_with_ring", "dots_above two_dots ring"),
        ("seen_with_four_dots_above", "dots_above four_dots"),
        ("waw_with_dot_within", "one_dot"),
        ("waw_with_extended_arabic_indic_digit_three_above", "small_letter"),
        ("reh_with_small_v_below", "small_v"),
        ("alef_with_attached_kasra", "vowel"),
    ],
)
def test_one_letter(label: str, flags: str) -> None:
    assert flags_of(label) == frozenset(flags.split())


@pytest.mark.parametrize(
    ("label", "flags"),
    [
        # Dots that are said stand beside the letter's own in another place, for them in the same.
        ("noon_with_dot_below", "dots_above dots_below one_dot"),
        ("teh_with_three_dots_above_downwards", "dots_above three_dots"),
        ("qaf_with_dot_below_and_no_dots_above", "dots_below one_dot"),
        ("feh_with_dot_below_and_three_dots_above", "dots_above dots_below one_dot three_dots"),
        # What the name does not say: ArabicShaping.txt.
        ("feh_with_dot_moved_below", "dots_below one_dot"),
        ("feh_with_two_dots_below", "dots_below two_dots"),
        ("ghain_with_three_dots_above", "dots_above four_dots"),
        ("yeh_with_hamza_above_init", "hamza_above"),
        ("yeh_with_two_dots_below_and_hamza_above", "dots_below two_dots hamza_above"),
        ("heh_with_yeh_above", "hamza_above"),
        ("reh_with_dot_below_and_dot_above", "dots_below one_dot"),
    ],
)
def test_marks_that_meet(label: str, flags: str) -> None:
    assert flags_of(label) == frozenset(flags.split())


def test_some_dots_show_where_the_letter_joins_the_next() -> None:
    for form, dots in (("", False), ("_final", False), ("_init", True), ("_medi", True)):
        for letter in ("farsi_yeh", "african_noon", "farsi_yeh_with_inverted_v"):
            assert bool(flags_of(letter + form) & {"one_dot", "two_dots"}) == dots  # type: ignore[operator]


def test_a_ligature_carries_what_its_letters_carry() -> None:
    assert flags_of("lam+alef_with_hamza_above_final") == {"hamza_above"}
    assert flags_of("noon+yeh_final") == {"dots_above", "one_dot", "dots_below", "two_dots"}


@pytest.mark.parametrize(
    "label", ["fatha", "hamza_above", "question_mark", "small_high_noon", "ligature_azza_wa_jall"]
)
def test_what_is_no_letter_has_no_flags(label: str) -> None:
    assert flags_of(label) is None


def test_every_letter_of_the_inventory_is_known() -> None:
    """But small letters that are marks, and fragments of letters."""
    forms = {"isol", "init", "medi", "final"}
    labels = [item.label for item in arabic_inventory() if item.char_class in forms]
    unknown = {label for label in labels if flags_of(label) is None}
    fragments = "baseline_round_dot vertical_tail vertical_tail_final tail_fragment"
    assert unknown == {"small_waw", "small_yeh", "small_farsi_yeh", *fragments.split()}
    found = [flags_of(label) for label in labels]
    assert set(FLAGS) == set().union(*(flags for flags in found if flags))


def test_classes_have_the_flags_that_their_members_agree_on() -> None:
    """Class 0 is beh and, of another opinion, its skeleton; 1 is a mark and teh; 2 a mark alone."""
    labels = ["beh", "dotless_beh", "fatha", "teh", "damma"]
    flags = flags_of_classes(labels, np.array([0, 0, 1, 1, 2]))
    assert flags.shape == (3, len(FLAGS))
    at = FLAGS.index
    assert np.isnan(flags[0, [at("dots_below"), at("one_dot")]]).all()
    assert np.nansum(flags[0]) == 0
    assert np.isnan(flags[0]).sum() == 2
    assert [FLAGS[i] for i in np.flatnonzero(flags[1] == 1)] == ["dots_above", "two_dots"]
    assert not np.isnan(flags[1]).any()
    assert np.isnan(flags[2]).all()
