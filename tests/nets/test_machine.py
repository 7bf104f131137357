"""The machine by name."""

from rasm.nets.compute import Compute
from rasm.nets.device import make_fabric
from rasm.nets.machine import machine_of, processor


def test_the_machine_is_told() -> None:
    said = machine_of(make_fabric(Compute(accelerator="cpu", precision="32-true", compile=False)))
    assert processor() and said.startswith(processor()) and said.endswith(" cores, 32-true")
