"""Measures of a picture that can be worked out: a black square of 64 on white, made worse."""

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from rasm.trust.image_quality import (
    LENIENT,
    STRICT,
    check_many,
    check_quality,
    measure_quality,
)

Grey = NDArray[np.uint8]


def square(ink: int = 0, paper: int = 255, side: int = 64) -> Grey:
    picture = np.full((2 * side, 2 * side), paper, dtype=np.uint8)
    picture[side // 2 : side // 2 + side, side // 2 : side // 2 + side] = ink
    return picture


def grainy(picture: Grey, deviation: float) -> Grey:
    noise = np.random.default_rng(0).normal(0, deviation, picture.shape)
    return np.rint(picture + noise).clip(0, 255).astype(np.uint8)


def test_a_clean_square() -> None:
    found = measure_quality(square())
    assert found.contrast == 1
    assert found.brightness == 0.5
    assert found.resolution == 64
    assert found.noise == 0
    assert found.blur_px < 0.5
    check = check_quality(square(), STRICT)
    assert check.passed
    assert check.score == 100


@pytest.mark.parametrize("deviation", [1.0, 2.0, 4.0, 6.0])
def test_blur_is_the_deviation_of_the_gaussian(deviation: float) -> None:
    """In pixels, and the same for half the contrast and for light on dark."""
    for picture in (square(), square(60, 180), square(255, 0)):
        blurred = np.asarray(cv2.GaussianBlur(picture, (0, 0), deviation), dtype=np.uint8)
        assert measure_quality(blurred).blur_px == pytest.approx(deviation, rel=0.15)


def test_blur_is_measured_in_spite_of_noise() -> None:
    blurred = np.asarray(cv2.GaussianBlur(square(40, 215), (0, 0), 3.0), dtype=np.uint8)
    assert measure_quality(grainy(blurred, 8)).blur_px == pytest.approx(3, rel=0.15)


@pytest.mark.parametrize("deviation", [3.0, 10.0, 25.0])
def test_noise_is_the_deviation_of_the_grain(deviation: float) -> None:
    """Grey levels, whatever the strokes; the greys are such that none is clipped."""
    found = measure_quality(grainy(square(90, 165), deviation))
    assert 255 * found.noise == pytest.approx(deviation, rel=0.1)


def test_contrast_and_brightness_are_of_ink_and_paper() -> None:
    found = measure_quality(square(51, 102))
    assert found.contrast == pytest.approx(0.2)
    assert found.brightness == pytest.approx(0.3)
    assert measure_quality(square(102, 51)) == found


@pytest.mark.parametrize(
    ("picture", "issue"),
    [
        (np.asarray(cv2.GaussianBlur(square(), (0, 0), 7), dtype=np.uint8), "blurred"),
        (square(0, 25), "too dark"),
        (square(228, 255), "too bright"),
        (square(115, 140), "low contrast"),
        (square(side=8), "too small"),
        (grainy(square(64, 191), 80), "noisy"),
    ],
)
def test_each_issue_is_named(picture: Grey, issue: str) -> None:
    check = check_quality(picture)
    assert issue in check.issues
    assert not check.passed
    assert check.score < check_quality(square()).score


def test_strict_refuses_what_lenient_lets_pass() -> None:
    picture = np.asarray(cv2.GaussianBlur(square(), (0, 0), 2), dtype=np.uint8)
    assert check_quality(picture, LENIENT).passed
    assert check_quality(picture, STRICT).issues == ("blurred",)


def test_a_blank_picture_has_that_issue_and_what_is_no_picture_is_refused() -> None:
    blank, good = check_many([np.full((9, 9), 255, dtype=np.uint8), square()])
    assert blank.issues == ("blank",)
    assert blank.as_dict() == {"passed": False, "score": 0.0, "issues": ["blank"], "quality": None}
    assert good.passed
    with pytest.raises(ValueError, match="a picture is"):
        check_quality(np.zeros((2, 2, 4), dtype=np.uint8))


def test_colour_counts_by_its_luminance() -> None:
    grey = square(51, 102)
    assert measure_quality(np.stack([grey] * 3, axis=2)) == measure_quality(grey)
