"""Open a picture that somebody sends: as pixels, or a reason why not.

Folders of photographs hold everything: cut-off downloads, text files with a picture's name, scans
of half a gigabyte, transparency, CMYK from print shops, cameras held sideways. What has one plain
meaning becomes 8-bit grey or RGB; the rest is refused with a `PictureError` whose text is the
reason, so that one bad file never ends the import of a folder.

* Transparent parts show white paper. Of several frames or pages the first counts. Rotation noted by
  the camera (EXIF) is carried out. 16 bits are reduced to 8. Colour profiles are not applied.
* A file must hold what its name says: what is mislabelled is mostly a download gone wrong, and
  other programs refuse it too.
* Pixels of 32 bits (floats, integers) are refused: nothing says which value is white.
"""

import warnings
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from rasm.store.regular_file import require_regular

Colour = Literal["grey", "rgb"]

FORMATS = {
    ".png": "PNG",
    ".jpg": "JPEG",
    ".jpeg": "JPEG",
    ".webp": "WEBP",
    ".tif": "TIFF",
    ".tiff": "TIFF",
}
"""What each suffix, in lower case, promises."""
_SAME = {"MPO": "JPEG"}  # several JPEG pictures in one file, as some cameras write
_OTHERS = ("GIF", "BMP")  # opened only to say what a mislabelled file is


class PictureError(ValueError):
    """A picture that cannot be used; the message is the reason."""


def open_picture(path: Path, colour: Colour, max_pixels: int) -> NDArray[np.uint8]:
    """Pixels of a picture file, (H, W) for grey or (H, W, 3) for rgb, uint8.

    Raises PictureError with the reason when the file is unreadable, truncated, not what its suffix
    says, or has more than `max_pixels` pixels.
    """
    expected = FORMATS.get(path.suffix.lower())
    if expected is None:
        raise PictureError(f"not a picture by its name: {' '.join(FORMATS)} are")
    try:
        require_regular(path)
        with warnings.catch_warnings(), path.open("rb") as file:
            # What Pillow warns about is either harmless here, such as broken camera notes, or
            # checked below, such as size.
            warnings.simplefilter("ignore")
            with Image.open(file, formats=(*set(FORMATS.values()), *_OTHERS)) as image:
                _check(image, expected, max_pixels)
                image.load()
                return _pixels(_upright(image), colour)
    except PictureError:
        raise
    except UnidentifiedImageError:
        empty = path.stat().st_size == 0
        raise PictureError("empty file" if empty else f"no {expected} picture") from None
    except Image.DecompressionBombError:
        raise PictureError(f"more than {max_pixels} pixels") from None
    except Exception as error:  # broken bytes may raise anything inside Pillow
        reason = f"cannot be read: {str(error) or type(error).__name__}"
        raise PictureError(reason.replace(str(path), path.name)) from None


def _check(image: Image.Image, expected: str, max_pixels: int) -> None:
    found = _SAME.get(image.format or "", image.format)
    if found != expected:
        raise PictureError(f"mislabelled: named as {expected}, but holds {found}")
    if image.width * image.height > max_pixels:
        raise PictureError(f"{image.width}x{image.height} is more than {max_pixels} pixels")


def _upright(image: Image.Image) -> Image.Image:
    try:
        return ImageOps.exif_transpose(image)
    except Exception:  # camera notes that do not parse, which say nothing of rotation
        return image


def _pixels(image: Image.Image, colour: Colour) -> NDArray[np.uint8]:
    if image.mode.startswith("I;16"):
        levels = np.asarray(image, dtype=np.uint32)
        image = Image.fromarray(((levels + 128) // 257).astype(np.uint8))
    elif image.mode in ("I", "F"):
        raise PictureError("pixels of 32 bits, without a white: save it with 8 or 16 bits")
    if image.has_transparency_data:
        image = image.convert("RGBA")
        paper = Image.new("RGBA", image.size, "white")
        image = Image.alpha_composite(paper, image).convert("RGB")
    return np.array(image.convert("L" if colour == "grey" else "RGB"), dtype=np.uint8)
