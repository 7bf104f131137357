"""Where to compute, on whatever machine this is."""

import pytest
import torch

from rasm.nets import device
from rasm.nets.device import Compute, autocast, has_fast_bf16, make_fabric, resolve, settings_for


def test_the_processor_when_asked_for() -> None:
    fabric = make_fabric(Compute(accelerator="cpu", precision="32-true"))
    assert fabric.device == torch.device("cpu")
    with fabric.autocast():
        assert (torch.ones(2, 2) @ torch.ones(2, 2)).dtype == torch.float32


def test_bf16_when_asked_for_leaves_parameters_alone() -> None:
    fabric = make_fabric(Compute(accelerator="cpu", precision="bf16-mixed"))
    layer = fabric.setup_module(torch.nn.Linear(2, 2))
    assert layer.weight.dtype == torch.float32
    with fabric.autocast():
        assert (torch.ones(2, 2) @ torch.ones(2, 2)).dtype == torch.bfloat16


def test_auto_takes_what_the_machine_is_fast_at() -> None:
    fabric = make_fabric(Compute())
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
    turing = settings_for("Tesla T4", (7, 5), 15 * 2**30)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(device, "detect", lambda: turing)
    assert resolve(Compute()) == (torch.device("cuda"), "16-mixed")
    assert resolve(Compute(precision="32-true"))[1] == "32-true"


@pytest.mark.parametrize("precision", ["32-true", "bf16-mixed"])
def test_autocast_without_fabric_is_that_of_fabric(precision: str) -> None:
    compute = Compute.model_validate({"accelerator": "cpu", "precision": precision})
    assert resolve(compute) == (torch.device("cpu"), precision)
    square = torch.full((8, 8), 0.1)
    with make_fabric(compute).autocast():
        expected = square @ square
    with autocast(*resolve(compute)):
        assert torch.equal(square @ square, expected)
        assert (square @ square).dtype == expected.dtype


def test_cuda_is_not_pretended() -> None:
    wanted = Compute(accelerator="cuda")
    if torch.cuda.is_available():
        assert make_fabric(wanted).device.type == "cuda"
    else:
        with pytest.raises(ValueError, match="PyTorch sees no CUDA device: use auto"):
            make_fabric(wanted)


def test_only_known_keys_and_values() -> None:
    for wrong in ({"accelerator": "mps"}, {"precision": "8"}, {"devices": 2}):
        with pytest.raises(ValueError, match="validation error"):
            Compute.model_validate(wrong)
