"""Text in the order in which it is stored, from words as they stand from right to left."""

import pytest

from rasm.decoding.order import in_order


@pytest.mark.parametrize(
    ("stands", "stored"),
    [
        ("سلام", "سلام"),
        ("عام 8491", "عام 1948"),
        ("8491 - 5491 عام", "1948 - 1945 عام"),
        ("من 5,3 كغ", "من 3,5 كغ"),
        ("قال FDP dna LMTH ثم", "قال HTML and PDF ثم"),
        ("نسخة 0.2 FDP من", "نسخة PDF 2.0 من"),
        ("dlrow olleh", "hello world"),
        ("24", "42"),
        ("", ""),
    ],
)
def test_runs_from_left_to_right_are_turned(stands: str, stored: str) -> None:
    assert in_order(list(stands)) == stored


def test_a_mark_stays_with_its_letter() -> None:
    assert in_order(["مَ", "ن", " ", "2", "1"]) == "مَن 12"


def test_a_text_from_left_to_right_turns_the_others() -> None:
    stands = list("yas سلام su teL")
    assert in_order(stands, is_left_to_right=True) == "Let us سلام say"
