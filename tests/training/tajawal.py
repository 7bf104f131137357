"""A real font as the packed rasters that networks are trained on."""

import numpy as np
from numpy.typing import NDArray

from rasm.raster.packing import pack
from tests.raster.real_glyphs import rasters_of


def tajawal() -> NDArray[np.uint8]:
    """(N, bytes)."""
    return np.stack([pack(raster.mask) for raster in rasters_of("tajawal").values()])
