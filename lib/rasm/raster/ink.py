"""The ink of any picture: dark on light or light on dark, grey or colour, large or small.

What a drawing has in common with a glyph of a font is which pixels are ink. The kind of pixel that
fills the border is the background, and ink is what stands out from it, darker or lighter.
Photographs are lit unevenly, so that paper in one corner may be darker than ink in another: then
the background's brightness everywhere is concluded from that on the border.
"""

from collections.abc import Callable, Sequence
from math import ceil
from typing import TYPE_CHECKING, Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from rasm.raster.fill import Mask
from rasm.raster.packing import pack

if TYPE_CHECKING:  # who only looks for ink can do without PyTorch
    from torch import Tensor


# Constants of the method: use has no params, and must see what training saw.
_CONTRAST = 16  # grey levels that ink and background must differ by, on average
_CLEAN = 0.05  # blur and noise alone leave less of the variance unexplained
_CLEARLY = 0.7  # soft strokes across the border bend a surface too, but explain little more so
_CALM = 1e-3  # keeps the surface from bending where no background shows on the border
_SURELY_KEPT = 0.375  # the least that a line one pixel wide fills of some pixel wherever it runs


def ink_of(picture: NDArray[np.uint8]) -> Mask:
    """Mask (H, W) of the ink of a picture (H, W) or (H, W, 3) uint8, by its luminance.

    What stands out is found by the threshold of Otsu 1979. Where that leaves much unexplained, the
    background is not taken for one level but for a quadratic surface: light that falls off to a
    side or to the corners is evened out, the edge of a cast shadow is not. Ink must cover less than
    half of the border.

    Raises ValueError when the picture is of another shape or type, or all but blank.
    """
    grey_or_rgb = picture.ndim == 2 or picture.shape[2:] == (3,)
    if not grey_or_rgb or picture.dtype != np.uint8 or not picture.size:
        raise ValueError(
            f"a picture is (H, W) or (H, W, 3) uint8, this is {picture.shape} {picture.dtype}"
        )
    grey = picture
    if picture.ndim == 3:
        grey = np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), dtype=np.uint8)
    light = _border(_upper(grey))
    seen = light if light.mean() >= 0.5 else ~light
    level = float(np.median(_border(grey)[seen]))
    flat = _part(grey, np.float32(level))
    even = flat if flat.unexplained < _CLEAN else _evened(grey, seen, level)
    if min(flat.contrast, even.contrast) < _CONTRAST:
        raise ValueError("the picture is blank: no ink stands out from its background")
    return even.ink if even.unexplained < _CLEARLY * flat.unexplained else flat.ink


def fitted(mask: Mask, size: int, rim: int) -> Mask:
    """The ink in the middle of a picture (size, size), its longer side size - 2 * rim pixels.

    A pixel is ink when it is half full. That would tear strokes thinner than two of the new pixels:
    of those a pixel is ink when it is as full as a line one old pixel wide would make it.

    Raises ValueError when there is no ink.
    """
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    if not len(rows):
        raise ValueError("the mask is empty: there is no ink to fit")
    cut = mask[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1].astype(np.float32)
    scale = (size - 2 * rim) / max(cut.shape)
    height, width = (max(1, round(side * scale)) for side in cut.shape)
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    brush = np.ones((ceil(2 / scale),) * 2, dtype=np.uint8)
    thick = cv2.morphologyEx(cut, cv2.MORPH_OPEN, brush)
    full, thin = (
        cv2.resize(part, (width, height), interpolation=way) for part in (cut, cut - thick)
    )
    kept = (full >= 0.5) | ((thin > 0) & (full >= _SURELY_KEPT * min(1, scale)))
    placed = np.zeros((size, size), dtype=np.bool_)
    top, left = (size - height) // 2, (size - width) // 2
    placed[top : top + height, left : left + width] = kept
    return placed


def packed_masks(pictures: Sequence[NDArray[np.uint8]], fit: Callable[[Mask], Mask]) -> "Tensor":
    """Pictures (H, W) or (H, W, 3) uint8 to packed masks (N, S * S / 8) uint8.

    `fit` sets the ink of each into a picture (S, S). Raises ValueError when there are no pictures,
    and naming the place, counted from 0, of one that is blank or no such picture.
    """
    import torch

    if not len(pictures):
        raise ValueError("there are no pictures to view")
    return torch.from_numpy(np.stack([_packed(*one, fit) for one in enumerate(pictures)]))


def _packed(
    place: int, picture: NDArray[np.uint8], fit: Callable[[Mask], Mask]
) -> NDArray[np.uint8]:
    try:
        return pack(fit(ink_of(picture)))
    except ValueError as error:
        raise ValueError(f"picture {place}: {error}") from None


class _Parted(NamedTuple):
    ink: Mask
    contrast: float  # grey levels between the means of the two kinds
    unexplained: float  # share of the variance that is within the kinds


def _part(grey: NDArray[np.uint8], background: np.float32 | NDArray[np.float32]) -> _Parted:
    """What stands out from the background, either way."""
    far = np.rint(np.abs(grey - background)).clip(max=255).astype(np.uint8)
    ink = _upper(far)
    above, below = far[ink], far[~ink]
    if not len(above) or not len(below):
        return _Parted(ink, 0.0, 0.0)
    within = (len(above) * above.var() + len(below) * below.var()) / far.size
    return _Parted(ink, float(above.mean() - below.mean()), float(within / far.var()))


def _evened(grey: NDArray[np.uint8], seen: Mask, level: float) -> _Parted:
    """What stands out from a surface through the pixels `seen` of the border.

    The dark side of paper may be among the ink at first; the second surface goes through it too.
    """
    first = _part(grey, _surface(grey, seen, level))
    return _part(grey, _surface(grey, seen | ~_border(first.ink), level))


def _surface(grey: NDArray[np.uint8], seen: Mask, level: float) -> NDArray[np.float32]:
    """Quadratic surface (H, W) by least squares through the pixels `seen` of the border."""
    y, x = np.ix_(*(np.linspace(-1, 1, side, dtype=np.float32) for side in grey.shape))
    terms = [np.ones_like(x), x, x * x, y, y * y, x * y]
    known = np.stack([_border(np.broadcast_to(term, grey.shape))[seen] for term in terms], axis=1)
    normal = known.T @ known + _CALM * len(known) * np.eye(len(terms))
    bends = np.linalg.solve(normal, known.T @ (_border(grey)[seen] - level)).astype(np.float32)
    surface = sum((bend * term for bend, term in zip(bends, terms, strict=True)), np.float32(level))
    return np.asarray(surface, dtype=np.float32)


def _upper(levels: NDArray[np.uint8]) -> Mask:
    """The pixels above the threshold that parts them into two kinds best."""
    _, parted = cv2.threshold(levels, 0, 1, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    return np.asarray(parted, dtype=np.bool_)


def _border(values: NDArray[Any]) -> NDArray[Any]:
    return np.concatenate([values[0], values[-1], values[1:-1, 0], values[1:-1, -1]])
