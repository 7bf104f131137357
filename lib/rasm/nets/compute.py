"""What to compute on, as it is asked for: by params in training, by options and arguments in use.

What `auto` comes to on this machine, `rasm.nets.device` finds out. This stands apart because it
needs no PyTorch, whose import takes longer than reading options.
"""

from typing import Literal

from pydantic import BaseModel

Accelerator = Literal["auto", "cpu", "cuda"]
Precision = Literal["32-true", "bf16-mixed", "16-mixed"]
AskedPrecision = Literal["auto", "32-true", "bf16-mixed", "16-mixed"]


class Compute(BaseModel, frozen=True, extra="forbid"):
    """The machine that a run computes on."""

    accelerator: Accelerator
    precision: AskedPrecision
    compile: bool


HERE = Compute(accelerator="auto", precision="auto", compile=False)
"""What is found here, for whoever asks for nothing else."""
