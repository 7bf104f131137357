"""A corpus -> the network that places its pictures so that those of one class are near."""

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Literal

import numpy as np
from pydantic import model_validator

from rasm.corpora.corpus import Pictures, read_corpus
from rasm.corpora.letter_set import Letters
from rasm.nets.embedder import Embedder
from rasm.training.aged_views import AgedParams
from rasm.training.choosing import Choice, ChoiceParams
from rasm.training.embedding_task import EmbedderParams, Learner, embedding_task
from rasm.training.glyph_views import GlyphParams
from rasm.training.gpus import detect
from rasm.training.metric_losses import MetricLoss
from rasm.training.pair_sheets import with_pair_sheets
from rasm.training.pairs import PairLoss, pair_task
from rasm.training.pen_views import PenParams
from rasm.training.photo_views import PhotoParams, PhotoViews
from rasm.training.run import Run
from rasm.training.views import ViewName, ViewParams, see


class Params(EmbedderParams, ChoiceParams, frozen=True, extra="forbid"):
    """The section train_embedder of params.yaml."""

    views: ViewName
    sampling: Literal["classes", "pairs"]
    fresh: bool
    pen: PenParams
    aged: AgedParams
    glyph: GlyphParams
    photo: PhotoParams

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


def main(params: Params, run: Run, *, corpus: Path, checkpoint: Path) -> None:
    """Train on the training split; what `chosen_by` says is asked after each epoch."""
    if params.fresh:
        run.snapshot.unlink(missing_ok=True)
    if params.accumulate == 0:
        gpu = detect() if run.compute.accelerator != "cpu" else None
        batches = gpu.accumulate if gpu else 1
        params = Params.model_validate({**params.model_dump(), "accumulate": batches})
        run = replace(run, params=params)
    device = run.fabric.device
    known = read_corpus(corpus)
    train = known.of("train")
    labels = np.array([item.label for item in train])
    names, classes = np.unique(labels, return_inverse=True)
    seeing = partial(see, params=params.view, device=device)
    with Pictures(corpus) as pictures:
        views = seeing(pictures.of(train))
    validate = Choice(params, corpus, known, views, seeing, run.seed).validation()
    if params.sampling == "pairs":
        letters = Letters.read(corpus)
        task = pair_task(views, letters, validate, params.monitor, params, device)
        loss: MetricLoss = PairLoss(params.loss, len(names), params.dimension)
    else:
        mix = views.mixer(len(names)) if isinstance(views, PhotoViews) else None
        task = embedding_task(views.train, classes, validate, params.monitor, params, device, mix)
        loss = MetricLoss(params.loss, len(names), params.dimension)
    sheets = run.snapshot.with_name(f"{run.snapshot.stem}_pairs")
    task = with_pair_sheets(task, views, labels, sheets, run.seed)
    architecture = params.architecture(views.channels)
    network = Embedder(**architecture, weights=params.weights)
    run.fit(Learner(network, loss), task, params.keep_every)
    run.save({checkpoint: (network, {"architecture": architecture, "view": views.card})})
