"""What a GPU allows: how exactly it computes, how many feed it, how often it must wait for a step.

A large GPU takes a whole batch at once; a small one takes a part of it, several times, and steps
then. The table names three GPUs and two kinds of all others; the first row that fits counts. Where
it leaves a number open, memory decides as it does in the rows that name one: parts double until
they would fill 80 GB together, and processes times parts is 16.
"""

from dataclasses import dataclass
from typing import Literal

import torch

Precision = Literal["32-true", "bf16-mixed", "16-mixed"]

_GIB = 2**30
_WHOLE = 72 * _GIB  # what 80 GB leave when the driver has taken its share, and something to spare
_WORKERS = 16


@dataclass(frozen=True)
class GpuSettings:
    """`precision` of training, `workers` that prepare pictures, `accumulate` batches a step.

    Workers are what the GPU can use; no more than there are processor cores are worth starting.
    """

    precision: Precision
    workers: int
    accumulate: int


@dataclass(frozen=True)
class _Row:
    """GPUs whose name holds `name`, of at least this memory and compute capability.

    None is a number that memory decides.
    """

    name: str
    gib: int
    capability: tuple[int, int]
    precision: Precision
    workers: int | None
    accumulate: int | None


# From the specification of the classifier of image folders. The RTX 3090 knows bf16 too; its row
# asks for fp16 all the same. The memory told lies a little below the nominal one.
_TABLE = (
    _Row("A100", 72, (8, 0), "bf16-mixed", 16, 1),  # 80 GB
    _Row("A100", 36, (8, 0), "bf16-mixed", 8, 2),  # 40 GB
    _Row("RTX 3090", 20, (8, 0), "16-mixed", 4, 4),  # 24 GB
    _Row("", 0, (8, 0), "bf16-mixed", None, None),  # any other from Ampere on
    _Row("", 0, (0, 0), "16-mixed", 4, 4),  # before Ampere
)


def settings_for(name: str, capability: tuple[int, int], memory: int) -> GpuSettings:
    """Settings for a GPU by its name, compute capability and `memory` in bytes.

    >>> settings_for("NVIDIA A100-SXM4-40GB", (8, 0), 42_298_834_944)
    GpuSettings(precision='bf16-mixed', workers=8, accumulate=2)
    """
    row = next(
        row
        for row in _TABLE
        if row.name in name and memory >= row.gib * _GIB and capability >= row.capability
    )
    parts = _parts(memory)
    return GpuSettings(
        row.precision,
        row.workers or max(1, _WORKERS // parts),
        row.accumulate or parts,
    )


def detect() -> GpuSettings | None:
    """Settings for the GPU that PyTorch computes on; None where it sees none."""
    if not torch.cuda.is_available():
        return None
    gpu = torch.cuda.get_device_properties(torch.cuda.current_device())
    return settings_for(gpu.name, (gpu.major, gpu.minor), gpu.total_memory)


def _parts(memory: int) -> int:
    """The smallest power of two that this memory must be taken times to be 80 GB."""
    parts = 1
    while parts * memory < _WHOLE:
        parts *= 2
    return parts
