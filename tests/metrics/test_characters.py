"""The test of unseen characters, with pictures whose answer is known."""

from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray
from rasm.report.characters import CharacterTestParams, examine_characters

from rasm.corpora.corpus import CorpusItem

PARAMS = CharacterTestParams(ways=3, per_script=4)


def item(number: int, script: str, label: str, font: str) -> CorpusItem:
    return CorpusItem(number, label, script, "test", font, ())


# Two fonts draw A, B and C of script Aaaa; script Bbbb has one font only.
ITEMS = [
    *(
        item(n, "Aaaa", label, font)
        for n, (font, label) in enumerate(
            (font, label) for font in ("one", "two") for label in "ABC"
        )
    ),
    item(6, "Bbbb", "D", "one"),
]


def picture(row: int) -> NDArray[np.uint8]:
    """A black pixel at place `row` of six."""
    return np.where(np.arange(6) == row, 0, 255).astype(np.uint8)[None]


def by_label(pictures: Sequence[NDArray[np.uint8]]) -> NDArray[np.float32]:
    """An embedder that knows: both pictures of a label at one point."""
    rows = [int(np.argmin(p)) % 3 for p in pictures]
    return np.eye(3, dtype=np.float32)[rows]


def test_an_embedder_that_knows_and_pixels_that_do_not() -> None:
    """Pixels of the two fonts never meet, so the lowest way is answered: right once in three."""
    pictures = [picture(n) for n in range(6)] + [picture(0)]
    found = examine_characters(ITEMS, pictures, by_label, PARAMS, seed=1)
    assert found["one_shot_error_embedding"] == found["one_shot_error_embedding_Aaaa"] == 0
    assert found["one_shot_error_pixels"] == pytest.approx(2 / 3)
    assert (found["scripts"], found["scripts_without_a_second_font"]) == (1, 1)
    assert (found["trials"], found["ways"]) == (4, 3)


def test_without_a_second_font_there_is_no_test() -> None:
    with pytest.raises(ValueError, match="no script .* has 3 characters in two fonts"):
        examine_characters(ITEMS[6:], [picture(0)], by_label, PARAMS, seed=1)
