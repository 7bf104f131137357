"""The Ager: a clean glyph as weather, stone and camera would leave it.

Nine steps in a fixed order: turned, warped, resampled, blurred, lit, grained, chipped, scanned, and
brought back to size. What comes in from outside the picture is white, like the paper, so neither
black wedges nor coloured fringes tell a network which picture was aged. The recipe was written for
Albumentations 1.x; under 2.0.8 the same numbers mean the same only if

* borders are filled by `fill` of three numbers: one number alone colours the elastic step's border;
* the elastic field is uniform noise, as it was; the default of today displaces 2.4 times less;
* the affine part of the elastic step, now gone, is an `Affine` of equal spread in front of it;
* Gaussian blur takes its sigma from the side of the kernel, as OpenCV does when it is given none;
* the variance of the noise is written as a standard deviation, in shares of white;
* holes are of one number and size, since lower limits that were left out equalled the upper ones;
* all steps draw from one stream of numbers: `set_random_seed` gives each step the same stream, so
  that with one probability all steps happen or none.

Sensor noise alone is another one now: a speckle in the ink, which it used to lighten evenly.

The recipe names no probabilities. Every glyph is turned, for a carving has no upright position;
any other step happens with the level's `chance`, which for `seed` is Albumentations' default, 0.5.
Grain is the stone's and therefore grey; hue noise acts on coloured pictures alone. So a grey
picture stays grey through all steps.

A turn shrinks the picture, by as much as 0.71 at 45 degrees, so nothing of it is lost, and moves
its centre by half a pixel. The warp may push ink over the edge that lies nearer to it than some 16
pixels: leave a margin.

Many pictures are aged on all cores, since ageing takes longer than the network that learns. Each
has a seed of its own, so what comes out does not depend on how the work is shared out.
"""

import os
import random
import warnings
from collections.abc import Sequence
from functools import cache
from math import atan, ceil, degrees, sqrt
from typing import Any

import cv2
import numpy as np
from joblib import Parallel, cpu_count, delayed
from numpy.typing import NDArray

from rasm.augment.severity import Severity

# Albumentations asks the network for a newer version of itself when it is imported, unless told.
os.environ.setdefault("NO_ALBUMENTATIONS_UPDATE", "1")
import albumentations as A  # noqa: E402

InkPicture = NDArray[np.uint8]  # (H, W, 3)

_WORTH = 16  # pictures for which it pays to wake another process
_SIZE = 128  # of the pictures that a Severity measures in pixels
_BORDER = {"border_mode": cv2.BORDER_CONSTANT, "fill": (255, 255, 255)}


class Ager:
    """Ages pictures. One seed, one result: nothing is remembered from call to call.

    Not for two threads at once: `transform`, the chain of steps, holds the state of one picture.
    """

    def __init__(self, severity: Severity, size: int) -> None:
        self.transform = A.Compose(steps(severity, size))

    def age(self, picture: InkPicture, seed: int) -> InkPicture:
        """An aged copy (size, size, 3) of a picture (H, W, 3), uint8, dark ink on white.

        Raises ValueError for any other shape or type.
        """
        if picture.ndim != 3 or picture.shape[2] != 3 or picture.dtype != np.uint8:
            raise ValueError(
                f"got a picture of {picture.dtype} {picture.shape}: pass uint8 (height, width, 3)"
            )
        self.transform.set_random_state(np.random.default_rng(seed), random.Random(seed))
        aged: InkPicture = self.transform(image=picture)["image"]
        return aged

    def age_many(self, pictures: Sequence[InkPicture], seeds: Sequence[int]) -> InkPicture:
        """Aged copies (N, size, size, 3) of N pictures, each under its own seed."""
        pairs = zip(pictures, seeds, strict=True)
        return np.stack([self.age(picture, seed) for picture, seed in pairs])


