"""Pictures made easier to look at: each step takes a grey picture and gives one, and keeps nothing.

All are (H, W) uint8 to (H, W) uint8, but for `cropped_to_ink`, which gives a smaller one. What they
win and lose when letters are looked up stands in LOG.md, 2026-11-27; no step is taken unasked,
because networks were trained on what `inputs` shows them.
"""

from collections.abc import Callable, Iterable

import cv2
import numpy as np
from numpy.typing import NDArray

from rasm.raster.ink import ink_of

GreyPicture = NDArray[np.uint8]

# Constants of the steps.
_TILES, _CLIP = 8, 2.0  # CLAHE: parts a side, and times an even histogram that a grey may have
_ENDS = (1.0, 99.0)  # percent of the pixels, which become black and white
_NEAR, _FAR = 7, 21  # pixels, of the patches and of the search of non-local means
_MIDDLE = 0.5  # share of white that brightness is brought to
_SIGMA, _AMOUNT = 1.5, 1.0  # of the unsharp mask: pixels, and times what the blur takes away
_RIM = 0.125  # of the longer side, left around the ink


def equalized(picture: GreyPicture) -> GreyPicture:
    """Contrast evened out part by part, within limits: CLAHE (Zuiderveld 1994)."""
    worker = cv2.createCLAHE(clipLimit=_CLIP, tileGridSize=(_TILES, _TILES))
    return np.asarray(worker.apply(picture), dtype=np.uint8)


def denoised(picture: GreyPicture) -> GreyPicture:
    """Each pixel a mean of those whose surroundings look alike (Buades, Coll and Morel 2005).

    How much they may differ goes by the noise of this picture, Immerkaer's estimate over all of it:
    one without noise comes out as it was.
    """
    second = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], dtype=np.float32)
    left = np.abs(cv2.filter2D(picture.astype(np.float32), cv2.CV_32F, second))
    noise = float(np.median(left)) / (0.6745 * 6)
    if noise < 0.5:  # of a grey level
        return picture
    done = cv2.fastNlMeansDenoising(picture, None, noise, _NEAR, _FAR)
    return np.asarray(done, dtype=np.uint8)


def sharpened(picture: GreyPicture) -> GreyPicture:
    """Edges enhanced by an unsharp mask: what a blur would take away is added once more."""
    blurred = cv2.GaussianBlur(picture, (0, 0), _SIGMA)
    return np.asarray(cv2.addWeighted(picture, 1 + _AMOUNT, blurred, -_AMOUNT, 0), dtype=np.uint8)


def stretched(picture: GreyPicture) -> GreyPicture:
    """Contrast over the full range: the darkest percent becomes black, the lightest white."""
    low, high = np.percentile(picture, _ENDS)
    if high - low < 1:
        return picture
    levels = (picture.astype(np.float32) - low) * (255 / (high - low))
    return np.asarray(np.rint(levels).clip(0, 255), dtype=np.uint8)


def brightened(picture: GreyPicture) -> GreyPicture:
    """The mean brought to the middle by an exponent, which leaves black and white as they are.

    The exponent g solves mean^g = 0.5 and is kept within 1/3 and 3.
    """
    mean = float(np.clip(picture.mean() / 255, 0.01, 0.99))
    exponent = float(np.clip(np.log(_MIDDLE) / np.log(mean), 1 / 3, 3))
    table = 255 * (np.arange(256) / 255) ** exponent
    return np.rint(table).astype(np.uint8)[picture]


def dark_on_light(picture: GreyPicture) -> GreyPicture:
    """The picture, or its negative where the ink is lighter than its background.

    Raises ValueError where it is blank.
    """
    ink = ink_of(picture)
    return ~picture if picture[ink].mean() > picture[~ink].mean() else picture


def cropped_to_ink(picture: GreyPicture) -> GreyPicture:
    """The box of the ink with an eighth of its longer side around, as far as the picture goes.

    Raises ValueError where it is blank.
    """
    ink = ink_of(picture)
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    rim = round(_RIM * (max(rows[-1] - rows[0], columns[-1] - columns[0]) + 1))
    top, left = max(0, rows[0] - rim), max(0, columns[0] - rim)
    return picture[top : rows[-1] + rim + 1, left : columns[-1] + rim + 1]


Step = Callable[[GreyPicture], GreyPicture]
STEPS: dict[str, Step] = {
    "clahe": equalized,
    "denoise": denoised,
    "sharpen": sharpened,
    "contrast": stretched,
    "brightness": brightened,
    "polarity": dark_on_light,
    "crop": cropped_to_ink,
}
"""Each step by the name that a user gives it."""
BASIC = ("brightness", "contrast")
"""For pictures that are merely lit badly."""
ARTIFACT = ("denoise", "clahe", "sharpen")
"""For carvings with little contrast."""


def require_steps(names: Iterable[str]) -> None:
    """Raise ValueError for a step that there is not."""
    for name in names:
        if name not in STEPS:
            raise ValueError(f"there is no step '{name}'; there are {', '.join(STEPS)}")


def enhanced(picture: NDArray[np.uint8], steps: Iterable[str]) -> GreyPicture:
    """A picture (H, W) or (H, W, 3) uint8 through these steps of `STEPS`, in their order.

    Raises ValueError for a step that there is not.
    """
    steps = tuple(steps)
    require_steps(steps)
    grey = picture
    if picture.ndim == 3:
        grey = np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), dtype=np.uint8)
    for name in steps:
        grey = STEPS[name](grey)
    return grey
