"""Carved letters are shown as their drawings: grey, square, ink as one."""

import numpy as np
import pytest
import torch

from rasm.inputs.letters import LetterInputParams, LetterInputs, black_on_white
from rasm.inputs.pictures import PixelArray
from tests.corpora.drawn_letters import block


def seen(*pictures: PixelArray, size: int = 128) -> LetterInputs:
    return LetterInputParams(kind="letters", size=size).inputs(pictures, torch.device("cpu"))


def test_drawings_with_ink_as_one() -> None:
    clean = seen(block(20), block(60)).clean(torch.tensor([1, 0, 1]))
    assert clean.sum(dim=(1, 2, 3)).tolist() == [3600, 400, 3600]
    assert set(clean.unique().tolist()) == {0.0, 1.0}
    half = seen(block(60), size=64).clean(torch.tensor([0]))
    assert half.shape == (1, 1, 64, 64) and half.sum() == 900


def test_any_picture_is_brought_to_dark_on_light_square_and_grey() -> None:
    """Light on dark is turned over, colour taken away, and an oblong gets paper of its own."""
    colour = np.repeat(block(60)[..., None], 3, axis=2)
    oblong = np.full((64, 32), 200, dtype=np.uint8)
    oblong[16:48, 8:24] = 0  # to 64 x 32 pixels at twice the size
    clean = seen(block(60), 255 - block(60), colour, oblong).clean(torch.arange(4))
    assert torch.equal(clean[0], clean[1]) and torch.equal(clean[0], clean[2])
    paper = float(1 - torch.tensor(200.0) / 255)
    assert clean[3, 0, 0].tolist() == pytest.approx([paper] * 128)
    assert int((clean[3] > 0.6).sum()) == 64 * 32
    assert int((clean[3, 0, 64] > 0.6).sum()) == 32


def test_stretching_undoes_fading_and_darkness_and_makes_no_ink_of_grain() -> None:
    letter = block(60)
    faded = (200 - (255 - letter) * 0.2).astype(np.uint8)
    dark = (letter * 0.3).astype(np.uint8)
    params = LetterInputParams(kind="letters", size=128, stretch=True)
    clean = params.inputs([letter, faded, dark], torch.device("cpu")).clean(torch.arange(3))
    assert torch.equal(clean[0], clean[1])
    assert torch.equal(clean[0], clean[2])
    grain = 0.01 * torch.rand(1, 1, 64, 64, generator=torch.Generator().manual_seed(0))
    assert float(black_on_white(grain).max()) < 0.2
