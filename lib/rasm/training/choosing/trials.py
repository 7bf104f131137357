"""Trials that choose the best epoch of an embedder, by what is held out.

Whole scripts (`scripts`), how letters wear (`letters`), or fonts and individuals of the same
classes (`retrieval`): alternatives, a file each. `rasm.training.embedder_params` finds the one that
params name.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import numpy as np
import torch
from numpy.typing import NDArray
from pydantic import BaseModel
from scipy.spatial.distance import pdist
from torch import nn

from rasm.corpora.corpus import Corpus, CorpusItem, Pictures
from rasm.inputs.pictures import PictureInputs, PixelArray
from rasm.training.views.views import ViewParams, Views

Validate = Callable[[nn.Module], dict[str, float]]
"""Asks an embedder of unit length, and returns its metrics."""


@dataclass(frozen=True)
class TrialGround:
    """What there is to make trials of: the corpus in `folder`, and how its pictures are seen.

    `train` are views of its training split.
    """

    folder: Path
    corpus: Corpus
    train: Views
    view: ViewParams
    device: torch.device
    seed: int

    def shown(self, pictures: Sequence[PixelArray]) -> PictureInputs:
        """Other pictures as the network reads them in use."""
        return self.view.in_use.inputs(pictures, self.device)

    def held_out(self) -> tuple[tuple[CorpusItem, ...], PictureInputs]:
        """The items of the validation split, and their pictures as in use.

        Raises ValueError where there are none.
        """
        if not (items := self.corpus.of("val")):
            raise ValueError(
                f"{self.folder} has no validation split, which chooses the best epoch: add IDs"
            )
        with Pictures(self.folder) as pictures:
            return items, self.shown(pictures.of(items))


class TrialParams(BaseModel, frozen=True, extra="forbid"):
    """Which trials choose, and their numbers; `kind` names the alternative."""

    kind: str

    monitor: ClassVar[str] = "val_recall_at_1"
    """The metric that is to grow."""
    view: ClassVar[str | None] = None
    """The kind of view that the trials need; None: any."""

    def validation(self, ground: TrialGround) -> Validate:
        """Draw the trials. Raises ValueError when the corpus has nothing to choose by."""
        raise NotImplementedError


def spread(references: NDArray[np.float32]) -> float:
    """Mean Euclidean distance of two references of a trial, from references (T, W, D)."""
    return float(np.mean([pdist(trial) for trial in references]))
