"""Where and how exactly to compute: found out, never assumed.

bf16 is used where the hardware multiplies it natively (GPUs from Ampere on, processors with AMX
or AVX512-BF16, where it trains several times faster); elsewhere float32. Parameters stay float32.
"""

from typing import TYPE_CHECKING, Literal

import torch
from pydantic import BaseModel

if TYPE_CHECKING:
    from lightning_fabric import Fabric

Precision = Literal["32-true", "bf16-mixed", "16-mixed"]


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
        precision = "bf16-mixed" if has_fast_bf16(use_cuda) else "32-true"
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


def has_fast_bf16(use_cuda: bool) -> bool:
    """Whether the device multiplies bfloat16 natively."""
    if use_cuda:
        return torch.cuda.get_device_capability() >= (8, 0)
    return bool(torch.cpu._is_amx_tile_supported() or torch.cpu._is_avx512_bf16_supported())
