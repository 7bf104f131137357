"""Glyphs read side by side: on a processor each core reads a part of them from layer to layer.

Where all cores share each layer they wait for each other after every one of them, and for whatever
else runs: two cores take a fifth less time apart than together (LOG, 2026-11-26).
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from threading import Barrier

import torch
from torch import Tensor, nn

from rasm.inputs.examples import Examples
from rasm.nets.compute import Precision
from rasm.nets.device import autocast

_GLYPHS = {"cpu": 32, "cuda": 512}  # at a time; on a core what layers pass on stays in its cache


class Lanes:
    """As many threads as PyTorch would use on a processor; one that waits for a GPU."""

    def __init__(self, device: torch.device, precision: Precision) -> None:
        self._device, self._precision = device, precision
        self._count = torch.get_num_threads() if device.type == "cpu" else 1
        self._threads = ThreadPoolExecutor(self._count)
        if self._count > 1:
            together = Barrier(self._count)
            for ready in [self._threads.submit(_alone, together) for _ in range(self._count)]:
                ready.result()
            torch.set_num_threads(self._count)  # threads to come, and this one, have all cores

    def predict(self, model: nn.Module, examples: Examples) -> Callable[[], Tensor]:
        """Begin to read N >= 1 examples; the logits (N, classes) float32 when they are asked for.

        `model` is in evaluation mode, on the device; logits are on the CPU.
        """
        count = len(examples.inputs)
        size = min(_GLYPHS.get(self._device.type, 512), 1 << (count - 1).bit_length())
        # Parts have one size, of few for which layers are prepared once: the last glyph fills up.
        rows = torch.arange(-(-count // size) * size).clamp_max(count - 1).to(self._device)
        begun = [
            self._threads.submit(self._read, model, examples, part)
            for part in torch.split(rows, size)
        ]
        return cache(lambda: torch.cat([part.result() for part in begun])[:count])

    def _read(self, model: nn.Module, examples: Examples, rows: Tensor) -> Tensor:
        cues = () if examples.cues is None else (examples.cues[rows],)
        with torch.inference_mode(), autocast(self._device, self._precision):
            logits: Tensor = model(examples.prepare(examples.inputs[rows], None), *cues)
        return logits.float().cpu()


def _alone(together: Barrier) -> None:
    """Have this thread compute by itself; the barrier sees to it that every thread is told."""
    # A thread takes the number of all when it first computes or asks: after that it has its own.
    torch.get_num_threads()
    torch.set_num_threads(1)
    together.wait()
