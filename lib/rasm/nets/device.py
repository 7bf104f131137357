"""Where and how exactly to compute: found out, never assumed.

A GPU computes as the table below says. A processor uses bf16 where it multiplies that natively
(AMX or AVX512-BF16, several times faster), and float32 elsewhere. Parameters stay float32.

A large GPU takes a whole batch at once; a small one takes a part of it, several times, and steps
then. The table names three GPUs and two kinds of all others; the first row that fits counts. Where
it leaves a number open, memory decides as it does in the rows that name one: parts double until
they would fill 80 GB together, and processes times parts is 16.

What it came to is told by name, since seconds mean nothing without the machine, and last digits
differ between machines.
"""

import os
import platform
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import torch

from rasm.nets.compute import Compute, Precision

if TYPE_CHECKING:
    from lightning_fabric import Fabric


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


def resolve(compute: Compute) -> tuple[torch.device, Precision]:
    """What `auto` comes to here; a GPU is allowed TF32 for the float32 that remains.

    Raises ValueError when CUDA is asked for and absent.
    """
    has_cuda = torch.cuda.is_available()
    if compute.accelerator == "cuda" and not has_cuda:
        raise ValueError("accelerator is cuda, but PyTorch sees no CUDA device: use auto")
    use_cuda = has_cuda and compute.accelerator != "cpu"
    precision = compute.precision
    if precision == "auto":
        gpu = detect() if use_cuda else None
        precision = gpu.precision if gpu else "bf16-mixed" if has_fast_bf16() else "32-true"
    if use_cuda:
        torch.set_float32_matmul_precision("high")
    return torch.device("cuda" if use_cuda else "cpu"), precision


def make_fabric(compute: Compute) -> "Fabric":
    """A launched single-device Fabric. Raises ValueError as `resolve` does."""
    # It takes as long to import as PyTorch, and who only asks networks can do without.
    from lightning_fabric import Fabric

    device, precision = resolve(compute)
    fabric = Fabric(accelerator=device.type, devices=1, precision=precision)
    fabric.launch()
    return fabric


def autocast(device: torch.device, precision: Precision) -> torch.autocast:
    """What `Fabric.autocast` does, without Fabric."""
    halves = {"bf16-mixed": torch.bfloat16, "16-mixed": torch.float16}.get(precision)
    return torch.autocast(device.type, halves, enabled=halves is not None)


def describe_fabric(fabric: "Fabric") -> dict[str, str]:
    """What `auto` came to: results differ in the last digits between these."""
    precision = str(fabric._precision.precision)
    return {"accelerator": fabric.device.type, "precision": precision}


def machine_of(fabric: "Fabric") -> str:
    """Processor, cores, GPU where it is used, and precision."""
    used = describe_fabric(fabric)
    gpu = [torch.cuda.get_device_name()] if used["accelerator"] == "cuda" else []
    return ", ".join([processor(), f"{os.cpu_count()} cores", *gpu, used["precision"]])


def processor() -> str:
    """The model of the processor, as exactly as the system tells."""
    path = Path("/proc/cpuinfo")
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    models = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return models[0] if models else platform.processor() or platform.machine()


def has_fast_bf16() -> bool:
    """Whether the processor multiplies bfloat16 natively."""
    return bool(torch.cpu._is_amx_tile_supported() or torch.cpu._is_avx512_bf16_supported())
