"""What holds for every way of showing a network pictures, by the kind that its card names."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from pydantic import ValidationError

from rasm.inputs.pictures import PictureInputParams, PixelArray
from rasm.reading.embeddings import inputs_of_card

CPU = torch.device("cpu")
SECTIONS: dict[str, dict[str, int]] = {
    "scripts": {"picture": 96, "size": 64, "pen_px": 4},
    "letters": {"size": 64, "stretch": True},
    "glyphs": {"picture": 32, "size": 16},
    "photos": {"size": 32},
}
each_kind = pytest.mark.parametrize("kind", SECTIONS)
BLANK = np.full((9, 9), 200, dtype=np.uint8)


def params(kind: str, **changes: Any) -> PictureInputParams:
    return inputs_of_card(Path("weights"), {"kind": kind, **SECTIONS[kind], **changes})


def bar(height: int, width: int) -> PixelArray:
    """Dark, in the middle of a page of 48 x 64 pixels."""
    picture = np.full((48, 64), 240, dtype=np.uint8)
    picture[24 - height // 2 : 24 + height // 2, 32 - width // 2 : 32 + width // 2] = 10
    return picture


@each_kind
def test_rows_are_shown_in_the_order_asked_for(kind: str) -> None:
    chosen = params(kind)
    shown = chosen.inputs([bar(30, 6), bar(6, 40)], CPU)
    clean = shown.clean(torch.tensor([1, 0, 1]))
    size = SECTIONS[kind]["size"]
    assert clean.shape == (3, shown.channels, size, size) and clean.dtype == torch.float32
    assert shown.channels == (3 if kind == "photos" else 1)
    assert torch.equal(clean[0], clean[2]) and not torch.equal(clean[0], clean[1])


@each_kind
def test_grey_and_its_colours_are_seen_alike(kind: str) -> None:
    grey = bar(30, 6)
    clean = params(kind).inputs([grey, np.stack([grey] * 3, axis=2)], CPU).clean(torch.arange(2))
    torch.testing.assert_close(clean[1], clean[0])


@pytest.mark.parametrize("kind", ["scripts", "letters", "glyphs"])
def test_a_blank_picture_is_named_by_its_place(kind: str) -> None:
    with pytest.raises(ValueError, match=r"^picture 1: the picture is blank"):
        params(kind).inputs([bar(30, 6), BLANK, bar(6, 40)], CPU)


def test_a_photograph_may_be_blank_but_must_be_a_picture() -> None:
    assert params("photos").inputs([BLANK], CPU).clean(torch.tensor([0])).unique().numel() == 3
    with pytest.raises(ValueError, match=r"picture 1: a picture is .*\(9, 9, 4\) uint8"):
        params("photos").inputs([BLANK, np.zeros((9, 9, 4), dtype=np.uint8)], CPU)


@each_kind
def test_no_pictures_are_refused(kind: str) -> None:
    with pytest.raises(ValueError, match="there are no pictures"):
        params(kind).inputs([], CPU)


@each_kind
def test_a_card_gives_its_params_back(kind: str) -> None:
    card = json.loads(json.dumps(params(kind).card))
    assert card == {"kind": kind, **SECTIONS[kind]}
    assert inputs_of_card(Path("weights"), card) == params(kind)


@pytest.mark.parametrize("card", [{}, {"kind": "sound"}])
def test_a_card_of_something_else_is_refused(card: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="weights holds no embedder.*scripts, letters, glyphs"):
        inputs_of_card(Path("weights"), card)


@pytest.mark.parametrize(
    ("kind", "wrong", "says"),
    [
        ("scripts", {"picture": 8}, "picture"),  # no room within the rim
        ("scripts", {"picture": 92}, "picture"),  # not of whole bytes
        ("scripts", {"size": 0}, "size"),
        ("scripts", {"pen_px": 0}, "pen_px"),
        ("letters", {"size": 7}, "size"),
        ("glyphs", {"size": 24}, "must divide"),
        ("photos", {"size": 0}, "size"),
        ("photos", {"mirror": 1}, "mirror"),
    ],
)
def test_what_cannot_be_is_refused(kind: str, wrong: dict[str, int], says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        params(kind, **wrong)
