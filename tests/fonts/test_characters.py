"""The shipped excerpt says of well-known characters what Unicode's charts say."""

from rasm.fonts.characters import EXCERPT, Character, arabic_characters, read_characters

CHARACTERS = arabic_characters()


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
