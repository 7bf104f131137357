"""Embeddings whose distances are known: unit vectors in the plane, by their angle.

Two that are 60 degrees apart are 1 apart, 90 degrees sqrt(2), 180 degrees 2.
"""

import numpy as np
from numpy.typing import NDArray


def at(*degrees: float) -> NDArray[np.float32]:
    """Unit vectors (N, 2) at these angles."""
    angles = np.radians(degrees)
    return np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)
