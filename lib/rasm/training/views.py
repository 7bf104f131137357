"""The ways in which an embedder may see its pictures, by the names that params and cards give them.

A view says two things: what a picture goes through before the network reads it, in training and in
use alike, and how pictures vary in training. The first belongs to the network and is kept with it.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from rasm.training.aged_views import AgedParams, AgedViews
from rasm.training.glyph_views import GlyphParams, GlyphViews
from rasm.training.pen_views import PenParams, PenViews
from rasm.training.photo_views import PhotoParams, PhotoViews

ViewName = Literal["pen", "aged", "glyph", "photo"]
ViewParams = PenParams | AgedParams | GlyphParams | PhotoParams
_KINDS: Mapping[str, tuple[Any, Any]] = {
    "pen": (PenParams, PenViews),
    "aged": (AgedParams, AgedViews),
    "glyph": (GlyphParams, GlyphViews),
    "photo": (PhotoParams, PhotoViews),
}


class Views(Protocol):
    """N pictures, to be seen varied or as they are: (B, channels, S, S) float."""

    channels: int

    @property
    def card(self) -> dict[str, Any]:
        """What `params_of` reads back."""
        ...

    def train(self, rows: Tensor, generator: torch.Generator) -> Tensor:
        """Rows (B,), varied."""
        ...

    def clean(self, rows: Tensor) -> Tensor:
        """Rows (B,) as they are."""
        ...


def see(pictures: Sequence[NDArray[np.uint8]], params: ViewParams, device: torch.device) -> Views:
    """Views of pictures (H, W) or (H, W, 3) uint8 of any size.

    Raises ValueError naming the place, counted from 0, of one in which there is nothing to see.
    """
    (views,) = [views for kind, views in _KINDS.values() if isinstance(params, kind)]
    seen: Views = views.of(pictures, params, device)
    return seen


def params_of(folder: Path, card: Mapping[str, Any]) -> ViewParams:
    """The params that a network in `folder` was trained with. Raises ValueError for other cards."""
    params = {key: value for key, value in card.items() if key != "kind"}
    if card.get("kind") not in _KINDS:
        raise ValueError(
            f"{folder} holds no embedder of pictures: by its card it sees them as"
            f" {card.get('kind')!r}, which is none of {', '.join(_KINDS)}; run `dvc repro` to train"
            " one"
        )
    found: ViewParams = _KINDS[card["kind"]][0].model_validate(params)
    return found
