"""GPUs of the table by the names and bytes that their driver tells, and others by their memory."""

import doctest

import pytest
import torch

from rasm.nets import device
from rasm.nets.device import GpuSettings, detect, settings_for

GIB = 2**30


def test_the_example_in_the_docstring() -> None:
    assert doctest.testmod(device).attempted > 0
    assert doctest.testmod(device).failed == 0


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
