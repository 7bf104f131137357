"""Steps that make a picture easier to look at."""

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from rasm.raster.enhance import (
    ARTIFACT,
    BASIC,
    STEPS,
    brightened,
    cropped_to_ink,
    dark_on_light,
    denoised,
    enhanced,
    equalized,
    sharpened,
    stretched,
)

Grey = NDArray[np.uint8]


def square(ink: int, paper: int) -> Grey:
    picture = np.full((128, 128), paper, dtype=np.uint8)
    picture[32:96, 32:96] = ink
    return picture


@pytest.mark.parametrize("name", [*STEPS])
def test_a_step_gives_a_picture_and_keeps_the_one_it_got(name: str) -> None:
    picture = square(90, 170)
    before = picture.copy()
    done = enhanced(picture, [name])
    assert done.dtype == np.uint8
    assert done.ndim == 2
    assert np.array_equal(picture, before)


def test_contrast_is_stretched_to_black_and_white() -> None:
    done = stretched(square(100, 150))
    assert (done.min(), done.max()) == (0, 255)
    assert np.array_equal(stretched(square(90, 90)), square(90, 90))  # there is nothing to stretch


def test_the_mean_comes_to_the_middle() -> None:
    dark = square(20, 60)
    assert abs(brightened(dark).mean() - 127.5) < abs(dark.mean() - 127.5) / 3
    assert set(np.unique(brightened(square(0, 255)))) == {0, 255}


def test_noise_goes_and_the_square_stays() -> None:
    clean = square(60, 190)
    noise = np.random.default_rng(0).normal(0, 12, clean.shape)
    noisy = np.rint(clean + noise).clip(0, 255).astype(np.uint8)
    errors = [np.abs(one.astype(float) - clean).mean() for one in (noisy, denoised(noisy))]
    assert errors[1] < errors[0] / 3
    assert np.array_equal(denoised(clean), clean)


def test_edges_get_steeper() -> None:
    blurred = np.asarray(cv2.GaussianBlur(square(60, 190), (0, 0), 2), dtype=np.uint8)
    slopes = [np.abs(np.diff(one[64].astype(int))).max() for one in (blurred, sharpened(blurred))]
    assert slopes[1] > 1.2 * slopes[0]


def test_contrast_of_a_dark_part_grows() -> None:
    shaded = np.rint(square(60, 100) * np.linspace(0.3, 1, 128)).astype(np.uint8)
    parts = [int(one[64, 10]) - int(one[64, 40]) for one in (shaded, equalized(shaded))]
    assert parts[1] > 1.5 * parts[0]


def test_light_on_dark_is_turned_round_and_dark_on_light_is_not() -> None:
    assert np.array_equal(dark_on_light(square(200, 20)), square(55, 235))
    assert np.array_equal(dark_on_light(square(20, 200)), square(20, 200))


def test_the_crop_leaves_an_eighth_around() -> None:
    assert cropped_to_ink(square(0, 255)).shape == (64 + 2 * 8, 64 + 2 * 8)
    with pytest.raises(ValueError, match="blank"):
        cropped_to_ink(square(9, 9))


def test_steps_are_taken_in_order_and_colour_becomes_grey() -> None:
    coloured = np.stack([square(90, 170)] * 3, axis=2)
    assert np.array_equal(enhanced(coloured, BASIC), stretched(brightened(square(90, 170))))
    assert set(BASIC + ARTIFACT) <= STEPS.keys()
    with pytest.raises(ValueError, match="no step 'clae'; there are clahe"):
        enhanced(coloured, ["clae"])
