"""Damage of known severity: what a camera, bad light and bad storage do to a picture.

Each kind takes a strength from 0, which leaves the picture as it is, to 1, the most that
`params.yaml` names for it, and grows with it everywhere. So of two pictures of one glyph under one
kind it is known which is the more legible. The Ager wears stone; its levels are one kind more
(`wear_at`). Lengths are pixels of pictures 128 a side, dark on light.
"""

from collections.abc import Callable
from typing import Literal, get_args

import cv2
import numpy as np
from numpy.typing import NDArray

from rasm.augment.severity import Severity

Kind = Literal[
    "defocus", "motion", "grain", "fading", "darkness", "coarseness", "chips", "scratches",
    "shadow", "compression", "thinning", "blots", "specks",
]  # fmt: skip
KINDS: tuple[str, ...] = get_args(Kind)

_Picture = NDArray[np.uint8]
_Damage = Callable[[_Picture, float, np.random.Generator], NDArray[np.floating]]


def damaged(picture: _Picture, kind: str, amount: float, seed: int) -> _Picture:
    """A picture (H, W) uint8 under so much of one kind; an amount of 0 leaves it as it is.

    Units of the amount: `defocus` pixels of the Gaussian's deviation, `motion` pixels of a straight
    smear, `grain` grey levels of the noise's deviation, `fading` and `darkness` share of the
    contrast and of the light that is lost, `coarseness` pixels that become one, less 1, `chips`
    share of the ink under patches of paper, `scratches` number of light lines, `shadow` share of
    the light lost on the dark side, `compression` what JPEG's quality of 100 is lowered by,
    `thinning` pixels that strokes lose on each side, `blots` number of patches
    of ink upon paper, `specks` share of the pixels that become black or white.

    Raises ValueError for a kind there is not.
    """
    if kind not in _MADE:
        raise ValueError(f"there is no damage '{kind}'; there are {', '.join(KINDS)}")
    if amount <= 0:
        return picture
    done = _MADE[kind](picture, amount, np.random.default_rng(seed))
    return np.rint(done).clip(0, 255).astype(np.uint8)


def wear_at(worst: Severity, strength: float) -> Severity:
    """The level whose amounts are this share of those of `worst`, every step taken.

    Turns are no damage and stay. One seed wears a letter alike at all of them.
    """

    def share(pair: tuple[float, float]) -> tuple[float, float]:
        return strength * pair[0], strength * pair[1]

    blur = 1 + round(strength * (worst.blur_px[1] - 1))
    holes = round(strength * worst.holes[1])
    patch = max(1, round(strength * worst.hole_px[1]))
    return Severity(
        name=f"{worst.name} {strength:.3f}",
        rotate_degrees=worst.rotate_degrees,
        chance=1.0 if strength else 0.0,
        elastic_alpha=strength * worst.elastic_alpha,
        elastic_sigma=worst.elastic_sigma,
        corner_px=strength * worst.corner_px,
        scale=strength * worst.scale,
        blur_px=(blur, blur),
        brightness=strength * worst.brightness,
        contrast=strength * worst.contrast,
        noise_variance=share(worst.noise_variance),
        holes=(max(1, holes), max(1, holes)),
        hole_px=(patch, patch),
        iso_colour=share(worst.iso_colour),
        iso_intensity=share(worst.iso_intensity),
    )


def _defocus(picture: _Picture, amount: float, _: np.random.Generator) -> NDArray[np.floating]:
    return _real(cv2.GaussianBlur(picture.astype(np.float32), (0, 0), amount))


def _motion(picture: _Picture, amount: float, draw: np.random.Generator) -> NDArray[np.floating]:
    side = 2 * int(np.ceil(amount / 2)) + 3
    middle, angle = side // 2, draw.uniform(0, np.pi)
    step = np.array([np.cos(angle), np.sin(angle)]) * amount / 2
    kernel = np.zeros((side, side), dtype=np.float32)
    for part in np.linspace(-1, 1, 8 * side):  # the way of a point, a pixel's worth at a time
        place = middle + part * step
        i, j = (int(value) for value in np.floor(place))
        x, y = place - np.floor(place)
        kernel[j : j + 2, i : i + 2] += np.outer([1 - y, y], [1 - x, x])
    return _real(cv2.filter2D(picture.astype(np.float32), cv2.CV_32F, kernel / kernel.sum()))


def _grain(picture: _Picture, amount: float, draw: np.random.Generator) -> NDArray[np.floating]:
    return picture + draw.normal(0, amount, picture.shape)


def _fading(picture: _Picture, amount: float, _: np.random.Generator) -> NDArray[np.floating]:
    level = float(np.median(picture))
    return level + (1 - amount) * (picture - level)


