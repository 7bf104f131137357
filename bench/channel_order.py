"""What the order of channels and the C library's memory cost: seconds of a step of an embedder.

`python -m bench.channel_order`. The small embedder learns 11,500 classes from batches of 256, as
corpus `world` has it. Each way runs in a process of its own, in turns, so that a slow moment hits
all; quote the median of the ratios.
"""

import statistics
import subprocess
import sys
import time

import torch

from rasm.losses.proxies import SoftmaxParams
from rasm.nets.device import has_fast_bf16
from rasm.nets.embedder import Embedder
from rasm.training.embedder import Learner
from stages.memory import keep_freed_memory

WAYS = ("channels first", "channels last", "channels last, memory kept")
ROUNDS, WARM_UP, STEPS = 5, 5, 20
CLASSES, BATCH, SIZE, DIMENSION = 11_500, 256, 64, 256
LOSS = SoftmaxParams(kind="softmax", scale=20, label_smoothing=0.05)
SMALL = {"kind": "small", "width": 32, "layout": 4}


def main() -> None:
    if len(sys.argv) > 1:
        print(step_seconds(sys.argv[1]))
        return
    rounds = [{way: measured(way) for way in WAYS} for _ in range(ROUNDS)]
    for way in WAYS:
        seconds = statistics.median(found[way] for found in rounds)
        ratio = statistics.median(found[WAYS[0]] / found[way] for found in rounds)
        print(f"{way:28} {seconds:.3f} s a step, {ratio:.2f} times as fast  ({ROUNDS} rounds)")


def measured(way: str) -> float:
    command = [sys.executable, "-m", "bench.channel_order", way]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def step_seconds(way: str) -> float:
    """The median of the steps."""
    if way.endswith("memory kept"):
        keep_freed_memory()
    torch.manual_seed(0)
    network = Embedder(SMALL, {"kind": "linear"}, DIMENSION, neck=True, channels=1)
    learner = Learner(network, LOSS.build(CLASSES, DIMENSION))
    if way == "channels first":
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


if __name__ == "__main__":
    main()
