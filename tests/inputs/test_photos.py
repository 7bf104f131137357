"""Of a photograph the middle is seen, as a square, normalised."""

import torch

from rasm.inputs.photos import PhotoInputParams, PhotoInputs, middle, normalised
from rasm.inputs.pictures import PixelArray
from rasm.nets.imagenet import MEAN, STD
from tests.inputs.stripes import BLUE, FLAG, GREEN, RED, shown, stripes


def seen(*pictures: PixelArray) -> PhotoInputs:
    return PhotoInputParams(kind="photos", size=32).inputs(pictures, torch.device("cpu"))


def test_pictures_are_normalised() -> None:
    flag = stripes(RED, GREEN, BLUE, width=33)[:, :32]
    clean = seen(FLAG, flag).clean(torch.tensor([1, 0, 1]))
    assert shown(clean[0]) == shown(clean[2]) == [list(RED), list(GREEN), list(BLUE)]
    assert shown(clean[1]) == [list(RED), list(BLUE), list(BLUE)]


def test_of_an_oblong_the_middle_is_held() -> None:
    """Four stripes of 32 x 64 pixels, at half the size: the inner two fill the square."""
    held = seen(stripes(RED, GREEN, BLUE, RED, width=128, height=64))
    assert held.pictures.shape == (1, 3, 32, 32) and held.pictures.dtype == torch.uint8
    assert shown(held.clean(torch.tensor([0]))[0])[::2] == [list(GREEN), list(BLUE)]


def test_small_ones_are_enlarged_and_grey_has_three_channels() -> None:
    small = stripes((0, 0, 0), (255, 255, 255), width=8, height=8)
    clean = seen(small, small[..., 0]).clean(torch.arange(2))
    assert shown(clean[0])[::2] == [[0, 0, 0], [255, 255, 255]]
    assert torch.equal(clean[0], clean[1])


def test_the_middle_is_taken_after_the_shorter_side() -> None:
    """Of 64 x 200 halved to 32 x 100 the columns 34 to 65 stay: the step at 50 lands at 16."""
    wide = torch.zeros(3, 64, 200, dtype=torch.uint8)
    wide[:, :, 100:] = 255
    picture = middle(wide, 32)
    assert picture.dtype == torch.uint8 and picture.shape == (3, 32, 32)
    assert picture[:, 0, 10].tolist() == [0, 0, 0] and picture[:, 0, 22].tolist() == [255] * 3
    tall = middle(wide.transpose(1, 2), 32)
    assert torch.equal(tall, picture.transpose(1, 2))


def test_normalising_a_batch_is_normalising_each() -> None:
    batch = torch.zeros(2, 3, 8, 8, dtype=torch.uint8)
    batch[0, :, :, 4:] = batch[1, :, :, :4] = 255
    assert torch.equal(normalised(batch), torch.stack([normalised(one) for one in batch]))
    assert normalised(batch).dtype == torch.float32
    black = -torch.tensor(MEAN) / torch.tensor(STD)
    torch.testing.assert_close(normalised(batch)[0, :, 5, 3], black)
