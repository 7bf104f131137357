"""Binary pictures as words of bits: one operation handles a pixel of 64 pictures at once.

Words (G, S, S) are int64: bit b of word [g, y, x] is pixel (x, y) of picture 64 * g + b. So
neighbours of a pixel are neighbours in the array, and morphology is ANDs and ORs of shifted slices:
a step over a batch takes a few dozen microseconds, where pooling floats takes milliseconds. What
lies outside a picture is background.
"""

from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn import functional as F

_WORD = 64


def to_words(packed: Tensor) -> Tensor:
    """Packed pictures (N, S * S / 8) uint8, as `rasm.raster.packing` makes them, to words."""
    size = int((packed.shape[1] * 8) ** 0.5)
    padded = F.pad(packed, (0, -packed.shape[1] % 8, 0, -len(packed) % _WORD)).view(torch.int64)
    pictures = padded.view(len(padded) // _WORD, _WORD, padded.shape[1])
    pixels = _turn_bytes(_transpose(pictures)).transpose(1, 2).flatten(1)
    return pixels[:, : size * size].reshape(-1, size, size)


def to_packed(words: Tensor) -> Tensor:
    """Words to packed pictures (64 * G, S * S / 8) uint8, the empty ones after the last included.

    S is a multiple of 4: pictures are whole bytes.
    """
    pixels = words.flatten(1)
    padded = F.pad(pixels, (0, -pixels.shape[1] % _WORD))
    turned = _turn_bytes(padded.view(len(words), -1, _WORD).transpose(1, 2))
    pictures = _transpose(turned.contiguous()).flatten().view(torch.uint8)
    return pictures.view(len(words) * _WORD, -1)[:, : pixels.shape[1] // 8]


def select(chosen: Tensor) -> Tensor:
    """Bits (G, 1, 1) int64 of the pictures that are True in `chosen` (N,), to be ANDed to words."""
    flags = F.pad(chosen.long(), (0, -len(chosen) % _WORD)).view(-1, _WORD)
    return (flags << torch.arange(_WORD, device=flags.device)).sum(dim=1).view(-1, 1, 1)


def dilate(words: Tensor, square: bool) -> Tensor:
    """Ink where a pixel or any of its neighbours has ink: 8 of them (square) or 4."""
    return _join_neighbours(words, square, torch.bitwise_or)


def erode(words: Tensor, square: bool) -> Tensor:
    """Ink where a pixel and all its neighbours have ink: 8 of them (square) or 4."""
    return _join_neighbours(words, square, torch.bitwise_and)


def _join_neighbours(
    words: Tensor, square: bool, join: Callable[[Tensor, Tensor], Tensor]
) -> Tensor:
    padded = F.pad(words, (1, 1, 1, 1))
    here = padded[..., 1:-1]
    across = join(join(padded[..., :-2], here), padded[..., 2:])
    column = across if square else here
    return join(join(column[:, :-2], across[:, 1:-1]), column[:, 2:])


def _turn_bytes(pixels: Tensor) -> Tensor:
    """(G, 64, K) with each eight rows turned round: a byte's first pixel is its highest bit."""
    return pixels.reshape(len(pixels), 8, 8, -1).flip(2).flatten(1, 2)


def _transpose(matrices: Tensor) -> Tensor:
    """Bit matrices (G, 64, K), row r being word [:, r], transposed in place: bit c is [:, c] after.

    Blocks of 32, 16, ... change places across the diagonal (Warren, Hacker's Delight, 7-3).
    """
    for step in (32, 16, 8, 4, 2, 1):
        low = sum(((1 << step) - 1) << start for start in range(0, _WORD, 2 * step))
        pairs = matrices.view(len(matrices), -1, 2, step, matrices.shape[2])
        upper, lower = pairs[:, :, 0], pairs[:, :, 1]
        swapped = ((upper >> step) ^ lower) & low
        lower ^= swapped
        upper ^= swapped << step
    return matrices
