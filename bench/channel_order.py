"""What the order of channels and the C library's memory cost: seconds of a step of an embedder.

`python -m bench.channel_order`. The small embedder learns 11,500 classes from batches of 256, as
corpus `world` has it. Each way runs in a process of its own, in turns; a round is the median of its
steps.
"""

import statistics
import subprocess
import sys
import time
from argparse import ArgumentParser
from collections.abc import Iterator

import torch

from bench.rows import Entry, answer, compared
from rasm.losses.proxies import SoftmaxParams
from rasm.nets.device import has_fast_bf16
from rasm.nets.embedder import Embedder
from rasm.training.embedder import Learner
from stages.memory import keep_freed_memory

FIRST = "channels first"
WAYS = (FIRST, "channels last", "channels last, memory kept")
ROUNDS, WARM_UP, STEPS = 5, 4, 10
CLASSES, BATCH, SIZE, DIMENSION = 11_500, 256, 64, 256
LOSS = SoftmaxParams(kind="softmax", scale=20, label_smoothing=0.05)
SMALL = {"kind": "small", "width": 32, "layout": 4}


def rows() -> Iterator[Entry]:
    rounds = [{way: measured(way) for way in WAYS} for _ in range(ROUNDS)]
    taken = {way: [found[way] for found in rounds] for way in WAYS}
    for way in WAYS[1:]:
        yield compared(f"step, {way}", taken[way], FIRST, taken[FIRST])


def measured(way: str) -> float:
    code = f"from bench.channel_order import step_seconds; print(step_seconds({way!r}))"
    command = [sys.executable, "-c", code]
    return float(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)


def step_seconds(way: str) -> float:
    """The median of the steps."""
    if way.endswith("memory kept"):
        keep_freed_memory()
    torch.manual_seed(0)
    network = Embedder(SMALL, {"kind": "linear"}, DIMENSION, neck=True, channels=1)
    learner = Learner(network, LOSS.build(CLASSES, DIMENSION))
    if way == FIRST:
        learner.to(memory_format=torch.contiguous_format)
    optimizer = torch.optim.AdamW(learner.parameters(), fused=True)
    pictures, classes = torch.rand(BATCH, 1, SIZE, SIZE), torch.randint(CLASSES, (BATCH,))
    seconds = []
    for _ in range(WARM_UP + STEPS):
        start = time.perf_counter()
        with torch.autocast("cpu", torch.bfloat16, enabled=has_fast_bf16()):
            loss = learner(pictures, classes, 0.5)
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds[WARM_UP:])


def main() -> None:
    answer(rows, ArgumentParser(description=__doc__))


if __name__ == "__main__":
    main()
