"""Rasm's encoder layer against PyTorch's: seconds of a training step, four layers, 128 x 65 tokens.

`python bench/encoder_layer.py`. The two are timed in turns, so that a slow moment hits both; quote
the median of the ratios.
"""

import statistics
import time

import torch
from torch import nn

from rasm.nets.device import has_fast_bf16
from rasm.nets.grid_transformer import EncoderLayer

LAYERS, ROUNDS = 4, 9
BATCH, TOKENS, WIDTH, HEADS, MLP, DROPOUT = 128, 65, 256, 8, 512, 0.1


def step_seconds(network: nn.Module, tokens: torch.Tensor) -> float:
    start = time.perf_counter()
    with torch.autocast("cpu", torch.bfloat16, enabled=has_fast_bf16()):
        loss = network(tokens).float().square().mean()
    loss.backward()
    network.zero_grad()
    return time.perf_counter() - start


def main() -> None:
    ours = nn.Sequential(*(EncoderLayer(WIDTH, HEADS, MLP, DROPOUT) for _ in range(LAYERS)))
    layer = nn.TransformerEncoderLayer(
        WIDTH, HEADS, MLP, DROPOUT, activation="gelu", batch_first=True, norm_first=True
    )
    theirs = nn.TransformerEncoder(layer, LAYERS, enable_nested_tensor=False)
    tokens = torch.randn(BATCH, TOKENS, WIDTH)
    for network in (ours, theirs):
        step_seconds(network, tokens)
    pairs = [(step_seconds(ours, tokens), step_seconds(theirs, tokens)) for _ in range(ROUNDS)]
    mine, other = (statistics.median(times) for times in zip(*pairs, strict=True))
    ratio = statistics.median(b / a for a, b in pairs)
    print(f"ours {mine:.3f} s  torch {other:.3f} s  torch / ours {ratio:.2f}  ({ROUNDS} rounds)")


if __name__ == "__main__":
    main()
