"""A corpus -> the network that places its pictures so that those of one class are near."""

from pathlib import Path
from typing import Any, Literal

import numpy as np
import torch
from pydantic import model_validator

from rasm.corpora.corpus import Pictures, read_corpus
from rasm.corpora.letter_set import Letters
from rasm.nets.embedder import Embedder
from rasm.training.aged_views import AgedParams, AgedViews
from rasm.training.embedding_task import EmbedderParams, Learner, embedding_task
from rasm.training.letter_validation import LetterTrialParams, letter_validation
from rasm.training.metric_losses import MetricLoss
from rasm.training.one_shot_validation import OneShotParams, draw_trials, one_shot_validation
from rasm.training.pairs import PairLoss, pair_task
from rasm.training.pen_views import PenParams, PenViews
from rasm.training.run import Run
from stages.progress import Track


class Params(EmbedderParams, frozen=True, extra="forbid"):
    """The section train_embedder of params.yaml."""

    views: Literal["pen", "aged"]
    sampling: Literal["classes", "pairs"]
    pen: PenParams
    one_shot: OneShotParams
    aged: AgedParams
    letter_trials: LetterTrialParams

    @model_validator(mode="after")
    def _pairs_are_aged(self) -> "Params":
        if self.sampling == "pairs" and (self.views, self.loss.kind) != ("aged", "contrastive"):
            raise ValueError("sampling pairs needs views aged and loss.kind contrastive")
        return self


def main(
    params: Params,
    track: Track,
    *,
    corpus: Path,
    checkpoint: Path,
    curves: Path,
    snapshot: Path,
    seed: int,
    compute: dict[str, Any],
) -> None:
    """Train on the training split; stop by what was held out, or by wear of another seed."""
    inputs = [corpus / "items.jsonl", corpus / "pictures.lmdb"]
    run = Run.start(params, seed, compute, inputs, curves, snapshot, track)
    task, loss, view = (_worn_letters if params.views == "aged" else _unseen_characters)(
        params, corpus, seed, run.fabric.device
    )
    architecture = params.architecture(channels=1)
    network = Embedder(**architecture, weights=params.weights)
    run.fit(Learner(network, loss), task, params.keep_every)
    run.save({checkpoint: (network, {"architecture": architecture, "view": view})})


def _unseen_characters(params: Params, corpus: Path, seed: int, device: torch.device) -> Any:
    """Classes are characters; trials on scripts that are held out choose."""
    known = read_corpus(corpus)
    train, val = known.of("train"), known.of("val")
    with Pictures(corpus) as pictures:
        views, seen = (
            PenViews.of([pictures[item.picture] for item in items], params.pen, device)
            for items in (train, val)
        )
    scripts, labels = (np.array([getattr(i, name) for i in val]) for name in ("group", "label"))
    trials = draw_trials(scripts, labels, params.one_shot, seed)
    validate = one_shot_validation(seen.skeletons, trials, params.one_shot, params.pen.size, seed)
    names, classes = np.unique([item.label for item in train], return_inverse=True)
    task = embedding_task(views.train, classes, validate, "val_one_shot", params, device)
    return task, MetricLoss(params.loss, len(names), params.dimension), views.card


def _worn_letters(params: Params, corpus: Path, seed: int, device: torch.device) -> Any:
    """Classes are letters, aged anew each time; letters aged otherwise choose."""
    letters = Letters.read(corpus)
    views = AgedViews.of(letters.pictures, params.aged, device)

    def see(pictures: Any) -> torch.Tensor:
        shown = AgedViews.of(pictures, params.aged, device)
        return shown.clean(torch.arange(len(pictures)))

    validate = letter_validation(letters, params.letter_trials, see, seed)
    names, classes = np.unique(letters.labels, return_inverse=True)
    if params.sampling == "pairs":
        task = pair_task(views, letters, validate, "val_recall_at_1", params, device)
        return task, PairLoss(params.loss, len(names), params.dimension), views.card
    task = embedding_task(views.train, classes, validate, "val_recall_at_1", params, device)
    return task, MetricLoss(params.loss, len(names), params.dimension), views.card
