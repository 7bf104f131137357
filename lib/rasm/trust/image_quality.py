"""How good a picture of a glyph is, before anything is read of it: five scores, each with a unit.

What matters is how well the ink can be seen, so ink and background are told apart first, by
`rasm.raster.ink`, and all is measured of them: a black page around a letter is no darkness, and a
white one no glare. Light on dark counts as much as dark on light.

* blur: an edge of height C that a Gaussian of deviation s has softened is nowhere steeper than
  C / (s sqrt(2 pi)). The steepest quarter of the ink's outline is asked.
* noise: what a mask of second differences, blind to slopes and lines, leaves of the even parts
  (Immerkaer 1996, 'Fast noise variance estimation').

The limits of the presets are where looking letters up begins to suffer and where it breaks: see
LOG.md, 2026-11-27, and `python -m bench.enhancing`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from math import pi, sqrt
from typing import Any, Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from rasm.raster.ink import ink_of

Issue = Literal["blank", "blurred", "too dark", "too bright", "low contrast", "too small", "noisy"]

_SMOOTHED = 1.0  # pixels, deviation of the smoothing before slopes are taken
_SAMPLED = 0.5  # squared pixels that pixels and differences of them soften an edge by
_REACH = 2  # pixels from an edge within which nothing counts as even
_EVEN = 0.25  # share of the picture that noise is measured on at least, else on all of it
_MEDIAN = 0.6745  # of the absolute values of normal noise of deviation 1
_SECOND = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], dtype=np.float32)


@dataclass(frozen=True)
class ImageQuality:
    """Measures of one picture."""

    blur: float
    """Standard deviation of the blur, as a share of the longer side of the ink."""
    brightness: float
    """Middle between ink and background, as a share of white: 0.5 for black on white."""
    contrast: float
    """Difference between ink and background, as a share of white: 1 for black on white."""
    resolution: float
    """Longer side of the ink, pixels."""
    noise: float
    """Standard deviation of the grain, as a share of white."""

    @property
    def blur_px(self) -> float:
        """Standard deviation of the blur, pixels."""
        return self.blur * self.resolution


@dataclass(frozen=True)
class QualityLimits:
    """The worst that a preset lets pass, in the units of `ImageQuality`."""

    blur: float  # at most
    brightness: tuple[float, float]  # at least, at most
    contrast: float  # at least
    resolution: float  # at least
    noise: float  # at most


LENIENT = QualityLimits(blur=0.04, brightness=(0.12, 0.85), contrast=0.3, resolution=12, noise=0.1)
"""Beyond these looking up mostly fails in one corpus or another: take another picture."""
STRICT = QualityLimits(blur=0.02, brightness=(0.2, 0.75), contrast=0.5, resolution=20, noise=0.05)
"""Within these it does not suffer: good enough for a reference."""
PRESETS = {"lenient": LENIENT, "strict": STRICT}


@dataclass(frozen=True)
class QualityCheck:
    """The measures of a picture, None where it is blank, and what is wrong with it by a preset."""

    quality: ImageQuality | None
    issues: tuple[Issue, ...]
    score: float
    """0 to 100, by `quality_score`."""

    @property
    def passed(self) -> bool:
        """Whether there is no issue."""
        return not self.issues

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "passed": self.passed,
            "score": self.score,
            "issues": list(self.issues),
            "quality": asdict(self.quality) if self.quality else None,
        }


def measure_quality(picture: NDArray[np.uint8]) -> ImageQuality:
    """Measures of a picture (H, W) or (H, W, 3) uint8. Raises ValueError where it is blank."""
    return quality_of(grey_of(picture), ink_of(picture))


def quality_of(picture: NDArray[np.uint8], ink: NDArray[np.bool_]) -> ImageQuality:
    """The same of a grey picture (H, W) whose ink is known, some of it and not all."""
    grey = picture.astype(np.float32)
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    longer = float(max(rows[-1] - rows[0], columns[-1] - columns[0]) + 1)
    dark, light = sorted((float(np.median(grey[ink])), float(np.median(grey[~ink]))))
    edge = ink_border(ink)
    return ImageQuality(
        blur=_blur_px(grey, edge, light - dark) / longer,
        brightness=(dark + light) / 510,
        contrast=(light - dark) / 255,
        resolution=longer,
        noise=_noise(grey, ink) / 255,
    )


def check_quality(picture: NDArray[np.uint8], limits: QualityLimits = LENIENT) -> QualityCheck:
    """What is wrong with a picture; a blank one has that issue alone.

    Raises ValueError for what is no picture (H, W) or (H, W, 3) uint8.
    """
    grey_of(picture)
    try:
        quality = measure_quality(picture)
    except ValueError:
        return QualityCheck(None, ("blank",), 0.0)
    return QualityCheck(quality, tuple(issues_of(quality, limits)), quality_score(quality))


def check_many(
    pictures: Sequence[NDArray[np.uint8]], limits: QualityLimits = LENIENT
) -> list[QualityCheck]:
    """`check_quality` of each."""
    return [check_quality(picture, limits) for picture in pictures]


def issues_of(quality: ImageQuality, limits: QualityLimits) -> Iterator[Issue]:
    """What exceeds the limits, by name.

    >>> list(issues_of(ImageQuality(0.5, 0.05, 0.9, 8, 0.0), LENIENT))
    ['blurred', 'too dark', 'too small']
    """
    if quality.blur > limits.blur:
        yield "blurred"
    if quality.brightness < limits.brightness[0]:
        yield "too dark"
    if quality.brightness > limits.brightness[1]:
        yield "too bright"
    if quality.contrast < limits.contrast:
        yield "low contrast"
    if quality.resolution < limits.resolution:
        yield "too small"
    if quality.noise > limits.noise:
        yield "noisy"


def quality_score(quality: ImageQuality) -> float:
    """One number from 0 to 100, 100 where nothing exceeds the strict limits.

    Each part, brightness either way, falls from 1 at the strict limit in proportion: half of it
    twice as far beyond. Their geometric mean counts, so that what is hopeless in one is not saved
    by the others.
    """
    parts = (
        STRICT.blur / max(quality.blur, 1e-6),
        quality.brightness / STRICT.brightness[0],
        (1 - quality.brightness) / (1 - STRICT.brightness[1]),
        quality.contrast / STRICT.contrast,
        quality.resolution / STRICT.resolution,
        STRICT.noise / max(quality.noise, 1e-6),
    )
    return float(100 * np.prod([min(1.0, part) for part in parts]) ** (1 / len(parts)))


def grey_of(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Luminance (H, W) uint8 of a picture (H, W) or (H, W, 3) uint8; ValueError for another."""
    grey_or_rgb = picture.ndim == 2 or picture.shape[2:] == (3,)
    if not grey_or_rgb or picture.dtype != np.uint8 or not picture.size:
        raise ValueError(
            f"a picture is (H, W) or (H, W, 3) uint8, this is {picture.shape} {picture.dtype}"
        )
    if picture.ndim == 2:
        return picture
    return np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), dtype=np.uint8)


