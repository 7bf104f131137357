"""Pictures of any origin as masks that a recogniser of glyphs was trained on.

A font tells how large a glyph is, a picture does not: marks were drawn at half the size of letters.
So each picture is fitted twice, as a letter and as a mark, and the recogniser is asked about both.
"""

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from rasm.corpora.pictures import PictureError, open_picture
from rasm.raster.fill import Mask
from rasm.raster.glyph import RasterPolicy
from rasm.raster.ink import fitted

if TYPE_CHECKING:
    from PIL.Image import Image

    AnyPicture = Path | str | Image | NDArray[Any]
    """A file, or an open picture, or pixels (H, W), (H, W, 3) or (H, W, 4) uint8."""

MOST_PIXELS = 100_000_000
"""Of a picture that is opened, unless told otherwise."""
_APART = 0.4  # of the longer side; of glyphs of validation families 95% hold together closer
_MOST_PARTS = 1000  # more are noise, and no characters to be cut out
_MAGIC = {
    b"\x89PNG\r\n\x1a\n": ".png",
    b"\xff\xd8\xff": ".jpg",
    b"RIFF": ".webp",
    b"II*\0": ".tif",
    b"MM\0*": ".tif",
}


class Box(NamedTuple):
    """Where a character lies, in pixels from the upper left; right and bottom are past the end."""

    left: int
    top: int
    right: int
    bottom: int


def decode_picture(data: bytes, most_pixels: int = MOST_PIXELS) -> NDArray[np.uint8]:
    """Pixels (H, W, 3) of the bytes of a PNG, JPEG, WebP or TIFF file.

    Raises PictureError with the reason when they are none of these, cut off, or more than
    `most_pixels`, which the header tells before anything is unpacked.
    """
    suffix = next((suffix for start, suffix in _MAGIC.items() if data.startswith(start)), None)
    if suffix is None:
        raise PictureError("empty file" if not data else "no PNG, JPEG, WebP or TIFF picture")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"picture{suffix}"
        path.write_bytes(data)
        return open_picture(path, "rgb", most_pixels)


def pixels_of(picture: "AnyPicture") -> NDArray[np.uint8]:
    """Pixels (H, W) or (H, W, 3) uint8; what is transparent shows white paper.

    Raises PictureError where a file cannot be read, ValueError for an array of another kind.
    """
    if isinstance(picture, str | Path):
        return open_picture(Path(picture), "rgb", MOST_PIXELS)
    if not isinstance(picture, np.ndarray):
        picture = np.asarray(picture.convert("RGBA"), dtype=np.uint8)
    if picture.dtype == np.uint8 and picture.ndim == 3 and picture.shape[2] == 4:
        opaque = picture[..., 3:].astype(np.float32) / 255
        paper = picture[..., :3] * opaque + 255 * (1 - opaque)
        return np.rint(paper).astype(np.uint8)
    return picture


def fitted_masks(
    inks: Sequence[Mask], policy: RasterPolicy
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Masks (N, S, S) of inks (H, W) as `policy` draws letters, and as it draws marks."""
    sizes = (policy.size, policy.diacritic_size)
    letters, marks = (
        np.zeros((len(inks), policy.size, policy.size), dtype=np.bool_) for _ in sizes
    )
    for size, masks in zip(sizes, (letters, marks), strict=True):
        for mask, ink in zip(masks, inks, strict=True):
            drawn = fitted(ink, size, 0)
            top, left = (int(drawn.any(axis=axis).argmax()) for axis in (1, 0))
            if policy.anchor == "top_left":
                mask[:size, :size] = np.roll(drawn, (-top, -left), axis=(0, 1))
            else:
                corner = (policy.size - size) // 2
                mask[corner : corner + size, corner : corner + size] = drawn
    return letters, marks


def boxes_apart(ink: Mask) -> tuple[Box, ...]:
    """Boxes of the groups of ink (H, W) that lie far apart, from the left; one of a whole glyph.

    A glyph's dots belong to it, however it is drawn; what lies further away than glyphs of fonts
    ever keep their parts, beside the longer side of all the ink, may be another character.
    """
    count, _, found, _ = cv2.connectedComponentsWithStats(ink.astype(np.uint8), connectivity=8)
    if not 1 < count <= _MOST_PARTS:
        return ()
    # A quarter of the time in which `rasm` starts, and most pictures hold one glyph.
    from scipy.sparse.csgraph import connected_components

    start = found[1:, :2].astype(np.int64)
    end = start + found[1:, 2:4]
    gaps = np.maximum(0, np.maximum(start[:, None] - end, start - end[:, None]))
    near = np.hypot(*gaps.transpose(2, 0, 1)) <= _APART * (end.max(0) - start.min(0)).max()
    groups, group = connected_components(near, directed=False)
    boxes = (
        Box(*start[group == one].min(0).tolist(), *end[group == one].max(0).tolist())
        for one in range(groups)
    )
    return tuple(sorted(boxes))
