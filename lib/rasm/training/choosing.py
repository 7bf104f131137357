"""What chooses the best epoch of an embedder: trials of what training does not show.

Three kinds, by what is held out: whole scripts (one_shot), how letters wear (letters), or fonts and
individuals of the same classes (retrieval).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import torch
from numpy.typing import NDArray
from pydantic import BaseModel
from torch import Tensor, nn

from rasm.corpora.corpus import Corpus, Item, Pictures
from rasm.corpora.letter_set import Letters
from rasm.training.letter_validation import LetterTrialParams, letter_validation
from rasm.training.one_shot_validation import OneShotParams, draw_trials, one_shot_validation
from rasm.training.pen_views import PenViews
from rasm.training.retrieval_validation import RetrievalParams, retrieval_validation
from rasm.training.views import Views

Validate = Callable[[nn.Module], dict[str, float]]


class ChoiceParams(BaseModel, frozen=True, extra="forbid"):
    """Which trials choose, and the numbers of each kind; the other kinds' have no effect."""

    chosen_by: Literal["one_shot", "letters", "retrieval"]
    one_shot: OneShotParams
    letter_trials: LetterTrialParams
    retrieval: RetrievalParams

    @property
    def monitor(self) -> str:
        """The metric that is to grow."""
        return "val_one_shot" if self.chosen_by == "one_shot" else "val_recall_at_1"


@dataclass(frozen=True)
class Choice:
    """Trials on the corpus in `folder`.

    `train` are views of its training split, and `see` makes such views of other pictures.
    """

    params: ChoiceParams
    folder: Path
    corpus: Corpus
    train: Views
    see: Callable[[Sequence[NDArray[np.uint8]]], Views]
    seed: int

    def validation(self) -> Validate:
        """Asks an embedder of unit length, and returns its metrics.

        Raises ValueError when the corpus has nothing to choose by.
        """
        ask = {"one_shot": self._characters, "letters": self._letters, "retrieval": self._pictures}
        return ask[self.params.chosen_by]()

    def _characters(self) -> Validate:
        """Classes are characters; trials on scripts that are held out choose."""
        items, seen = self._held_out()
        if not isinstance(seen, PenViews):
            raise ValueError("chosen_by one_shot needs views pen: it bends skeletons")
        scripts, labels = (np.array([getattr(i, key) for i in items]) for key in ("group", "label"))
        params, size = self.params.one_shot, seen.params.size
        trials = draw_trials(scripts, labels, params, self.seed)
        return one_shot_validation(seen.skeletons, trials, params, size, self.seed)

    def _letters(self) -> Validate:
        """All drawings train; letters that have aged otherwise choose."""

        def clean(pictures: Sequence[NDArray[np.uint8]]) -> Tensor:
            return self.see(pictures).clean(torch.arange(len(pictures)))

        return letter_validation(
            Letters.read(self.folder), self.params.letter_trials, clean, self.seed
        )

    def _pictures(self) -> Validate:
        """Classes are the same in all splits: validation is looked up in training."""
        items, seen = self._held_out()
        known, asked = (
            np.array([item.label for item in part]) for part in (self.corpus.of("train"), items)
        )
        return retrieval_validation(
            self.train, known, seen, asked, self.params.retrieval, self.seed
        )

    def _held_out(self) -> tuple[tuple[Item, ...], Views]:
        if not (items := self.corpus.of("val")):
            raise ValueError(
                f"{self.folder} has no validation split, which chooses the best epoch: add IDs"
            )
        with Pictures(self.folder) as pictures:
            return items, self.see(pictures.of(items))