def steps(severity: Severity, size: int) -> list[Any]:
    """The transforms in order, after a first one that brings any picture to 128 x 128."""
    p = severity.chance
    with warnings.catch_warnings():
        # Albumentations warns about an argument that it does not know, and goes on without it.
        warnings.simplefilter("error")
        return [
            A.Resize(_SIZE, _SIZE, area_for_downscale="image", p=1),
            A.SafeRotate((-severity.rotate_degrees, severity.rotate_degrees), p=1, **_BORDER),
            A.Sequential([_affine(severity.corner_px), *_elastic(severity)], p=p),
            A.RandomScale((-severity.scale, severity.scale), p=p),
            A.GaussianBlur(severity.blur_px, sigma_limit=(_sigma(severity.blur_px[1]),) * 2, p=p),
            A.RandomBrightnessContrast(severity.brightness, severity.contrast, p=p),
            A.GaussNoise(_std_range(severity.noise_variance), per_channel=False, p=p),
            A.CoarseDropout(
                severity.holes, severity.hole_px, severity.hole_px, fill=_BORDER["fill"], p=p
            ),
            A.ISONoise(severity.iso_colour, severity.iso_intensity, p=p),
            A.Resize(size, size, area_for_downscale="image", p=1),
        ]


def _elastic(severity: Severity) -> list[Any]:
    """The elastic step on a wider picture.

    Smoothing repeats the noise of the edge outwards, so near the edge the field swings by several
    times what it does inside and drags ink in from far away. OpenCV's kernel reaches 4 sigma.
    """
    return [
        A.Pad(ceil(4 * severity.elastic_sigma), p=1, **_BORDER),
        A.ElasticTransform(
            severity.elastic_alpha,
            severity.elastic_sigma,
            noise_distribution="uniform",
            p=1,
            **_BORDER,
        ),
        A.CenterCrop(_SIZE, _SIZE, p=1),
    ]


def _affine(corner_px: float) -> Any:
    """What `alpha_affine` did: three corners of a square are dragged, the rest of it follows.

    The square has half sides of s = 128 // 3 pixels, and each coordinate of a corner moves
    uniformly by up to a = `corner_px`. An entry of the matrix is the difference of two such moves
    over 2s, of standard deviation a / (sqrt(6) s); the centre moves by the mean of two, which
    deviates by a / sqrt(6). Uniform numbers of the same deviation reach sqrt(3) times as far, and
    whole numbers in [-n, n] deviate by sqrt(n (n + 1) / 3).
    """
    reach = corner_px / (sqrt(2) * (_SIZE // 3))
    shear = degrees(atan(reach))
    shift = round((sqrt(1 + 2 * corner_px**2) - 1) / 2)
    return A.Affine(
        scale={axis: (1 - reach, 1 + reach) for axis in "xy"},
        shear={axis: (-shear, shear) for axis in "xy"},
        translate_px={axis: (-shift, shift) for axis in "xy"},
        p=1,
        **_BORDER,
    )


def _sigma(side: int) -> float:
    """Sigma of a Gaussian kernel of this side, by the rule of OpenCV's getGaussianKernel."""
    return 0.3 * ((side - 1) * 0.5 - 1) + 0.8


def _std_range(variance: tuple[float, float]) -> tuple[float, float]:
    """Variances in squared grey levels as standard deviations in shares of white."""
    low, high = variance
    return sqrt(low) / 255, sqrt(high) / 255


def aged(
    drawings: NDArray[np.uint8], level: Severity, size: int, seeds: Sequence[int]
) -> NDArray[np.uint8]:
    """N drawings (N, H, W), dark on white, aged under N seeds: (N, size, size)."""
    parts = max(1, min(cpu_count(), len(drawings) // _WORTH))
    if parts == 1:
        return _aged(drawings, level, size, seeds)
    shares = np.array_split(np.arange(len(drawings)), parts)
    done = Parallel(n_jobs=parts)(
        delayed(_aged)(drawings[share], level, size, [seeds[row] for row in share])
        for share in shares
    )
    return np.concatenate(done)


def _aged(
    drawings: NDArray[np.uint8], level: Severity, size: int, seeds: Sequence[int]
) -> NDArray[np.uint8]:
    ager = _ager(level, size)
    coloured = np.repeat(drawings[..., None], 3, axis=3)
    pairs = zip(coloured, seeds, strict=True)
    return np.array([ager.age(one, seed)[..., 0] for one, seed in pairs], dtype=np.uint8).reshape(
        -1, size, size
    )


@cache
def _ager(level: Severity, size: int) -> Ager:
    return Ager(level, size)
