"""Many grey drawings aged at once, on all cores: ageing takes longer than the network that learns.

Every picture has a seed of its own, so what comes out does not depend on how work is shared out.
"""

from collections.abc import Sequence
from functools import cache

import numpy as np
from joblib import Parallel, cpu_count, delayed
from numpy.typing import NDArray

from rasm.augment.ager import Ager
from rasm.augment.severity import Severity

_WORTH = 16  # pictures for which it pays to wake another process


def aged(
    drawings: NDArray[np.uint8], level: Severity, size: int, seeds: Sequence[int]
) -> NDArray[np.uint8]:
    """N drawings (N, H, W), dark on white, aged under N seeds: (N, size, size)."""
    parts = max(1, min(cpu_count(), len(drawings) // _WORTH))
    if parts == 1:
        return _aged(drawings, level, size, seeds)
    shares = np.array_split(np.arange(len(drawings)), parts)
    done = Parallel(n_jobs=parts)(
        delayed(_aged)(drawings[share], level, size, [seeds[row] for row in share])
        for share in shares
    )
    return np.concatenate(done)


def _aged(
    drawings: NDArray[np.uint8], level: Severity, size: int, seeds: Sequence[int]
) -> NDArray[np.uint8]:
    ager = _ager(level, size)
    coloured = np.repeat(drawings[..., None], 3, axis=3)
    pairs = zip(coloured, seeds, strict=True)
    return np.array([ager.age(one, seed)[..., 0] for one, seed in pairs], dtype=np.uint8).reshape(
        -1, size, size
    )


@cache
def _ager(level: Severity, size: int) -> Ager:
    return Ager(level, size)
