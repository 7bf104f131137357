"""Hands: what each of their traits does, in its unit."""

import pytest
import torch
from pydantic import ValidationError
from torch import Tensor

from rasm.augment.pen import Hand, written
from rasm.raster.pen import draw_evenly, plane
from tests.augment.hands import hand
from tests.raster.test_pen import ACROSS, DOT, DOWN, frame, packed

STEADY = hand()
USUAL = hand(
    pen_px=(2, 6), rotate=0.13, aspect=0.25, shear=0.15, shift=0.06, coarse=0.07, fine=0.025
)


def seeded(seed: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def moments(pictures: Tensor) -> tuple[Tensor, Tensor]:
    """Centres (N, 2) and covariances (N, 2, 2) of ink as (x, y), in half sides."""
    ink = pictures.flatten(1) / pictures.sum(dim=(1, 2, 3))[:, None]
    points = plane(pictures.shape[2], pictures.device).view(-1, 2)
    centres = ink @ points
    apart = points - centres[:, None]
    return centres, torch.einsum("np,npi,npj->nij", ink, apart, apart)


@pytest.mark.parametrize("pen", [2, 3, 6])
def test_the_steadiest_hand_writes_plainly(pen: int) -> None:
    boxes = packed(DOT, DOWN, ACROSS)
    steady = STEADY.model_copy(update={"pen_px": (pen, pen)})
    assert torch.equal(written(boxes, steady, 64, seeded(0)), draw_evenly(boxes, pen, 64))


def test_a_generator_decides_alone() -> None:
    boxes = packed(DOT, DOWN, ACROSS)
    before = torch.get_rng_state()
    once = written(boxes, USUAL, 64, seeded(7))
    assert torch.equal(torch.get_rng_state(), before)
    assert torch.equal(written(boxes, USUAL, 64, seeded(7)), once)
    assert not torch.equal(written(boxes, USUAL, 64, seeded(8)), once)


def test_pictures_of_the_wildest_hand_are_between_0_and_1() -> None:
    wild = hand(pen_px=(1, 9), rotate=1, aspect=0.9, shear=1, shift=1, coarse=0.5, fine=0.3)
    pictures = written(frame().repeat(50, 1), wild, 64, seeded(0))
    assert pictures.shape == (50, 1, 64, 64)
    assert pictures.min() == 0 and 0.9 < pictures.max() <= 1


def hands(box: tuple[slice, slice], **traits: float | tuple[int, int]) -> tuple[Tensor, Tensor]:
    """Centres and covariances of a box by 300 hands that differ in these traits alone."""
    hand = STEADY.model_copy(update=traits)
    return moments(written(packed(box).repeat(300, 1), hand, 64, seeded(0)))


def leaning(covariances: Tensor) -> Tensor:
    """Angles (N,) of the long axis to the horizontal, in radians, in (-pi / 2, pi / 2]."""
    xx, xy, yy = covariances[:, 0, 0], covariances[:, 0, 1], covariances[:, 1, 1]
    return torch.atan2(2 * xy, xx - yy) / 2


def test_rotate_is_a_standard_deviation_in_radians() -> None:
    angles = leaning(hands(ACROSS, rotate=0.2)[1])
    assert abs(float(angles.mean())) < 0.04 and float(angles.std()) == pytest.approx(0.2, rel=0.15)


def test_shear_slants_what_is_upright_and_leaves_lines_level() -> None:
    covariances = hands(DOWN, shear=0.2)[1]
    slants = covariances[:, 0, 1] / covariances[:, 1, 1]
    assert float(slants.std()) == pytest.approx(0.2, rel=0.15)
    assert float(leaning(hands(ACROSS, shear=0.2)[1]).abs().max()) < 0.01


def test_aspect_is_the_largest_logarithm_of_a_stretch() -> None:
    lengths = hands(ACROSS, aspect=0.3)[1][:, 0, 0].sqrt()
    stretch = (lengths / hands(ACROSS)[1][:, 0, 0].sqrt()).log()
    assert 0.27 < float(stretch.max()) < 0.31 and -0.31 < float(stretch.min()) < -0.27


def test_shift_is_in_half_sides_of_the_picture() -> None:
    centres = hands(DOT, shift=0.06)[0] - hands(DOT)[0]
    assert centres.std(dim=0).tolist() == pytest.approx([0.06 / 1.08] * 2, rel=0.2)


@pytest.mark.parametrize("trait", ["coarse", "fine"])
def test_displacements_bend_lines(trait: str) -> None:
    """A straight line is thin across; a bent one of the same length is not."""
    straight, bent = hands(ACROSS)[1][:, 1, 1], hands(ACROSS, **{trait: 0.06})[1][:, 1, 1]
    assert float(bent.mean()) > 1.5 * float(straight.mean())


def test_all_pens_between_the_thinnest_and_the_thickest_are_used() -> None:
    """A 60 pixels long line's ink in pixels, by its pen: 2 pixels of skeleton and the pen's."""
    pictures = written(
        packed(ACROSS).repeat(60, 1), STEADY.model_copy(update={"pen_px": (2, 4)}), 64, seeded(0)
    )
    thick = (pictures.sum(dim=(1, 2, 3)) * (1.08 * 96 / 64) ** 2 / 62).round()
    assert sorted(set(thick.tolist())) == [3, 4, 5]


@pytest.mark.parametrize("pen_px", [(0, 3), (5, 3)])
def test_impossible_pens_are_refused(pen_px: tuple[int, int]) -> None:
    with pytest.raises(ValidationError, match="1 <= thinnest <= thickest"):
        Hand(**{**STEADY.model_dump(), "pen_px": pen_px})
