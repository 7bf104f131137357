"""A picture an epoch of what is near and what is not, to watch an embedder learn.

The pairs are of training: a picture as it is, and one of its class or of another as training varies
it. They are drawn once, so the sheets of all epochs show the same in the same places: distances of
one class shrink, those of two grow, and the red rims of wrong judgements vanish.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image, ImageOps
from torch import Tensor, nn

from rasm.metrics.verification import draw_pairs, fit_threshold
from rasm.reading.embeddings import embed_batches
from rasm.report.pictures import RgbPicture, Strip, Tile, write_strips
from rasm.training.embedder import network_of
from rasm.training.task import AfterEpoch
from rasm.training.views.views import Views

_PAIRS, _SHOWN = 256, 16  # the threshold is fitted on all, the first are shown
_A_ROW = 4  # pairs
_SIZE = 128
_RIM = 4
_WRONG = np.array([190, 20, 0], dtype=np.uint8)


@dataclass(frozen=True)
class ShownPair:
    """A reference and what is compared with it, (H, W) or (H, W, 3) uint8, and their classes."""

    pictures: tuple[NDArray[np.uint8], NDArray[np.uint8]]
    labels: tuple[str, str]

    @property
    def same(self) -> bool:
        """Whether both are of one class."""
        return self.labels[0] == self.labels[1]


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


def write_pair_sheet(
    path: Path,
    title: str,
    pairs: Sequence[ShownPair],
    distances: NDArray[np.float32],
    threshold: float,
) -> None:
    """PNG of pairs, first those of one class, else in the order given.

    `distances` (P,) are Euclidean; a pair below the threshold is judged the same. Wrongly judged
    pairs have a red rim.

    Raises ValueError when there are not as many distances as pairs.
    """
    if len(pairs) != len(distances):
        raise ValueError(f"{len(pairs)} pairs have {len(distances)} distances: give one each")
    judged = list(zip(pairs, distances.tolist(), strict=True))
    right = sum(pair.same == (distance < threshold) for pair, distance in judged)
    strips = []
    for same, name in ((True, "One class"), (False, "Two classes")):
        chosen = [(pair, distance) for pair, distance in judged if pair.same == same]
        if chosen:
            mean = sum(distance for _, distance in chosen) / len(chosen)
            tiles = [t for pair, distance in chosen for t in _tiles(pair, distance, threshold)]
            strips.append(Strip(f"{name}: mean distance {mean:.2f}", tiles))
    heading = [title, f"{right} of {len(pairs)} pairs judged rightly: same below {threshold:.2f}"]
    write_strips(path, heading, strips, 2 * _A_ROW)


def _tiles(pair: ShownPair, distance: float, threshold: float) -> tuple[Tile, Tile]:
    judged_same = distance < threshold
    is_right = judged_same == pair.same
    verdict = f"{'same' if judged_same else 'different'}: {'right' if is_right else 'wrong'}"
    first, second = (_framed(picture, is_right) for picture in pair.pictures)
    return (
        Tile(first, [pair.labels[0], f"distance {distance:.2f}"]),
        Tile(second, [pair.labels[1], verdict]),
    )


def _framed(picture: NDArray[np.uint8], is_right: bool) -> RgbPicture:
    """The whole picture in the middle of a white square; a red rim where it is judged wrongly."""
    image = Image.fromarray(picture).convert("RGB")
    square = np.array(ImageOps.pad(image, (_SIZE, _SIZE), color=(255, 255, 255)))
    if not is_right:
        for edge in (square, square.swapaxes(0, 1)):
            edge[:_RIM] = edge[-_RIM:] = _WRONG
    return square


def _picture(seen: Tensor) -> NDArray[np.uint8]:
    """What a network sees (C, S, S), from its least to its greatest value: (S, S, C) uint8.

    One channel is ink, and shown dark on white.
    """
    values = seen.float().cpu()
    low, high = values.min(), values.max()
    grey = (255 * (values - low) / (high - low).clamp_min(1e-6)).to(torch.uint8).numpy()
    return 255 - grey[0] if len(grey) == 1 else np.ascontiguousarray(grey.transpose(1, 2, 0))
