"""Which machine computed: seconds mean nothing without it, and last digits differ between them."""

import os
import platform
from pathlib import Path
from typing import TYPE_CHECKING

import torch

from rasm.nets.device import describe_fabric

if TYPE_CHECKING:
    from lightning_fabric import Fabric


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
