"""A corpus and its embedder -> the network that ranks pictures of it by legibility."""

from pathlib import Path

import numpy as np
import torch

from rasm.augment.ladders import letters_among
from rasm.corpora.letter_set import Letters
from rasm.nets.ranker import RankerNet
from rasm.reading.embeddings import PictureEmbedder
from rasm.reading.legibility import PictureFeatures
from rasm.training.feature_cache import cached
from rasm.training.ranker import (
    RankerParams,
    choose_rule,
    draw_lot,
    make_examples,
    ranker_task,
)
from rasm.training.run import Run


class Params(RankerParams, frozen=True, extra="forbid"):
    """The section train_ranker of params.yaml."""


def main(params: Params, run: Run, *, corpus: Path, embedder: Path, checkpoint: Path) -> None:
    """Train on ladders of training letters; val's choose the epoch, and what is to be reshot."""
    known = Letters.read(corpus)
    lot = draw_lot(known.names, params.letters, run.seed)
    letters = letters_among(known, known.names.tolist())
    network = PictureEmbedder.load(embedder, run.compute)
    ideals = network.embed([letters.pictures[row] for row in letters.ideals])
    features = PictureFeatures.of(params.features, network, ideals)
    examples = cached(
        run.snapshot.with_name(f"{run.snapshot.stem}_features.npz"),
        lambda: make_examples(letters, lot, params, features, run.seed),
        params={
            **params.model_dump(include={"features", "letters", "ladders", "read"}),
            "seed": run.seed,
            "clip": features.clip_sha256,
        },
        inputs=run.inputs,
        code=run.code,
    )
    ranker = RankerNet(
        **vars(features.sizes),
        hidden=params.tower,
        dropout=params.dropout,
        layer_norm=params.layer_norm,
        ideals=ideals.shape,
    )
    ranker.ideals.copy_(torch.from_numpy(ideals))
    shown = [examples[f"train_{name}"] for name in ("ladders", "queries")]
    flat = np.concatenate([one.reshape(-1, one.shape[-1]) for one in shown])
    ranker.standardize(torch.from_numpy(flat))
    run.fit(ranker, ranker_task(examples, params, run.fabric.device, features))
    ranker.to(run.fabric.device)
    card = {
        "architecture": ranker.metadata,
        "embedder": network.fingerprint,
        "clip": features.clip_sha256,
        "features": params.features.model_dump(mode="json"),
        "reject": choose_rule(ranker, examples, features, params.reject).model_dump(),
        "letters": vars(lot),
    }
    run.save({checkpoint: (ranker, card)})
