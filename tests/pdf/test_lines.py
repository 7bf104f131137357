"""Reading order: words from right to left, marks on their letters, dots part of them."""

import numpy as np
import pytest

from rasm.pdf.content import Shown
from rasm.pdf.lines import Drawn, Part, dots_of, lines_of
from rasm.raster.outline import Outline, outline_of_polygons

LETTER, SPACE, DOT, VOWEL, JOINER = 1, 2, 3, 4, 5
DRAWN = {
    (0, LETTER): Drawn((0.0, 0.0, 0.5, 0.5), 0),
    (0, SPACE): Drawn(None, 0),
    (0, DOT): Drawn((0.1, -0.2, 0.2, -0.1), 1),
    (0, VOWEL): Drawn((0.1, 0.6, 0.3, 0.7), 0),
    (0, JOINER): Drawn(None, 0),
}
WIDTH = {LETTER: 0.5, SPACE: 0.3, DOT: 0.0, VOWEL: 0.0, JOINER: 0.0}


def at(code: int, x: float, y: float = 100.0, size: float = 10.0) -> Shown:
    return Shown(0, code, (size, 0, 0, size, x, y), WIDTH[code], False)


def codes(shown: list[Shown]) -> list[list[list[int]]]:
    """Of each line, of each word, the first code of each sign and its x in the drawn order."""
    return [
        [[sign[0].code for sign in word] for word in line.words] for line in lines_of(shown, DRAWN)
    ]


def test_words_end_at_spaces_and_at_gaps() -> None:
    shown = [at(LETTER, 0), at(LETTER, 5), at(SPACE, 10), at(LETTER, 13), at(LETTER, 21)]
    assert codes(shown) == [[[LETTER], [LETTER], [LETTER, LETTER]]]


def test_what_takes_no_room_and_leaves_no_ink_parts_no_word() -> None:
    """A space that is gone back over, as of a joiner; of a narrow one a little white is left."""
    back = [at(LETTER, 0), at(SPACE, 5), at(LETTER, 5)]
    narrow = [at(LETTER, 0), at(SPACE, 5), at(LETTER, 5.4)]
    joined = [at(LETTER, 0), at(JOINER, 5), at(LETTER, 5.4)]
    assert codes(back) == [[[LETTER, LETTER]]]
    assert codes(narrow) == [[[LETTER], [LETTER]]]
    assert codes(joined) == [[[LETTER, LETTER]]]


def test_where_a_page_draws_no_spaces_less_white_parts_words() -> None:
    """As on pages of TeX; where spaces are drawn, as much white is between letters."""
    close = [at(LETTER, 0), at(LETTER, 6.2), at(LETTER, 11.7)]
    assert codes(close) == [[[LETTER, LETTER], [LETTER]]]
    assert codes([*close, at(SPACE, 16.7)]) == [[[LETTER, LETTER, LETTER]]]


def test_lines_are_told_by_their_base_line_and_what_goes_on_beside_stays() -> None:
    shown = [at(LETTER, 0, 100), at(LETTER, 5, 93), at(LETTER, 0, 80), at(LETTER, 30, 80)]
    assert codes(shown) == [[[LETTER, LETTER]], [[LETTER], [LETTER]]]


def test_dots_are_part_of_a_sign_and_vowels_follow_it() -> None:
    (line,) = lines_of([at(LETTER, 0), at(LETTER, 5), at(DOT, 6), at(VOWEL, 1)], DRAWN)
    ((right, left, vowel),) = line.words
    assert right == (Part(0, LETTER), Part(0, DOT, True, 2, 0))
    assert (left, vowel) == ((Part(0, LETTER),), (Part(0, VOWEL, True),))


def test_marks_that_are_drawn_before_their_letter_are_on_its_line() -> None:
    """From left to right the dots of a line's last letter come first, high over the base line."""
    upper = [at(LETTER, 5), at(LETTER, 10)]
    lower = [at(DOT, 1, 73), at(LETTER, 0, 70), at(VOWEL, 6, 73), at(LETTER, 5, 70)]
    lines = lines_of([*upper, *lower, at(DOT, 6, 40)], DRAWN)
    assert [len(line.words) for line in lines] == [1, 1, 0]  # the last dot is far from any letter
    (word,) = lines[1].words
    assert word == (
        (Part(0, LETTER),),
        (Part(0, VOWEL, True),),
        (Part(0, LETTER), Part(0, DOT, True, 2, 6)),
    )


def test_text_that_stands_upright_is_a_line_of_its_own() -> None:
    up = [Shown(0, LETTER, (0, 10, -10, 0, 50, y), 0.5, False) for y in (0, 5)]
    assert codes([at(LETTER, 0), *up]) == [[[LETTER]], [[LETTER, LETTER]]]


def polygon(*points: tuple[float, float]) -> Outline:
    return outline_of_polygons([1000 * np.array(points)])


def square(x: float, y: float, size: float = 0.1) -> np.ndarray:
    return 1000 * np.array([(x, y), (x + size, y), (x + size, y + size), (x, y + size)])


@pytest.mark.parametrize(
    ("outline", "count"),
    [
        (outline_of_polygons([square(0, 0)]), 1),
        (outline_of_polygons([square(0, 0), square(0.15, 0), square(0.08, 0.15)]), 3),
        (polygon((0, 0.05), (0.05, 0), (0.1, 0.05), (0.05, 0.1)), 1),
        (polygon((0, 0), (0.2, 0), (0.2, 0.1), (0, 0.1)), 2),
        (polygon((0, 0), (0.2, 0.08), (0.2, 0.12), (0, 0.04)), 0),  # a fatha
        (polygon((0, 0), (0.3, 0), (0.3, 0.1), (0.02, 0.02)), 0),
        (outline_of_polygons([square(0, 0, 0.5)]), 0),  # too large
        (outline_of_polygons([square(0, 0, 0.2), square(0.05, 0.05)[::-1]]), 0),  # a ring
    ],
)
def test_dots_are_counted_and_strokes_are_none(outline: Outline, count: int) -> None:
    assert dots_of(outline) == count
