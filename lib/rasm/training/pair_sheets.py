"""A picture an epoch of what is near and what is not, to watch an embedder learn.

The pairs are of training: a picture as it is, and one of its class or of another as training varies
it. They are drawn once, so the sheets of all epochs show the same.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from rasm.metrics.verification import draw_pairs, fit_threshold
from rasm.reading.embeddings import embed_batches
from rasm.report.pair_sheet import ShownPair, write_pair_sheet
from rasm.training.embedder import network_of
from rasm.training.task import AfterEpoch
from rasm.training.views.views import Views

_PAIRS, _SHOWN = 256, 16  # the threshold is fitted on all, the first are shown


def pair_sheets(
    views: Views, labels: NDArray[np.str_], folder: Path, seed: int
) -> Sequence[AfterEpoch]:
    """What writes FOLDER/epoch_NNN.png after each epoch; nothing where there is one class alone.

    `labels` (N,) are of the pictures of `views`.
    """
    if len(np.unique(labels)) < 2:
        return ()
    drawn = draw_pairs(labels, labels, _PAIRS, seed)
    first, second = (
        torch.from_numpy(rows).to(views.device) for rows in (drawn.references, drawn.queries)
    )
    shown = views.clean(first), views.train(second, torch.Generator().manual_seed(seed))
    pairs = [
        ShownPair((_picture(one), _picture(other)), (str(labels[r]), str(labels[q])))
        for one, other, r, q in zip(
            *(part[:_SHOWN] for part in (*shown, drawn.references, drawn.queries)), strict=True
        )
    ]

    def write(model: nn.Module, epoch: int, metrics: dict[str, float]) -> None:
        one, other = (embed_batches(network_of(model), pictures) for pictures in shown)
        distances = np.linalg.norm(one - other, axis=1)
        threshold = fit_threshold(distances, drawn.same)
        sheet = folder / f"epoch_{epoch:03d}.png"
        # A longer run may have been here, whose snapshot was not resumed.
        for later in folder.glob("epoch_*.png"):
            if later.name > sheet.name:
                later.unlink()
        write_pair_sheet(sheet, f"After epoch {epoch}", pairs, distances[:_SHOWN], threshold)

    return (write,)


def _picture(seen: Tensor) -> NDArray[np.uint8]:
    """What a network sees (C, S, S), from its least to its greatest value: (S, S, C) uint8.

    One channel is ink, and shown dark on white.
    """
    values = seen.float().cpu()
    low, high = values.min(), values.max()
    grey = (255 * (values - low) / (high - low).clamp_min(1e-6)).to(torch.uint8).numpy()
    return 255 - grey[0] if len(grey) == 1 else np.ascontiguousarray(grey.transpose(1, 2, 0))
