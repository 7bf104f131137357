"""Which characters are one class: votes of fonts on masks that a reader can count."""

import numpy as np
import pytest

from rasm.corpora.look_alikes import look_alikes, overlap
from rasm.corpora.scripts import DrawnCharacter
from tests.corpora.world_fonts import characters_of


def mask(*pixels: int) -> bytes:
    """An 8x8 mask with ink in these pixels of its 64."""
    inked = np.zeros(64, dtype=bool)
    inked[list(pixels)] = True
    return np.packbits(inked).tobytes()


def ink(count: int) -> bytes:
    return mask(*range(count))


def font(name: str, **masks: bytes) -> list[DrawnCharacter]:
    """Characters by themselves: `font("one", A=...)`."""
    return [DrawnCharacter(ord(letter), "Latn", name, drawn) for letter, drawn in masks.items()]


def classes(*fonts: list[DrawnCharacter]) -> dict[str, str]:
    found = look_alikes(character for characters in fonts for character in characters)
    return {chr(code): chr(stands) for code, stands in found.items()}


def test_overlap() -> None:
    assert overlap(mask(1, 2, 3), mask(2, 3, 4)) == 2 / 4
    assert overlap(ink(8), ink(8)) == 1
    assert overlap(mask(0), mask(63)) == overlap(mask(), mask()) == 0


def test_the_same_pixels_are_one_class_named_by_the_lowest() -> None:
    found = classes(font("one", l=ink(3), I=ink(3), A=ink(4)))
    assert found == {"A": "A", "I": "I", "l": "I"}


def test_nearly_the_same_pixels_are_two_but_for_the_cases_of_a_letter() -> None:
    assert classes(font("one", o=ink(9), p=ink(10))) == {"o": "o", "p": "p"}
    assert classes(font("one", o=ink(7), O=ink(10))) == {"O": "O", "o": "O"}
    assert classes(font("one", o=ink(6), O=ink(10))) == {"O": "O", "o": "o"}


def test_the_small_letter_may_come_first() -> None:
    """Georgian an is U+10D0, its capital U+1C90."""
    small, capital = "\u10d0", "\u1c90"
    found = classes(font("one", **{small: ink(9), capital: ink(10)}))
    assert found == {small: small, capital: small}


def test_a_letter_without_one_capital_stands_alone() -> None:
    assert classes(font("one", **{"ß": ink(9), "S": ink(10)})) == {"ß": "ß", "S": "S"}


@pytest.mark.parametrize(
    ("alike", "different", "one_class"), [(1, 0, True), (1, 1, True), (1, 2, False)]
)
def test_half_of_the_fonts_that_have_both_decide(
    alike: int, different: int, one_class: bool
) -> None:
    fonts = [font(f"alike {n}", A=ink(5), B=ink(5)) for n in range(alike)]
    fonts += [font(f"different {n}", A=ink(5), B=ink(6)) for n in range(different)]
    fonts += [font("has one of them", A=ink(5)), font("has the other", B=ink(5))]
    assert classes(*fonts) == {"A": "A", "B": "A" if one_class else "B"}


def test_a_font_of_boxes_merges_nothing() -> None:
    letters = "ABCDEFGH"
    boxes = font("boxes", **dict.fromkeys(letters, ink(20)))
    honest = [
        font(f"honest {n}", **{c: mask(n, 8 + k) for k, c in enumerate(letters)}) for n in (0, 1)
    ]
    assert classes(boxes, *honest) == {letter: letter for letter in letters}
    assert set(classes(boxes).values()) == {"A"}  # alone it would


def test_who_looks_like_a_look_alike_is_one_too() -> None:
    """No font has both ends of the chain, and the order of fonts does not matter."""
    for one, middle, other in ("ABC", "ACB", "BAC"):
        fonts = [
            font("one", **{one: ink(3), middle: ink(3)}),
            font("two", **{middle: ink(4), other: ink(4)}),
        ]
        assert classes(*fonts) == classes(*fonts[::-1]) == {"A": "A", "B": "A", "C": "A"}


def test_a_real_sans() -> None:
    found = look_alikes(characters_of("noto-sans-thai"))
    for letter in "cosvwxz":
        assert found[ord(letter)] == ord(letter.upper()), letter
    for letter in "abdegnqr":
        assert found[ord(letter)] == ord(letter), letter
    assert all(found[character] <= character for character in found)
