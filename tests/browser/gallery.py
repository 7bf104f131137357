"""Looking up in the gallery of a made page, in Python."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rasm.service.page.networks import DIMENSION


def cosines_of_labels(placed: NDArray[np.float32], gallery: Path) -> NDArray[np.float32]:
    """Of embeddings (N, DIMENSION) the cosine to the nearest entry of each label, (N, L)."""
    content = gallery.read_bytes()
    count = len(content) // (DIMENSION + 2)
    levels = np.frombuffer(content, dtype=np.int8, count=count * DIMENSION).reshape(count, -1)
    owners = np.frombuffer(content, dtype="<u2", offset=count * DIMENSION).astype(np.int64)
    vectors = levels / np.linalg.norm(levels, axis=1, keepdims=True)
    found = np.full((len(placed), owners.max() + 1), -1, dtype=np.float32)
    for row, cosines in zip(found, placed @ vectors.T, strict=True):
        np.maximum.at(row, owners, cosines.astype(np.float32))
    return found
