"""Which font stands for a family, and which fonts a split asks about."""

import pytest

from rasm.fonts.database import FontRow
from rasm.labels.representatives import fonts_of_splits, representatives
from rasm.labels.splits import Split


def font(name: str, family: str, weight: int | None, style: str | None = "normal") -> FontRow:
    return FontRow(name, 1000, 800, -200, 800, -200, 0, 0, 0, family, style, weight, "", "")


@pytest.mark.parametrize(
    ("candidates", "chosen"),
    [
        ([("a", 300, "normal"), ("b", 400, "normal"), ("c", 900, "normal")], "b"),
        ([("a", 300, "normal"), ("b", 500, "normal")], "b"),
        ([("a", 300, "normal"), ("b", 700, "normal")], "a"),
        ([("a", 400, "Bold Italic"), ("b", 900, "Black")], "b"),
        ([("a", 400, "oblique")], "a"),
        ([("a", 400, "Condensed"), ("b", 400, "Regular"), ("c", 400, None)], "b"),
        ([("a", 500, "normal"), ("b", None, "")], "b"),
        ([("b", 400, ""), ("a", 400, "")], "a"),
    ],
)
def test_upright_then_nearest_to_400_then_plain_then_by_hash(
    candidates: list[tuple[str, int | None, str | None]], chosen: str
) -> None:
    fonts = [font(name, "Family", weight, style) for name, weight, style in candidates]
    assert representatives(fonts) == {"Family": chosen}


FONTS = {
    one.file_hash: one
    for one in (
        font("c7", "Cairo", 700),
        font("c4", "Cairo", 400),
        font("e7", "El Messiri", 700),
        font("e4", "El Messiri", 400),
        font("o4", "Oi", 400),
        font("o2", "Oi", 200),
        font("x4", "Latin", 400),
    )
}
SPLIT_OF: dict[str, Split] = {"Cairo": "train", "El Messiri": "val", "Oi": "test"}


def test_training_keeps_all_weights_and_the_others_one_a_family() -> None:
    hashes, left_out = fonts_of_splits(FONTS, SPLIT_OF, "regular")
    assert hashes == {"train": ["c4", "c7"], "val": ["e4"], "test": ["o4"]}
    assert left_out == {"e7": "e4", "o2": "o4"}


def test_all_weights_can_be_asked_about() -> None:
    hashes, left_out = fonts_of_splits(FONTS, SPLIT_OF, "all")
    assert hashes == {"train": ["c4", "c7"], "val": ["e4", "e7"], "test": ["o2", "o4"]}
    assert left_out == {}


def test_validation_and_test_fonts_do_not_depend_on_the_weights_imported() -> None:
    regular = {name: one for name, one in FONTS.items() if one.weight == 400}
    some, _ = fonts_of_splits(regular, SPLIT_OF, "regular")
    more, _ = fonts_of_splits(FONTS, SPLIT_OF, "regular")
    assert (some["val"], some["test"]) == (more["val"], more["test"])
