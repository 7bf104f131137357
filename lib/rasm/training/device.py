"""Where and how exactly to compute: found out, never assumed.

A GPU computes as the table in gpus.py says. A processor uses bf16 where it multiplies that natively
(AMX or AVX512-BF16, several times faster), and float32 elsewhere. Parameters stay float32.
"""

from typing import TYPE_CHECKING, Literal

import torch
from pydantic import BaseModel

from rasm.training.gpus import Precision, detect

if TYPE_CHECKING:
    from lightning_fabric import Fabric


class Compute(BaseModel, frozen=True, extra="forbid"):
    """Section `compute` of params.yaml: the machine that training runs on."""

    accelerator: Literal["auto", "cpu", "cuda"] = "auto"
    precision: Literal["auto"] | Precision = "auto"
    compile: bool = False


def resolve(compute: Compute) -> tuple[torch.device, Precision]:
    """What `auto` comes to here; a GPU is allowed TF32 for the float32 that remains.

    Raises ValueError when CUDA is asked for and absent.
    """
    has_cuda = torch.cuda.is_available()
    if compute.accelerator == "cuda" and not has_cuda:
        raise ValueError("compute.accelerator is cuda, but PyTorch sees no CUDA device: use auto")
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


def describe(fabric: "Fabric") -> dict[str, str]:
    """What `auto` came to: results differ in the last digits between these."""
    precision = str(fabric._precision.precision)
    return {"accelerator": fabric.device.type, "precision": precision}


def has_fast_bf16() -> bool:
    """Whether the processor multiplies bfloat16 natively."""
    return bool(torch.cpu._is_amx_tile_supported() or torch.cpu._is_avx512_bf16_supported())
