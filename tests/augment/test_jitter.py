"""Disturbances of rasters: where ink goes, what is kept, and what stays black and white."""

import pytest
import torch

from rasm.augment.jitter import blur, gamma, shift


def seeded(seed: int = 3) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def dots(count: int = 200, size: int = 16, row: int = 7, column: int = 8) -> torch.Tensor:
    masks = torch.zeros(count, size, size)
    masks[:, row, column] = 1
    return masks


def test_shift_moves_by_up_to_the_maximum_and_reaches_every_offset() -> None:
    places = shift(dots(), 2, seeded()).nonzero()
    assert places[:, 0].tolist() == list(range(200))  # one dot each, none lost
    offsets = {(int(row) - 7, int(column) - 8) for _, row, column in places}
    assert offsets == {(row, column) for row in range(-2, 3) for column in range(-2, 3)}


def test_shift_moves_the_whole_picture() -> None:
    picture = (torch.rand(1, 16, 16, generator=seeded()) < 0.5).float()
    picture[:, [0, 1, -2, -1]] = 0
    picture[:, :, [0, 1, -2, -1]] = 0
    moved = shift(picture.expand(20, -1, -1), 2, seeded(9))
    for one in moved:
        row, column = (
            int(one.any(dim=axis).nonzero()[0]) - int(picture[0].any(dim=axis).nonzero()[0])
            for axis in (1, 0)
        )
        torch.testing.assert_close(one, picture[0].roll((row, column), (0, 1)))


def test_what_leaves_the_picture_is_lost_and_what_enters_is_empty() -> None:
    moved = shift(torch.ones(100, 8, 8), 2, seeded())
    rows, columns = moved.any(dim=2).sum(dim=1), moved.any(dim=1).sum(dim=1)
    assert set(rows.tolist()) == set(columns.tolist()) == {6, 7, 8}
    torch.testing.assert_close(moved.sum(dim=(1, 2)), (rows * columns).float())


def test_blur_keeps_the_sum_away_from_edges_and_spreads_evenly() -> None:
    blurred = blur(dots(), 0.6, seeded())
    torch.testing.assert_close(blurred.sum(dim=(1, 2)), torch.ones(200))
    torch.testing.assert_close(blurred[:, 6, 8], blurred[:, 8, 8])
    torch.testing.assert_close(blurred[:, 7, 7], blurred[:, 7, 9])
    torch.testing.assert_close(blurred[:, 6, 8], blurred[:, 7, 9])


def test_blur_is_gaussian_with_sigma_up_to_the_maximum() -> None:
    """exp(-1 / (2 sigma^2)) is the ratio of the neighbour to the peak along one axis."""
    blurred = blur(dots(), 0.6, seeded())
    ratio = blurred[:, 7, 9] / blurred[:, 7, 8]
    sigma = (-0.5 / ratio.clamp_min(1e-30).log()).sqrt()
    assert 0.55 < float(sigma.max()) <= 0.6 + 1e-4
    assert float(ratio.min()) < 0.01  # some are hardly blurred


def test_blur_of_one_picture_does_not_reach_the_next() -> None:
    pictures = dots(2)
    pictures[1] = 0
    assert not blur(pictures, 0.6, seeded())[1].any()


def test_gamma_keeps_white_and_black_and_moves_grey_both_ways() -> None:
    pictures = torch.tensor([0.0, 0.5, 1.0]).expand(200, 1, 3)
    moved = gamma(pictures, 0.05, seeded())
    assert (moved[:, 0, 0] == 0).all()
    assert (moved[:, 0, 2] == 1).all()
    assert 0.5**1.05 - 1e-6 <= float(moved[:, 0, 1].min()) < 0.5**1.04
    assert 0.5**0.96 < float(moved[:, 0, 1].max()) <= 0.5**0.95 + 1e-6


def test_gamma_bears_rounding_just_outside_its_range() -> None:
    moved = gamma(torch.tensor([[[-1e-7, 1 + 1e-6]]]), 0.05, seeded())
    assert moved.tolist() == [[[0.0, 1.0]]]


@pytest.mark.parametrize("disturb", [shift, blur, gamma])
def test_zero_changes_nothing_and_a_seed_repeats_itself(disturb) -> None:  # type: ignore[no-untyped-def]
    pictures = torch.rand(4, 16, 16, generator=seeded())
    torch.testing.assert_close(disturb(pictures, 0, seeded()), pictures, rtol=0, atol=0)
    strength = 2 if disturb is shift else 0.5
    once, again = (disturb(pictures, strength, seeded(8)) for _ in range(2))
    torch.testing.assert_close(once, again, rtol=0, atol=0)
    assert not torch.equal(once, disturb(pictures, strength, seeded(9)))
