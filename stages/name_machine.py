"""A name for this kind of machine, on which all training depends.

Two kinds of machine train the same network to other bytes, and dvc.lock in git names those of the
machine that committed it. Where DVC finds a stage's inputs just as such a lock has them, it asks
for these bytes alone, never for those that the run cache keeps of this machine, and trains anew.
With this name among the inputs they differ, and DVC looks into the run cache. After `dvc pull` the
name is that of the other machine, whose training then counts as one's own.
"""

import hashlib
import os
import platform
from pathlib import Path

from pydantic import BaseModel

CPU = Path("/proc/cpuinfo")
GPUS = Path("/proc/driver/nvidia/gpus")


class Params(BaseModel, frozen=True, extra="forbid"):
    """No section of params.yaml: a machine is found, not set."""


def main(params: Params, *, machine: Path) -> None:
    """Write processor, number of cores and GPUs: the same on machines that are alike."""
    machine.parent.mkdir(parents=True, exist_ok=True)
    machine.write_text("\n".join(described(CPU, GPUS)) + "\n", encoding="utf-8")


def described(cpu: Path, gpus: Path) -> list[str]:
    """Processor with a digest of what it can do, cores, and the model of each NVIDIA GPU.

    `cpu` and `gpus` are what Linux tells; elsewhere Python's own word for the processor stands in.
    """
    told = _values(cpu, "vendor_id", "cpu family", "model", "model name", "flags", "Features")
    told = told or [platform.machine(), platform.processor()]
    can = hashlib.sha256("\n".join(told).encode()).hexdigest()[:12]
    models = [
        model for file in sorted(gpus.glob("*/information")) for model in _values(file, "Model")
    ]
    return [f"{platform.system()} {can}, {os.cpu_count()} cores", *models]


def _values(file: Path, *names: str) -> list[str]:
    """The first value of each of these names in lines `name : value`."""
    if not file.is_file():
        return []
    found: dict[str, str] = {}
    for line in file.read_text(encoding="utf-8").splitlines():
        name, _, value = line.partition(":")
        if name.strip() in names:
            found.setdefault(name.strip(), value.strip())
    return [f"{name}: {value}" for name, value in found.items()]
