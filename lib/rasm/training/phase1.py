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

from rasm.augment.jitter import blur, gamma, shift
from rasm.losses.cells import CellLoss
from rasm.raster.tensors import unpack_bits
from rasm.reading.cells import as_pictures, cut, predict_cells
from rasm.training.task import Batch, Task, steps_per_epoch


class CellAugmentation(BaseModel, frozen=True, extra="forbid"):
    """Disturbance of the rasters (seed 001, section 14.2)."""

    translate_px: int = Field(ge=0)
    blur_sigma_max: float = Field(ge=0, le=1)
    gamma_jitter: float = Field(ge=0, lt=1)


_INKED_PER_GLYPH = 3  # times the grid, a constant: fewer cells than an average glyph's ink touches


def cell_task(
    rasters: NDArray[np.uint8],
    centroids: NDArray[np.float32],
    validation: tuple[NDArray[np.float32], NDArray[np.uint16], NDArray[np.int64]],
    loss: CellLoss,
    *,
    grid: int,
    batch_size: int,
    cells_per_epoch: int,
    empty_share: float,
    augmentation: CellAugmentation,
    device: torch.device,
    views: int = 1,
) -> Task:
    """Task over packed training `rasters` (N, bytes) and `centroids` (K, pixels).

    `validation` is (cell bits (P, pixels), primitives (P,), occurrences (P,)). With several `views`
    a batch holds each of its cells so often, blurred differently each time.
    """
    packed = torch.from_numpy(rasters).to(device)
    centres = torch.from_numpy(centroids).to(device)
    bits, primitives, counts = (torch.from_numpy(np.asarray(v)).to(device) for v in validation)
    primitives = primitives.long()
    drawn = batch_size // views
    glyphs = min(len(packed), max(1, round(drawn / (_INKED_PER_GLYPH * grid))))
    empties = round(drawn * empty_share)
    steps = steps_per_epoch(cells_per_epoch, batch_size)

    def batches(generator: torch.Generator) -> Iterator[Batch]:
        for _ in range(steps):
            chosen = torch.randint(len(packed), (glyphs,), generator=generator)
            clean = shift(
                unpack_bits(packed[chosen.to(device)]), augmentation.translate_px, generator
            )
            seen = [cut(_disturbed(clean, augmentation, generator), grid) for _ in range(views)]
            cells = cut(clean, grid)
            inked = cells.any(dim=1)
            full, empty = torch.nonzero(inked)[:, 0], torch.nonzero(~inked)[:, 0]
            picked = torch.cat(
                [_draw(full, drawn - empties, generator), _draw(empty, empties, generator)]
            )
            pictures = as_pictures(torch.cat([view[picked] for view in seen]))
            yield pictures, nearest_centroids(cells[picked], centres).repeat(views)

    def validate(model: nn.Module) -> dict[str, float]:
        right = predict_cells(model, bits) == primitives
        inked = primitives > 0
        return {
            "val_accuracy": _share(right, counts),
            "val_accuracy_inked": _share(right[inked], counts[inked]),
        }

    return Task(batches, steps, loss, validate, "val_accuracy_inked")


def nearest_centroids(cells: Tensor, centres: Tensor) -> Tensor:
    """Primitive numbers (P,) int64 of clean cells (P, pixels); 0 where there is no ink.

    In float64 whatever the surroundings say: TF32 and bfloat16 would turn near ties, and the target
    must be the primitive that the pattern has everywhere else.
    """
    with torch.autocast(cells.device.type, enabled=False):
        centres = centres.double()
        norms = (centres**2).sum(dim=1)
        # In parts whose distances stay in a processor's cache, which halves the time.
        found = [
            torch.addmm(norms, part, centres.T, alpha=-2).argmin(dim=1)
            for part in torch.split(cells.double(), 128)
        ]
    return torch.where(cells.any(dim=1), torch.cat(found) + 1, 0)


def _disturbed(clean: Tensor, augmentation: CellAugmentation, generator: torch.Generator) -> Tensor:
    blurred = blur(clean, augmentation.blur_sigma_max, generator)
    return gamma(blurred, augmentation.gamma_jitter, generator)


def _draw(pool: Tensor, count: int, generator: torch.Generator) -> Tensor:
    """`count` members of a pool, or all of it when it is smaller."""
    order = torch.randperm(len(pool), generator=generator)[:count]
    return pool[order.to(pool.device)]


def _share(right: Tensor, counts: Tensor) -> float:
    return float((right * counts).sum() / counts.sum())
