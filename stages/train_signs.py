"""Printed signs and the baseline -> the network that reads signs by the baseline's features."""

from functools import partial
from pathlib import Path

import torch

from rasm.corpora.printed import PrintedGlyphs, read_printed
from rasm.nets.raster_cnn import RasterCNN
from rasm.nets.sign_net import SignNet
from rasm.nets.weights import load_network, weights_sha256
from rasm.reading.features import see
from rasm.training.run import Run
from rasm.training.signs import SignParams, SignPictures, sign_task, signs_of
from rasm.trust.calibration import fit_temperature
from rasm.trust.families import family_weights


class Params(SignParams, frozen=True, extra="forbid"):
    """The section train_signs of params.yaml."""


def main(params: Params, run: Run, *, signs: Path, baseline: Path, checkpoint: Path) -> None:
    """Train on packages of training; val's choose the epoch and the temperature."""
    glyphs = read_printed(signs)
    reader = load_network(baseline, RasterCNN).to(memory_format=torch.channels_last)
    parts = [glyphs.rows(glyphs.splits == split) for split in ("train", "val")]
    texts = signs_of(parts[0], params.packages)
    progress = partial(run.track, desc="features", unit="batch")

    def shown(part: PrintedGlyphs) -> SignPictures:
        seen = see(reader, part.rasters, part.cues, run.fabric, progress)
        return SignPictures(part, seen.features, texts)

    train, val = map(shown, parts)
    network = SignNet(texts, train.features.shape[1], params.hidden, params.dropout)
    network.standardize(train.features, train.cues)
    deviation = network.deviation[: network.features].clone()
    run.fit(network, sign_task(train, val, texts, params, deviation, run.fabric.device))
    network.cpu()
    with torch.inference_mode():
        logits = network(val.features, val.cues).numpy()
    card = {
        "architecture": {
            "texts": texts,
            "features": network.features,
            "hidden": params.hidden,
            "dropout": params.dropout,
        },
        "baseline": weights_sha256(baseline),
        "temperature": fit_temperature(logits, val.labels.numpy(), family_weights(val.packages)),
    }
    run.save({checkpoint: (network, card)})
