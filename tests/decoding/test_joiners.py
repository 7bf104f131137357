"""Where Persian stores a non-joiner."""

import pytest

from rasm.decoding.joiners import stands_apart
from rasm.decoding.readings import Form


@pytest.mark.parametrize(
    ("before", "after", "language", "expected"),
    [
        (("ه", "final"), ("ا", "isol"), "fa", True),  # خانه‌ام
        (("ی", "isol"), ("ه", "init"), "fa", True),  # آزادی‌های
        (("ه", "final"), ("ا", "isol"), "ar", False),  # a space that the page does not draw
        (("ه", "medi"), ("ا", "final"), "fa", False),  # they join
        (("ر", "final"), ("ا", "isol"), "fa", False),  # reh joins nothing after it
        (("ه", "final"), ("ء", "isol"), "fa", False),  # hamza joins nothing before it
        (("ل", "final"), ("ا", "isol"), "fa", False),  # lam-alef of two glyphs
        (("ه", "final"), ("1", "isol"), "fa", False),
        (("ه", "any"), ("ا", "isol"), "fa", False),  # a ligature that only words tell of
        (("ه", "final"), ("ها", "any"), "fa", False),
        (("هٔ", "final"), ("ا", "isol"), "fa", True),  # signs on a letter join nothing
    ],
)
def test_letters_that_could_join_and_do_not(
    before: tuple[str, Form], after: tuple[str, Form], language: str, *, expected: bool
) -> None:
    assert stands_apart(before, after, language) == expected