def _darkness(picture: _Picture, amount: float, draw: np.random.Generator) -> NDArray[np.floating]:
    """Less light, and the same noise of the sensor, amplified in neither."""
    return (1 - amount) * picture + draw.normal(0, 4, picture.shape)


def _coarseness(picture: _Picture, amount: float, _: np.random.Generator) -> NDArray[np.floating]:
    height, width = picture.shape
    size = max(2, round(width / (1 + amount))), max(2, round(height / (1 + amount)))
    small = cv2.resize(picture.astype(np.float32), size, interpolation=cv2.INTER_AREA)
    return _real(cv2.resize(small, (width, height), interpolation=cv2.INTER_CUBIC))


def _chips(picture: _Picture, amount: float, draw: np.random.Generator) -> NDArray[np.floating]:
    """Patches of the paper's own grey, a tenth of the picture's side across, upon ink."""
    reach, paper = max(1, picture.shape[1] // 20), float(np.median(picture))
    done, ink = picture.astype(np.float32), _dark(picture)
    left = (1 - amount) * ink.sum()
    while ink.sum() > left:
        row, column = draw.choice(np.argwhere(ink))
        rows, columns = (slice(max(0, at - reach), at + reach + 1) for at in (row, column))
        done[rows, columns], ink[rows, columns] = paper, False
    return done


def _scratches(picture: _Picture, amount: float, draw: np.random.Generator) -> NDArray[np.floating]:
    """Lines of the paper's own grey across the whole picture, each through some ink."""
    done, places = picture.copy(), np.argwhere(_dark(picture))
    far = sum(picture.shape)
    for _ in range(round(amount) if len(places) else 0):
        (row, column), angle = draw.choice(places), draw.uniform(0, np.pi)
        x, y = round(far * np.cos(angle)), round(far * np.sin(angle))
        ends = (int(column) - x, int(row) - y), (int(column) + x, int(row) + y)
        cv2.line(done, *ends, float(np.median(picture)), 3, cv2.LINE_AA)
    return done.astype(np.float32)


def _blots(picture: _Picture, amount: float, draw: np.random.Generator) -> NDArray[np.floating]:
    """Round patches of the ink's own grey, a tenth of the picture's side across."""
    done, paper = picture.copy(), np.argwhere(~_dark(picture))
    for _ in range(round(amount) if len(paper) else 0):
        row, column = draw.choice(paper).tolist()
        cv2.circle(done, (column, row), picture.shape[1] // 20, float(picture.min()), -1)
    return done.astype(np.float32)


def _specks(picture: _Picture, amount: float, draw: np.random.Generator) -> NDArray[np.floating]:
    chance = draw.uniform(size=picture.shape)
    return np.where(chance < amount / 2, 0.0, np.where(chance < amount, 255.0, picture))


def _dark(picture: _Picture) -> NDArray[np.bool_]:
    """Pixels nearer to the darkest than to the paper, (H, W)."""
    paper, darkest = float(np.median(picture)), float(picture.min())
    return np.asarray(picture < (paper + darkest) / 2, dtype=np.bool_)


def _shadow(picture: _Picture, amount: float, draw: np.random.Generator) -> NDArray[np.floating]:
    """Light that falls off to one side, where no more than 1 - `amount` of it is left."""
    y, x = np.mgrid[-1 : 1 : picture.shape[0] * 1j, -1 : 1 : picture.shape[1] * 1j]
    angle = draw.uniform(0, 2 * np.pi)
    along = (np.cos(angle) * x + np.sin(angle) * y) / np.sqrt(2)
    return np.asarray(picture * (1 - amount * (1 + along) / 2), dtype=np.float64)


def _compression(picture: _Picture, amount: float, _: np.random.Generator) -> NDArray[np.floating]:
    quality = max(1, round(100 - amount))
    coded = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    return _real(cv2.imdecode(coded, cv2.IMREAD_GRAYSCALE))


def _thinning(picture: _Picture, amount: float, _: np.random.Generator) -> NDArray[np.floating]:
    """Light grows into the ink; parts of a pixel by mixing two whole numbers of them."""
    low = int(amount)

    def grown(radius: int) -> NDArray[np.floating]:
        brush = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1,) * 2)
        return _real(cv2.dilate(picture, brush))

    return (1 - (amount - low)) * grown(low) + (amount - low) * grown(low + 1)


def _real(picture: object) -> NDArray[np.floating]:
    return np.asarray(picture, dtype=np.float32)


_MADE: dict[str, _Damage] = {
    "defocus": _defocus,
    "motion": _motion,
    "grain": _grain,
    "fading": _fading,
    "darkness": _darkness,
    "coarseness": _coarseness,
    "chips": _chips,
    "scratches": _scratches,
    "shadow": _shadow,
    "compression": _compression,
    "thinning": _thinning,
    "blots": _blots,
    "specks": _specks,
}
