"""Where to compute, on whatever machine this is; and GPUs that are not here.

GPUs of the table go by the names and bytes that their driver tells, others by their memory.
"""

from typing import Any

import pytest
import torch

from rasm.nets import device
from rasm.nets.compute import HERE, Compute
from rasm.nets.device import (
    GpuSettings,
    autocast,
    detect,
    has_fast_bf16,
    machine_of,
    make_fabric,
    processor,
    resolve,
    settings_for,
)

GIB = 2**30


def here(**changes: Any) -> Compute:
    return Compute(**{**HERE.model_dump(), **changes})


def test_the_processor_when_asked_for() -> None:
    fabric = make_fabric(here(accelerator="cpu", precision="32-true"))
    assert fabric.device == torch.device("cpu")
    with fabric.autocast():
        assert (torch.ones(2, 2) @ torch.ones(2, 2)).dtype == torch.float32


def test_bf16_when_asked_for_leaves_parameters_alone() -> None:
    fabric = make_fabric(here(accelerator="cpu", precision="bf16-mixed"))
    layer = fabric.setup_module(torch.nn.Linear(2, 2))
    assert layer.weight.dtype == torch.float32
    with fabric.autocast():
        assert (torch.ones(2, 2) @ torch.ones(2, 2)).dtype == torch.bfloat16


def test_auto_takes_what_the_machine_is_fast_at() -> None:
    fabric = make_fabric(HERE)
    has_cuda = torch.cuda.is_available()
    assert fabric.device.type == ("cuda" if has_cuda else "cpu")
    matrix = torch.ones(2, 2, device=fabric.device)
    with fabric.autocast():
        taken = (matrix @ matrix).dtype
    if has_cuda:
        assert taken in (torch.bfloat16, torch.float16)
    else:
        assert taken == (torch.bfloat16 if has_fast_bf16() else torch.float32)


def test_a_gpu_computes_as_the_table_says(monkeypatch: pytest.MonkeyPatch) -> None:
    turing = settings_for("Tesla T4", (7, 5), 15 * GIB)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(device, "detect", lambda: turing)
    assert resolve(HERE) == (torch.device("cuda"), "16-mixed")
    assert resolve(here(precision="32-true"))[1] == "32-true"


@pytest.mark.parametrize("precision", ["32-true", "bf16-mixed"])
def test_autocast_without_fabric_is_that_of_fabric(precision: str) -> None:
    compute = here(accelerator="cpu", precision=precision)
    assert resolve(compute) == (torch.device("cpu"), precision)
    square = torch.full((8, 8), 0.1)
    with make_fabric(compute).autocast():
        expected = square @ square
    with autocast(*resolve(compute)):
        assert torch.equal(square @ square, expected)
        assert (square @ square).dtype == expected.dtype


def test_cuda_is_not_pretended() -> None:
    wanted = here(accelerator="cuda")
    if torch.cuda.is_available():
        assert make_fabric(wanted).device.type == "cuda"
    else:
        with pytest.raises(ValueError, match="PyTorch sees no CUDA device: use auto"):
            make_fabric(wanted)


def test_only_known_keys_and_values() -> None:
    for wrong in ({"accelerator": "mps"}, {"precision": "8"}, {"devices": 2}):
        with pytest.raises(ValueError, match="validation error"):
            here(**wrong)


@pytest.mark.parametrize(
    ("name", "capability", "gib", "settings"),
    [
        ("NVIDIA A100-SXM4-80GB", (8, 0), 79.2, ("bf16-mixed", 16, 1)),
        ("NVIDIA A100 80GB PCIe", (8, 0), 79.3, ("bf16-mixed", 16, 1)),
        ("NVIDIA A100-PCIE-40GB", (8, 0), 39.4, ("bf16-mixed", 8, 2)),
        ("NVIDIA GeForce RTX 3090", (8, 6), 23.7, ("16-mixed", 4, 4)),
        ("NVIDIA GeForce RTX 3090 Ti", (8, 6), 23.7, ("16-mixed", 4, 4)),
        ("Tesla V100-SXM2-32GB", (7, 0), 31.7, ("16-mixed", 4, 4)),
        ("Tesla T4", (7, 5), 14.7, ("16-mixed", 4, 4)),
    ],
)
def test_rows_of_the_table(
    name: str, capability: tuple[int, int], gib: float, settings: tuple[object, ...]
) -> None:
    found = settings_for(name, capability, int(gib * GIB))
    assert (found.precision, found.workers, found.accumulate) == settings


@pytest.mark.parametrize(
    ("name", "capability", "gib", "workers", "accumulate"),
    [
        ("NVIDIA H200", (9, 0), 139.8, 16, 1),
        ("NVIDIA RTX A6000", (8, 6), 47.5, 8, 2),  # 2 x 48 GB are more than 80 GB
        ("NVIDIA GeForce RTX 4090", (8, 9), 23.6, 4, 4),  # 2 x 24 GB are less
        ("NVIDIA GeForce RTX 4060", (8, 9), 7.8, 1, 16),
        ("NVIDIA GeForce RTX 3050", (8, 6), 3.8, 1, 32),  # at least one must read
        ("NVIDIA A100-SXM4-80GB MIG 1g.10gb", (8, 0), 9.5, 2, 8),  # a slice is no A100
        ("NVIDIA RTX A1000", (8, 6), 5.8, 1, 16),  # nor is this, whatever its name begins with
    ],
)
def test_memory_decides_for_others_from_ampere_on(
    name: str, capability: tuple[int, int], gib: float, workers: int, accumulate: int
) -> None:
    found = settings_for(name, capability, int(gib * GIB))
    assert found == GpuSettings("bf16-mixed", workers, accumulate)


@pytest.mark.parametrize(
    ("gib", "workers", "accumulate"), [(79.2, 16, 1), (39.4, 8, 2), (24, 4, 4)]
)
def test_the_rule_agrees_with_the_rows_that_name_a_memory(
    gib: float, workers: int, accumulate: int
) -> None:
    """Another GPU with the memory of a named one is fed alike."""
    assert settings_for("another", (9, 0), int(gib * GIB)) == GpuSettings(
        "bf16-mixed", workers, accumulate
    )


def test_this_machine_has_settings_if_it_has_a_gpu() -> None:
    found = detect()
    assert (found is not None) == torch.cuda.is_available()
    if found:
        assert found.precision != "32-true" and found.workers >= 1 and found.accumulate >= 1


def test_the_machine_is_told() -> None:
    said = machine_of(make_fabric(Compute(accelerator="cpu", precision="32-true", compile=False)))
    assert processor() and said.startswith(processor()) and said.endswith(" cores, 32-true")
