"""Rasm's encoder layer against PyTorch's: seconds of a training step, four layers, 128 x 65 tokens.

`python -m bench.encoder_layer`.
"""

from argparse import ArgumentParser
from collections.abc import Iterator

import torch
from torch import nn

from bench.rows import Entry, answer, compared, in_turns
from rasm.nets.device import has_fast_bf16
from rasm.nets.grid_transformer import EncoderLayer

LAYERS, ROUNDS = 4, 9
BATCH, TOKENS, WIDTH, HEADS, MLP, DROPOUT = 128, 65, 256, 8, 512, 0.1


def rows() -> Iterator[Entry]:
    ours = nn.Sequential(*(EncoderLayer(WIDTH, HEADS, MLP, DROPOUT) for _ in range(LAYERS)))
    layer = nn.TransformerEncoderLayer(
        WIDTH, HEADS, MLP, DROPOUT, activation="gelu", batch_first=True, norm_first=True
    )
    theirs = nn.TransformerEncoder(layer, LAYERS, enable_nested_tensor=False)
    tokens = torch.randn(BATCH, TOKENS, WIDTH)
    jobs = {"ours": lambda: step(ours, tokens), "theirs": lambda: step(theirs, tokens)}
    taken = in_turns(jobs, ROUNDS)
    yield compared(
        f"step of {LAYERS} encoder layers", taken["ours"], "PyTorch's layer", taken["theirs"]
    )


def step(network: nn.Module, tokens: torch.Tensor) -> None:
    with torch.autocast("cpu", torch.bfloat16, enabled=has_fast_bf16()):
        loss = network(tokens).float().square().mean()
    loss.backward()
    network.zero_grad()


def main() -> None:
    answer(rows, ArgumentParser(description=__doc__))


if __name__ == "__main__":
    main()
