"""Which machine computed: seconds mean nothing without it, and last digits differ between them."""

import os
import platform
from collections.abc import Mapping
from pathlib import Path

import torch

from rasm.nets.device import Compute, describe_fabric, make_fabric


def machine(compute: Mapping[str, object]) -> str:
    """Processor, cores, GPU where it is used, and precision, for section `compute` of params."""
    used = describe_fabric(make_fabric(Compute.model_validate(compute)))
    gpu = [torch.cuda.get_device_name()] if used["accelerator"] == "cuda" else []
    return ", ".join([processor(), f"{os.cpu_count()} cores", *gpu, used["precision"]])


def processor() -> str:
    """The model of the processor, as exactly as the system tells."""
    path = Path("/proc/cpuinfo")
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    models = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return models[0] if models else platform.processor() or platform.machine()