def ink_border(ink: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Pixels (H, W) on either side of the border between ink and background."""
    mask = ink.astype(np.uint8)
    brush = np.ones((3, 3), dtype=np.uint8)
    return np.asarray(cv2.dilate(mask, brush) != cv2.erode(mask, brush), dtype=np.bool_)


def _blur_px(grey: NDArray[np.float32], edge: NDArray[np.bool_], height: float) -> float:
    smooth = cv2.GaussianBlur(grey, (0, 0), _SMOOTHED)
    across = (grey.shape[0] > 1) * cv2.Sobel(smooth, cv2.CV_32F, 0, 1, ksize=1) / 2
    along = (grey.shape[1] > 1) * cv2.Sobel(smooth, cv2.CV_32F, 1, 0, ksize=1) / 2
    steepest = float(np.quantile(np.hypot(across, along)[edge], 0.75))
    softened = height / (max(steepest, 1e-3) * sqrt(2 * pi))
    return sqrt(max(0.0, softened**2 - _SMOOTHED**2 - _SAMPLED))


def _noise(grey: NDArray[np.float32], ink: NDArray[np.bool_]) -> float:
    """Grey levels. By the median: what strokes leave of second differences is much, but rare."""
    majority = np.asarray(cv2.medianBlur(ink.astype(np.uint8), 5), dtype=np.bool_)
    brush = np.ones((2 * _REACH + 1,) * 2, dtype=np.uint8)
    even = cv2.dilate(ink_border(majority).astype(np.uint8), brush) == 0
    left = np.abs(cv2.filter2D(grey, cv2.CV_32F, _SECOND))
    return float(np.median(left[even] if even.mean() >= _EVEN else left)) / (6 * _MEDIAN)
