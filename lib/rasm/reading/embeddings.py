"""A trained embedder at work: any pictures in, points on a sphere out."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from rasm.corpora.corpus import CorpusItem, Pictures
from rasm.inputs.pictures import PictureInputParams
from rasm.nets.compute import Compute, Precision
from rasm.nets.device import autocast, resolve
from rasm.nets.embedder import Embedder
from rasm.nets.weights import load_network, read_card, weights_sha256

_CHUNK = 512  # pictures at a time
_BATCH = 1024  # pictures that are held at once

Embed = Callable[[Sequence[NDArray[np.uint8]]], NDArray[np.float32]]
"""Pictures (H, W) or (H, W, 3) uint8 to embeddings (N, D) of unit length."""


def inputs_of_card(folder: Path, card: Mapping[str, Any]) -> PictureInputParams:
    """What the network in `folder`, whose card has this entry `view`, is to be shown.

    Raises ValueError for the card of another kind of network.
    """
    kind = card.get("kind")
    match kind:
        case "scripts":
            from rasm.inputs.scripts import ScriptInputParams

            return ScriptInputParams.model_validate(card)
        case "letters":
            from rasm.inputs.letters import LetterInputParams

            return LetterInputParams.model_validate(card)
        case "glyphs":
            from rasm.inputs.glyphs import GlyphInputParams

            return GlyphInputParams.model_validate(card)
        case "photos":
            from rasm.inputs.photos import PhotoInputParams

            return PhotoInputParams.model_validate(card)
    raise ValueError(
        f"{folder} holds no embedder of pictures: by its card it sees them as {kind!r}, which is"
        " none of scripts, letters, glyphs and photos; run `dvc repro` to train one"
    )


@dataclass(frozen=True)
class PictureEmbedder:
    """A network, how it wants its pictures, and the SHA-256 of its weights as `fingerprint`."""

    network: Embedder
    view: PictureInputParams
    fingerprint: str
    device: torch.device
    precision: Precision

    @classmethod
    def load(cls, folder: Path, compute: Compute) -> Self:
        """The embedder in a folder of weights.

        Raises FileNotFoundError when there are none, ValueError when they are of another network or
        of one that sees its pictures in no way known here.
        """
        params = inputs_of_card(folder, read_card(folder).get("view", {}))
        device, precision = resolve(compute)
        network = load_network(folder, Embedder).to(memory_format=torch.channels_last).to(device)
        return cls(network, params, weights_sha256(folder), device, precision)

    def embed(self, pictures: Sequence[NDArray[np.uint8]]) -> NDArray[np.float32]:
        """Embeddings (N, D) of unit length of pictures (H, W) or (H, W, 3) uint8.

        Any size, dark on light or light on dark; `rasm.raster.ink` says what is taken for ink.
        Raises ValueError naming the place, counted from 0, of a picture that is blank.
        """
        if not len(pictures):
            return np.zeros((0, self.network.dimension), dtype=np.float32)
        shown = self.view.inputs(pictures, self.device)
        parts = []
        with torch.inference_mode(), autocast(self.device, self.precision):
            for rows in torch.split(torch.arange(len(pictures), device=self.device), _CHUNK):
                parts.append(self.network(shown.clean(rows)).float().cpu().numpy())
        return np.concatenate(parts)


def embed_batches(model: Any, pictures: Tensor) -> NDArray[np.float32]:
    """Embeddings (N, D) of pictures (N, C, S, S), a chunk at a time."""
    parts = [model(part).float().cpu() for part in torch.split(pictures, _CHUNK)]
    embeddings: NDArray[np.float32] = torch.cat(parts).numpy()
    return embeddings


@dataclass(frozen=True)
class Embedded:
    """N pictures; those of one group are of one split."""

    embeddings: NDArray[np.float32]  # (N, D), unit length
    labels: NDArray[np.str_]  # (N,)
    groups: NDArray[np.str_]  # (N,)


def embed_items(
    items: Sequence[CorpusItem],
    pictures: Pictures,
    embed: Embed,
    progress: Callable[[Iterable[int]], Iterable[int]],
) -> Embedded:
    """Embed the pictures of at least one item, a batch at a time; `progress` sees each batch."""
    starts = progress(range(0, len(items), _BATCH))
    parts = [embed(pictures.of(items[start : start + _BATCH])) for start in starts]
    labels, groups = (np.array([getattr(i, name) for i in items]) for name in ("label", "group"))
    return Embedded(np.concatenate(parts), labels, groups)
