"""A corpus -> the network that places its pictures so that those of one class are near."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import numpy as np
import torch
from pydantic import model_validator
from torch import nn

from rasm.corpora.corpus import Corpus, Item, Pictures, read_corpus
from rasm.corpora.letter_set import Letters
from rasm.nets.embedder import Embedder
from rasm.training.aged_views import AgedParams
from rasm.training.embedding_task import EmbedderParams, Learner, embedding_task
from rasm.training.glyph_views import GlyphParams
from rasm.training.gpus import detect
from rasm.training.letter_validation import LetterTrialParams, letter_validation
from rasm.training.metric_losses import MetricLoss
from rasm.training.one_shot_validation import OneShotParams, draw_trials, one_shot_validation
from rasm.training.pair_sheets import with_pair_sheets
from rasm.training.pairs import PairLoss, pair_task
from rasm.training.pen_views import PenParams, PenViews
from rasm.training.photo_views import PhotoParams, PhotoViews
from rasm.training.retrieval_validation import RetrievalParams, retrieval_validation
from rasm.training.run import Run
from rasm.training.views import ViewName, ViewParams, Views, see
from stages.progress import Track

Validate = Callable[[nn.Module], dict[str, float]]


class Params(EmbedderParams, frozen=True, extra="forbid"):
    """The section train_embedder of params.yaml."""

    views: ViewName
    chosen_by: Literal["one_shot", "letters", "retrieval"]
    sampling: Literal["classes", "pairs"]
    fresh: bool
    pen: PenParams
    aged: AgedParams
    glyph: GlyphParams
    photo: PhotoParams
    one_shot: OneShotParams
    letter_trials: LetterTrialParams
    retrieval: RetrievalParams

    @property
    def view(self) -> ViewParams:
        """The section that `views` names."""
        named: ViewParams = getattr(self, self.views)
        return named

    @model_validator(mode="after")
    def _fit_together(self) -> "Params":
        wanted = {"one_shot": "pen", "letters": "aged"}.get(self.chosen_by, self.views)
        if self.views != wanted:
            raise ValueError(f"chosen_by {self.chosen_by} needs views {wanted}")
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
    """Train on the training split; what `chosen_by` says is asked after each epoch."""
    if params.fresh:
        snapshot.unlink(missing_ok=True)
    if params.accumulate == 0:
        gpu = detect() if compute.get("accelerator") != "cpu" else None
        batches = gpu.accumulate if gpu else 1
        params = Params.model_validate({**params.model_dump(), "accumulate": batches})
    inputs = [corpus / "items.jsonl", corpus / "pictures.lmdb"]
    run = Run.start(params, seed, compute, inputs, curves, snapshot, track)
    device = run.fabric.device
    known = read_corpus(corpus)
    train = known.of("train")
    labels = np.array([item.label for item in train])
    names, classes = np.unique(labels, return_inverse=True)
    with Pictures(corpus) as pictures:
        views = see(pictures.of(train), params.view, device)
    ask = {"one_shot": _unseen_characters, "letters": _worn_letters, "retrieval": _unseen_pictures}
    validate = ask[params.chosen_by](params, corpus, known, views, seed, device)
    monitor = "val_one_shot" if params.chosen_by == "one_shot" else "val_recall_at_1"
    if params.sampling == "pairs":
        letters = Letters.read(corpus)
        task = pair_task(views, letters, validate, monitor, params, device)
        loss: MetricLoss = PairLoss(params.loss, len(names), params.dimension)
    else:
        mix = views.mixer(len(names)) if isinstance(views, PhotoViews) else None
        task = embedding_task(views.train, classes, validate, monitor, params, device, mix)
        loss = MetricLoss(params.loss, len(names), params.dimension)
    task = with_pair_sheets(task, views, labels, snapshot.with_name(f"{snapshot.stem}_pairs"), seed)
    architecture = params.architecture(views.channels)
    network = Embedder(**architecture, weights=params.weights)
    run.fit(Learner(network, loss), task, params.keep_every)
    run.save({checkpoint: (network, {"architecture": architecture, "view": views.card})})


def _unseen_characters(
    params: Params, corpus: Path, known: Corpus, views: Views, seed: int, device: torch.device
) -> Validate:
    """Classes are characters; trials on scripts that are held out choose."""
    val = _validation(corpus, known)
    with Pictures(corpus) as pictures:
        seen = PenViews.of(pictures.of(val), params.pen, device)
    scripts, labels = (np.array([getattr(i, name) for i in val]) for name in ("group", "label"))
    trials = draw_trials(scripts, labels, params.one_shot, seed)
    return one_shot_validation(seen.skeletons, trials, params.one_shot, params.pen.size, seed)


def _worn_letters(
    params: Params, corpus: Path, known: Corpus, views: Views, seed: int, device: torch.device
) -> Validate:
    """All drawings train; letters that have aged otherwise choose."""

    def clean(pictures: Any) -> torch.Tensor:
        return see(pictures, params.view, device).clean(torch.arange(len(pictures)))

    return letter_validation(Letters.read(corpus), params.letter_trials, clean, seed)


def _unseen_pictures(
    params: Params, corpus: Path, known: Corpus, views: Views, seed: int, device: torch.device
) -> Validate:
    """Classes are the same in all splits: pictures of validation are looked up in training's."""
    val = _validation(corpus, known)
    with Pictures(corpus) as pictures:
        seen = see(pictures.of(val), params.view, device)
    gallery, queries = (
        (shown, np.array([item.label for item in items]))
        for shown, items in ((views, known.of("train")), (seen, val))
    )
    return retrieval_validation(*gallery, *queries, params.retrieval, seed)


def _validation(corpus: Path, known: Corpus) -> tuple[Item, ...]:
    if not (val := known.of("val")):
        raise ValueError(f"{corpus} has no validation split, which chooses the best epoch: add IDs")
    return val
