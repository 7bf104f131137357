"""What phase 1 learns: the primitive of each cell of a slightly disturbed raster.

Rasters are shifted, the target is read from the shifted clean cell, then the picture is blurred and
its gamma moved. Empty cells are three quarters of all: their share of a batch is capped.
"""

from collections.abc import Iterator

import numpy as np
import torch
from numpy.typing import NDArray
from pydantic import BaseModel, Field
from torch import Tensor, nn
from torch.nn import functional as F

from rasm.augment.jitter import blur, gamma, shift
from rasm.raster.tensors import unpack_bits
from rasm.training.loop import Batch, Task
from rasm.training.sampling import steps_per_epoch


class CellAugmentation(BaseModel, frozen=True, extra="forbid"):
    """Disturbance of the rasters (seed 001, section 14.2)."""

    translate_px: int = Field(ge=0)
    blur_sigma_max: float = Field(ge=0, le=1)
    gamma_jitter: float = Field(ge=0, lt=1)


_INKED_PER_GLYPH = 3  # times the grid: fewer cells than the ink of an average glyph touches


def cell_task(
    rasters: NDArray[np.uint8],
    centroids: NDArray[np.float32],
    validation: tuple[NDArray[np.float32], NDArray[np.uint16], NDArray[np.int64]],
    *,
    grid: int,
    batch_size: int,
    cells_per_epoch: int,
    empty_share: float,
    augmentation: CellAugmentation,
    device: torch.device,
) -> Task:
    """Task over packed training `rasters` (N, bytes) and `centroids` (K, pixels).

    `validation` is (cell bits (P, pixels), primitives (P,), occurrences (P,)).
    """
    packed = torch.from_numpy(rasters).to(device)
    centres = torch.from_numpy(centroids).to(device)
    bits, primitives, counts = (torch.from_numpy(np.asarray(v)).to(device) for v in validation)
    primitives = primitives.long()
    glyphs = min(len(packed), max(1, round(batch_size / (_INKED_PER_GLYPH * grid))))
    empties = round(batch_size * empty_share)
    steps = steps_per_epoch(cells_per_epoch, batch_size)

    def batches(generator: torch.Generator) -> Iterator[Batch]:
        for _ in range(steps):
            chosen = torch.randint(len(packed), (glyphs,), generator=generator)
            clean = shift(
                unpack_bits(packed[chosen.to(device)]), augmentation.translate_px, generator
            )
            seen = gamma(
                blur(clean, augmentation.blur_sigma_max, generator),
                augmentation.gamma_jitter,
                generator,
            )
            cells, inputs = cut(clean, grid), cut(seen, grid)
            inked = cells.any(dim=1)
            full, empty = torch.nonzero(inked)[:, 0], torch.nonzero(~inked)[:, 0]
            picked = torch.cat(
                [
                    _draw(full, batch_size - empties, generator),
                    _draw(empty, empties, generator),
                ]
            )
            yield as_pictures(inputs[picked]), nearest(cells[picked], centres)

    def loss(model: nn.Module, batch: Batch, progress: float) -> Tensor:
        pictures, targets = batch
        return F.cross_entropy(model(pictures), targets)

    def validate(model: nn.Module) -> dict[str, float]:
        right = predict_cells(model, bits) == primitives
        inked = primitives > 0
        return {
            "val_accuracy": _share(right, counts),
            "val_accuracy_inked": _share(right[inked], counts[inked]),
        }

    return Task(batches, steps, loss, validate, "val_accuracy_inked")


def cut(images: Tensor, grid: int) -> Tensor:
    """(N, S, S) pictures to (N * grid * grid, pixels) cells, row-major."""
    count, size, _ = images.shape
    cell = size // grid
    tiles = images.reshape(count, grid, cell, grid, cell).permute(0, 1, 3, 2, 4)
    return tiles.reshape(count * grid * grid, cell * cell)


def as_pictures(cells: Tensor) -> Tensor:
    """(P, pixels) to (P, 1, c, c), what the network reads."""
    side = int(cells.shape[1] ** 0.5)
    return cells.reshape(len(cells), 1, side, side)


def nearest(cells: Tensor, centres: Tensor) -> Tensor:
    """Primitive numbers (P,) int64 of clean cells (P, pixels); 0 where there is no ink."""
    distance = (centres**2).sum(dim=1) - 2 * cells @ centres.T
    return torch.where(cells.any(dim=1), distance.argmin(dim=1) + 1, 0)


def predict_cells(model: nn.Module, bits: Tensor, chunk: int = 8192) -> Tensor:
    """Most probable primitive (P,) int64 of each cell (P, pixels)."""
    parts = [model(as_pictures(part)).argmax(dim=1) for part in torch.split(bits, chunk)]
    return torch.cat(parts)


def _draw(pool: Tensor, count: int, generator: torch.Generator) -> Tensor:
    """`count` members of a pool, or all of it when it is smaller."""
    order = torch.randperm(len(pool), generator=generator)[:count]
    return pool[order.to(pool.device)]


def _share(right: Tensor, counts: Tensor) -> float:
    return float((right * counts).sum() / counts.sum())
