"""A corpus -> the network that places its pictures so that those of one class are near."""

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np

from rasm.corpora.corpus import Pictures, read_corpus
from rasm.corpora.letter_set import Letters
from rasm.nets.device import detect
from rasm.nets.embedder import Embedder
from rasm.training.choosing.trials import TrialGround
from rasm.training.embedder import Learner, embedding_task, start_weights
from rasm.training.embedder_params import EmbedderParams
from rasm.training.pair_sheets import pair_sheets
from rasm.training.run import Run
from rasm.training.siamese import pair_task


class Params(EmbedderParams, frozen=True, extra="forbid"):
    """The section train_embedder of params.yaml."""


def main(params: Params, run: Run, *, corpus: Path, checkpoint: Path, pairs: Path) -> None:
    """Train on the training split; what `chosen_by` says is asked after each epoch."""
    if params.fresh:
        run.snapshot.unlink(missing_ok=True)
    if params.accumulate == 0:
        gpu = detect() if run.compute.accelerator != "cpu" and params.divisible else None
        params = params.model_copy(update={"accumulate": gpu.accumulate if gpu else 1})
        run = replace(run, params=params)
    device = run.fabric.device
    known = read_corpus(corpus)
    train = known.of("train")
    labels = np.array([item.label for item in train])
    names, classes = np.unique(labels, return_inverse=True)
    with Pictures(corpus) as pictures:
        views = params.views.views(pictures.of(train), device)
    ground = TrialGround(corpus, known, views, params.views, device, run.seed)
    validate = params.chosen_by.validation(ground)
    if params.loss.takes_pairs:
        task = pair_task(views, Letters.read(corpus), validate, params, device)
    else:
        mix = views.mixer(len(names))
        task = embedding_task(views.train, classes, validate, params, device, mix, views.ahead)
    # Beside the snapshot, for a resumed run goes on with the sheets of the epochs before.
    drawn = run.snapshot.with_name(f"{run.snapshot.stem}_pairs")
    drawn.mkdir(parents=True, exist_ok=True)
    sheets = pair_sheets(views, labels, drawn, run.seed)
    architecture = params.architecture(views.channels)
    network = Embedder(**architecture)
    start_weights(network, params)
    loss = params.loss.build(len(names), params.dimension)
    run.fit(Learner(network, loss), task.watched(sheets), params.keep_every)
    card = {"architecture": architecture, "view": params.views.in_use.card}
    shutil.copytree(drawn, pairs, dirs_exist_ok=True)
    run.save({checkpoint: (network, card)})
