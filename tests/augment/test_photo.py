"""Photographs varied and normalised: sizes, ranges, mirrors, and what a seed decides."""

import torch

from rasm.augment.photo import MEAN, STD, Photo, training, validation, vary
from rasm.augment.presets import PRESETS

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


def normalised(grey: float) -> torch.Tensor:
    return (grey - torch.tensor(MEAN)) / torch.tensor(STD)


def test_without_variation_a_picture_is_only_normalised() -> None:
    varied = vary(training(STILL, MINIMAL), halves(), 1)
    assert varied.dtype == torch.float32 and varied.shape == (3, 32, 32)
    torch.testing.assert_close(varied[:, 5, 3], normalised(0))
    torch.testing.assert_close(varied[:, 5, 30], normalised(1))


def test_validation_takes_the_middle_after_the_shorter_side() -> None:
    """Of 64 x 200 halved to 32 x 100 the columns 34 to 65 stay: the step at 50 lands at 16."""
    wide = torch.zeros(3, 64, 200, dtype=torch.uint8)
    wide[:, :, 100:] = 255
    picture = validation(32)(wide)
    assert picture.shape == (3, 32, 32)
    torch.testing.assert_close(picture[:, 0, 10], normalised(0))
    torch.testing.assert_close(picture[:, 0, 22], normalised(1))


def test_mirrors_are_the_callers_choice() -> None:
    def mirrored(photo: Photo) -> int:
        chain = training(photo, MINIMAL)
        varied = [vary(chain, halves(), seed) for seed in range(40)]
        return sum(bool(picture[0, 16, 3] > picture[0, 16, 28]) for picture in varied)

    assert mirrored(STILL) == 0
    assert mirrored(USUAL.model_copy(update={"flip": 0})) == 0
    assert 10 < mirrored(USUAL) < 30


def test_a_tilt_uncovers_paper() -> None:
    black = torch.zeros(3, 32, 32, dtype=torch.uint8)
    tilted = training(STILL.model_copy(update={"rotate_degrees": 15}), MINIMAL)
    corners = torch.stack([vary(tilted, black, seed)[0, 0, 0] for seed in range(10)])
    white, ink = normalised(1)[0], normalised(0)[0]
    assert float(corners.max()) == float(white)
    assert ((corners > ink - 1e-5) & (corners < white + 1e-5)).all()


def test_a_crop_keeps_four_fifths_or_more_of_a_square() -> None:
    """Ink of the outermost 8 of 64 columns on every side: no crop of 0.8 can lose two sides."""
    picture = torch.full((3, 64, 64), 255, dtype=torch.uint8)
    picture[:, :8] = picture[:, -8:] = 0
    chain = training(STILL.model_copy(update={"crop_scale": (0.8, 1.0)}), MINIMAL)
    varied = torch.stack([vary(chain, picture, seed) for seed in range(20)])
    dark = varied[:, 0] < normalised(0.5)[0]
    assert (dark[:, 0].all(dim=1) | dark[:, -1].all(dim=1)).all()
    assert len(dark.sum(dim=(1, 2)).unique()) > 3, "no two crops differ"


def test_colours_change_within_their_limits() -> None:
    grey = torch.full((3, 32, 32), 100, dtype=torch.uint8)
    lit = training(STILL.model_copy(update={"brightness": 0.2}), MINIMAL)
    values = torch.stack([vary(lit, grey, seed)[0, 0, 0] for seed in range(40)]) * STD[0] + MEAN[0]
    assert 79 < float(values.min()) * 255 < 90 and 110 < float(values.max()) * 255 < 121


def test_a_seed_decides_alone_and_disturbs_nobody() -> None:
    chain = training(USUAL, HEAVY)
    before = torch.get_rng_state()
    once = vary(chain, halves(), 7)
    assert torch.equal(torch.get_rng_state(), before)
    torch.manual_seed(0)
    assert torch.equal(vary(training(USUAL, HEAVY), halves(), 7), once)
    assert not torch.equal(vary(chain, halves(), 8), once)


def test_presets_add_erased_rectangles_and_more_change() -> None:
    """Erased pixels are 0 after normalising, which neither black nor white is."""
    erased = [
        bool((vary(training(STILL, HEAVY), halves(), seed) == 0).all(dim=0).any())
        for seed in range(60)
    ]
    assert 30 < sum(erased) < 54  # 0.7 of 60
    change = []
    for preset in PRESETS.values():
        chain = training(STILL, preset)
        varied = torch.stack([vary(chain, halves(), seed) for seed in range(40)])
        change.append(float((varied - vary(training(STILL, MINIMAL), halves(), 0)).abs().mean()))
    assert change[0] == 0 and change == sorted(change) and len(set(change)) == 4
