"""Characters of fonts as an unsteady hand draws them: pictures that somebody might bring."""

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray

from rasm.augment.waves import waved
from rasm.inputs.pictures import PixelArray
from rasm.inputs.scripts import ScriptInputParams, ScriptInputs

_CHUNK = 512  # pictures bent at once


def waved_drawings(
    pictures: Sequence[PixelArray], params: ScriptInputParams, strength: float, seed: int
) -> list[NDArray[np.uint8]]:
    """The characters of N pictures bent by `waved`, (S, S) each, dark on white.

    They are worn down to lines by `params`, and S is the side of these skeletons.
    """
    lines = ScriptInputs.of(pictures, params, torch.device("cpu")).skeletons
    generator = torch.Generator().manual_seed(seed)
    parts = [
        waved(part, strength, params.picture, generator) for part in torch.split(lines, _CHUNK)
    ]
    ink = torch.cat(parts)[:, 0].clamp(0, 1)
    return list((255 * (1 - ink)).round().to(torch.uint8).numpy())
