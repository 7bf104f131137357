"""Views of letters: clean ones are the drawings, aged ones the Ager's."""

import numpy as np
import pytest
import torch
from pydantic import ValidationError
from rasm.training.aged_views import AgedParams, AgedViews

from rasm.augment.ager import Ager
from rasm.augment.severity import SEVERITIES
from tests.corpora.drawn_letters import block

CPU = torch.device("cpu")


def params(size: int = 128, clean_share: float = 0.0) -> AgedParams:
    return AgedParams(size=size, severity="seed", clean_share=clean_share)


def views(size: int = 128, clean_share: float = 0.0) -> AgedViews:
    return AgedViews.of([block(20), block(60)], params(size, clean_share), CPU)


def generator(seed: int = 5) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def test_clean_views_are_the_drawings_with_ink_as_one() -> None:
    clean = views().clean(torch.tensor([1, 0, 1]))
    assert clean.shape == (3, 1, 128, 128) and clean.dtype == torch.float32
    assert clean.sum(dim=(1, 2, 3)).tolist() == [3600, 400, 3600]
    assert set(clean.unique().tolist()) == {0.0, 1.0}
    half = views(size=64).clean(torch.tensor([1]))
    assert half.shape == (1, 1, 64, 64) and half.sum() == 900


@pytest.mark.parametrize("size", [64, 128])
def test_aged_views_are_the_agers_under_drawn_seeds(size: int) -> None:
    aged = views(size).train(torch.tensor([1, 0]), generator())
    seeds = torch.randint(2**62, (2,), generator=generator()).tolist()
    ager = Ager(SEVERITIES["seed"], size)
    for view, side, seed in zip(aged, (60, 20), seeds, strict=True):
        expected = ager.age(np.repeat(block(side)[..., None], 3, axis=2), seed)[..., 0]
        np.testing.assert_allclose(view[0], 1 - expected / 255, atol=1e-6)


def test_one_generator_one_result_and_it_goes_on() -> None:
    rows = torch.tensor([0, 0, 1])
    one = generator()
    first, second = views().train(rows, one), views().train(rows, one)
    assert torch.equal(first, views().train(rows, generator()))
    assert not torch.equal(first, second)
    assert not torch.equal(first[0], first[1]), "each picture has a seed of its own"


def test_a_share_is_left_clean() -> None:
    rows = torch.zeros(40, dtype=torch.int64)
    clean = views().clean(rows)

    def spared(share: float) -> int:
        aged = views(clean_share=share).train(rows, generator())
        return int((aged == clean).all(dim=(1, 2, 3)).sum())

    assert spared(0) == 0 and spared(1) == 40
    assert 8 < spared(0.5) < 32


def test_any_picture_is_brought_to_dark_on_light_square_and_grey() -> None:
    """Light on dark is turned over, colour taken away, and an oblong gets paper of its own."""
    colour = np.repeat(block(60)[..., None], 3, axis=2)
    oblong = np.full((64, 32), 200, dtype=np.uint8)
    oblong[16:48, 8:24] = 0  # to 64 x 32 pixels at twice the size
    given = [block(60), 255 - block(60), colour, oblong]
    clean = AgedViews.of(given, params(), CPU).clean(torch.arange(4))
    assert torch.equal(clean[0], clean[1]) and torch.equal(clean[0], clean[2])
    paper = float(1 - torch.tensor(200.0) / 255)
    assert clean[3, 0, 0].tolist() == pytest.approx([paper] * 128)
    assert int((clean[3] > 0.6).sum()) == 64 * 32
    assert int((clean[3, 0, 64] > 0.6).sum()) == 32


def test_a_blank_picture_is_named() -> None:
    with pytest.raises(ValueError, match="picture 1: the picture is blank"):
        AgedViews.of([block(20), np.full((9, 9), 7, dtype=np.uint8)], params(), CPU)


def test_card_makes_the_same_views_again() -> None:
    card = views(64, 0.25).card
    assert card.pop("kind") == "aged"
    assert AgedParams.model_validate(card) == params(64, 0.25)


@pytest.mark.parametrize("wrong", [{"severity": "mild"}, {"clean_share": 1.1}, {"turn": 1}])
def test_other_params_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        AgedParams.model_validate({**params().model_dump(), **wrong})
