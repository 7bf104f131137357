"""Photographs varied and normalised: sizes, ranges, mirrors, and what a seed decides."""

import pytest
import torch
from pydantic import ValidationError

from rasm.augment.photo import Photo, variation, vary
from rasm.inputs.photos import normalised
from rasm.nets.imagenet import MEAN, STD
from tests.augment.levels import PRESETS

STILL = Photo(
    size=32,
    crop_scale=(1, 1),
    flip=0,
    rotate_degrees=0,
    fill=255,
    brightness=0,
    contrast=0,
    saturation=0,
    hue=0,
)
USUAL = STILL.model_copy(
    update={
        "crop_scale": (0.8, 1.0),
        "flip": 0.5,
        "rotate_degrees": 15,
        "brightness": 0.2,
        "contrast": 0.2,
        "saturation": 0.1,
        "hue": 0.05,
    }
)
MINIMAL, HEAVY = PRESETS["minimal"], PRESETS["heavy"]


def halves(size: int = 32) -> torch.Tensor:
    """Black on the left, white on the right."""
    picture = torch.zeros(3, size, size, dtype=torch.uint8)
    picture[:, :, size // 2 :] = 255
    return picture


def grey(level: float) -> torch.Tensor:
    """The channels of a grey pixel, black being 0 and white 1."""
    return (level - torch.tensor(MEAN)) / torch.tensor(STD)


def test_without_variation_a_picture_is_only_normalised() -> None:
    varied = vary(variation(STILL, MINIMAL), halves(), 1)
    assert varied.dtype == torch.float32 and varied.shape == (3, 32, 32)
    torch.testing.assert_close(varied[:, 5, 3], grey(0))
    torch.testing.assert_close(varied[:, 5, 30], grey(1))


def test_mirrors_are_the_callers_choice() -> None:
    def mirrored(photo: Photo) -> int:
        chain = variation(photo, MINIMAL)
        varied = [vary(chain, halves(), seed) for seed in range(40)]
        return sum(bool(picture[0, 16, 3] > picture[0, 16, 28]) for picture in varied)

    assert mirrored(STILL) == 0
    assert mirrored(USUAL.model_copy(update={"flip": 0})) == 0
    assert 10 < mirrored(USUAL) < 30


def test_a_tilt_uncovers_paper() -> None:
    black = torch.zeros(3, 32, 32, dtype=torch.uint8)
    tilted = variation(STILL.model_copy(update={"rotate_degrees": 15}), MINIMAL)
    corners = torch.stack([vary(tilted, black, seed)[0, 0, 0] for seed in range(10)])
    white, ink = grey(1)[0], grey(0)[0]
    assert float(corners.max()) == float(white)
    assert ((corners > ink - 1e-5) & (corners < white + 1e-5)).all()


def test_white_on_white_stays_white_however_it_is_tilted() -> None:
    paper = torch.full((3, 32, 32), 255, dtype=torch.uint8)
    tilted = variation(STILL.model_copy(update={"rotate_degrees": 45}), MINIMAL)
    white = normalised(paper)
    assert all(torch.equal(vary(tilted, paper, seed), white) for seed in range(10))


def test_a_tilt_turns_to_either_side() -> None:
    """Upright halves, turned: the step moves one way above the middle, the other way below."""
    tilted = variation(STILL.model_copy(update={"rotate_degrees": 20}), MINIMAL)
    lean = []
    for seed in range(20):
        ink = vary(tilted, halves(), seed)[0] < 0
        lean.append(int(ink[8].sum()) - int(ink[23].sum()))
    assert min(lean) < -2 and max(lean) > 2 and max(map(abs, lean)) <= 6  # 15 tan 20 degrees


def test_a_crop_keeps_four_fifths_or_more_of_a_square() -> None:
    """Ink of the outermost 8 of 64 columns on every side: no crop of 0.8 can lose two sides."""
    picture = torch.full((3, 64, 64), 255, dtype=torch.uint8)
    picture[:, :8] = picture[:, -8:] = 0
    chain = variation(STILL.model_copy(update={"crop_scale": (0.8, 1.0)}), MINIMAL)
    varied = torch.stack([vary(chain, picture, seed) for seed in range(20)])
    dark = varied[:, 0] < grey(0.5)[0]
    assert (dark[:, 0].all(dim=1) | dark[:, -1].all(dim=1)).all()
    assert len(dark.sum(dim=(1, 2)).unique()) > 3, "no two crops differ"


def test_colours_change_within_their_limits() -> None:
    dull = torch.full((3, 32, 32), 100, dtype=torch.uint8)
    lit = variation(STILL.model_copy(update={"brightness": 0.2}), MINIMAL)
    values = torch.stack([vary(lit, dull, seed)[0, 0, 0] for seed in range(40)]) * STD[0] + MEAN[0]
    assert 79 < float(values.min()) * 255 < 90 and 110 < float(values.max()) * 255 < 121


def test_a_seed_decides_alone_and_disturbs_nobody() -> None:
    chain = variation(USUAL, HEAVY)
    before = torch.get_rng_state()
    once = vary(chain, halves(), 7)
    assert torch.equal(torch.get_rng_state(), before)
    torch.manual_seed(0)
    assert torch.equal(vary(variation(USUAL, HEAVY), halves(), 7), once)
    assert not torch.equal(vary(chain, halves(), 8), once)


def test_presets_add_erased_rectangles_and_more_change() -> None:
    """Erased pixels are 0 after normalising, which neither black nor white is."""
    erased = [
        bool((vary(variation(STILL, HEAVY), halves(), seed) == 0).all(dim=0).any())
        for seed in range(60)
    ]
    assert 30 < sum(erased) < 54  # 0.7 of 60
    change = []
    for preset in PRESETS.values():
        chain = variation(STILL, preset)
        varied = torch.stack([vary(chain, halves(), seed) for seed in range(40)])
        change.append(float((varied - vary(variation(STILL, MINIMAL), halves(), 0)).abs().mean()))
    assert change[0] == 0 and change == sorted(change) and len(set(change)) == 4


@pytest.mark.parametrize("scale", [[0.0, 1.0], [0.8, 0.7], [0.8, 1.1]])
def test_crops_that_cannot_be_are_refused(scale: list[float]) -> None:
    with pytest.raises(ValidationError, match="must be two shares, rising"):
        Photo.model_validate({**STILL.model_dump(), "crop_scale": scale})
