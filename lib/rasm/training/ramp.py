"""What is asked for fully only later in training: nothing at first, then more, then all of it."""

from typing import Annotated

from pydantic import AfterValidator


def _rising(ramp: tuple[float, float]) -> tuple[float, float]:
    start, end = ramp
    if not 0 <= start <= end <= 1:
        raise ValueError(f"ramp {list(ramp)} must be two shares of training, rising")
    return ramp


Ramp = Annotated[tuple[float, float], AfterValidator(_rising)]
"""Shares of training in [0, 1] at which something starts and is full."""


def ramped(full: float, ramp: Ramp, progress: float) -> float:
    """What of `full` counts when a share `progress` in [0, 1) of training is done."""
    start, end = ramp
    if progress >= end:
        return full
    if progress <= start:
        return 0.0
    return full * (progress - start) / (end - start)
