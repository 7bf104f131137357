"""Skeletons drawn by pens of even width: profiles by hand, and pooling, which it is."""

import pytest
import torch
from torch import Tensor
from torch.nn import functional as F

from rasm.raster.pen import draw_evenly, draw_skeletons
from rasm.raster.tensors import pack_bits, unpack_bits


def packed(*boxes: tuple[slice, slice], size: int = 96) -> Tensor:
    """Packed skeletons, one for each box of ink."""
    masks = torch.zeros(len(boxes), size, size)
    for mask, place in zip(masks, boxes, strict=True):
        mask[place] = 1
    return pack_bits(masks)


DOT = (slice(8, 9), slice(8, 9))
DOWN, ACROSS = (slice(18, 78), slice(47, 49)), (slice(47, 49), slice(18, 78))


def frame() -> Tensor:
    """A square's outline, as large as skeletons get: rows and columns 4 to 91 of 96."""
    mask = torch.zeros(96, 96)
    mask[4:92, 4:92] = 1
    mask[5:91, 5:91] = 0
    return pack_bits(mask[None])


@pytest.mark.parametrize(
    ("width", "profile"),
    [(1, [0, 1, 1, 1, 0]), (2, [1, 2, 2, 1, 0]), (3, [1, 2, 3, 2, 1]), (4, [2, 3, 3, 2, 1])],
)
def test_a_dot_by_hand(width: int, profile: list[int]) -> None:
    """Thirds of ink along columns 6 to 10 of a dot in column 8: the pen, averaged over three."""
    line = torch.tensor(profile) / 3
    drawn = draw_skeletons(packed(DOT, size=16), torch.tensor([width]))
    assert drawn.shape == (1, 1, 16, 16)
    torch.testing.assert_close(drawn[0, 0, 6:11, 6:11], line[:, None] * line)


def test_each_character_has_a_pen_of_its_own() -> None:
    widths = torch.tensor([5, 1, 3, 1])
    drawn = draw_skeletons(packed(DOT, DOT, ACROSS, DOWN), widths)
    for number, box in enumerate((DOT, DOT, ACROSS, DOWN)):
        alone = draw_skeletons(packed(box), widths[number : number + 1])
        assert torch.equal(drawn[number : number + 1], alone)


def pooled(skeletons: Tensor, widths: Tensor) -> Tensor:
    """What drawing means, in so many words: the largest of the pen's pixels, the mean of 9."""
    drawn = []
    for picture, width in zip(unpack_bits(skeletons)[:, None], widths.tolist(), strict=True):
        rim = ((width - 1) // 2, width // 2)
        drawn.append(F.max_pool2d(F.pad(picture, (*rim, *rim)), width, 1))
    return F.avg_pool2d(torch.stack(drawn), 3, 1, 1)


@pytest.mark.parametrize("count", [1, 64, 130])
@pytest.mark.parametrize("size", [16, 96])
def test_drawing_pools_to_the_last_bit(count: int, size: int) -> None:
    """Random ink reaches all borders, and pens are as wide as any hand's."""
    generator = torch.Generator().manual_seed(count)
    ink = torch.rand(count, size, size, generator=generator) < 0.02
    ink[0, :, 0] = ink[0, -1] = True
    skeletons, widths = pack_bits(ink), torch.randint(1, 10, (count,), generator=generator)
    before = skeletons.clone()
    drawn = draw_skeletons(skeletons, widths)
    assert drawn.dtype == torch.float32 and torch.equal(drawn, pooled(skeletons, widths))
    assert torch.equal(skeletons, before)


@pytest.mark.parametrize("pen_px", [1, 3, 5, 7])
def test_a_plain_character_is_whole_and_in_the_middle(pen_px: int) -> None:
    """All its ink is there: the picture shows 1.08 x 96 pixels on 64."""
    picture = draw_evenly(frame(), pen_px, 64)
    assert picture.shape == (1, 1, 64, 64) and picture.min() >= 0 and picture.max() <= 1
    for turned in (picture.flip(2), picture.flip(3), picture.transpose(2, 3)):
        torch.testing.assert_close(turned, picture, rtol=0, atol=1e-5)
    assert torch.cat([picture[..., 0, :], picture[..., :, 0]]).max() == 0
    drawn = draw_skeletons(frame(), torch.tensor([pen_px]))
    assert float(picture.sum() / drawn.sum()) == pytest.approx((64 / 96 / 1.08) ** 2, rel=0.06)


def test_a_plain_line_stays_where_it_was() -> None:
    """Drawn, it fills 19 to 23 of 96 rows from above: 32 + (19 - 48) * 64 / 96 / 1.08 is 14.1."""
    picture = draw_evenly(packed((slice(20, 22), slice(18, 78))), 3, 64)[0, 0]
    rows, columns = (picture > 0.5).nonzero().T
    assert (int(rows.min()), int(rows.max())) == (14, 16)
    assert int(columns.max() - columns.min()) + 1 == pytest.approx(62 * 64 / 96 / 1.08, abs=1.5)
