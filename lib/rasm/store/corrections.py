"""What people said that pictures show, as the page and `rasm review` hand it out, to be taken back.

The page saves one correction as a JSON file, a review is a file of JSON lines. Both have the same
fields: `right` is the label, null where nobody gave one, and `mask` the picture as bits.
"""

import base64
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, Field

from rasm.store.json_file import MOST_OF_FILE, parse_json, parse_json_lines
from rasm.store.regular_file import read_regular

_ADVICE = "give a correction that the page saved, or the lines of `rasm review`"


class MaskBits(BaseModel, frozen=True, extra="forbid"):
    """A picture (side, side), ink 1, row by row, eight pixels a byte, in base64."""

    side: int = Field(ge=1, le=4096)
    bits: str


class Correction(BaseModel, frozen=True):
    """One picture and what it shows."""

    kind: Literal["rasm correction"]
    collection: str
    """Corpus that was asked."""
    right: str | None
    mask: MaskBits
    picture: str | None = None
    """File that the mask was read of."""

    def pixels(self) -> NDArray[np.uint8]:
        """The mask dark on light, (side, side). Raises ValueError for bits that do not fill it."""
        side = self.mask.side
        try:
            data = base64.b64decode(self.mask.bits, validate=True)
        except ValueError as error:
            raise ValueError(f"the bits of a mask are no base64 ({error})") from None
        bits = np.unpackbits(np.frombuffer(data, dtype=np.uint8))
        if not side**2 <= len(bits) < side**2 + 8:
            raise ValueError(f"{len(bits)} bits are no mask of {side} pixels a side")
        return np.where(bits[: side**2].reshape(side, side), 0, 255).astype(np.uint8)


def mask_bits(mask: NDArray[np.bool_]) -> MaskBits:
    """A mask (S, S) as bits."""
    return MaskBits(side=len(mask), bits=base64.b64encode(np.packbits(mask).tobytes()).decode())


def read_corrections(path: Path) -> list[Correction]:
    """The corrections of a file; `.jsonl` is a review. Raises ValueError naming file and field."""
    content = read_regular(path, 16 * MOST_OF_FILE)
    if path.suffix == ".jsonl":
        lines = (line for line in content.splitlines() if line.strip())
        return list(parse_json_lines(lines, path, Correction, _ADVICE))
    return [parse_json(content, path, Correction, _ADVICE)]
