"""Printed signs -> the network that reads them, on features of the one that reads Arabic pixels."""

from pathlib import Path

import torch

from rasm.corpora.printed import PrintedGlyphs
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
    glyphs = PrintedGlyphs.read(signs)
    reader = load_network(baseline, RasterCNN).to(memory_format=torch.channels_last)
    parts = [glyphs.rows(glyphs.splits == split) for split in ("train", "val")]
    texts = signs_of(parts[0], params.packages)
    train, val = (
        SignPictures(part, see(reader, part.rasters, part.cues, run.fabric).features, texts)
        for part in parts
    )
    network = SignNet(texts, train.features.shape[1], params.hidden, params.dropout)
    network.standardize(train.features, train.cues)
    deviation = network.deviation[: network.features].clone()
    task = sign_task(train, val, texts, params, deviation, run.fabric.device)
    run.fit(network, task)
    network.cpu()
    with torch.inference_mode():
        logits = network(val.features, val.cues).numpy()
    weights = family_weights(val.packages)
    card = {
        "architecture": {
            "texts": texts,
            "features": network.features,
            "hidden": params.hidden,
            "dropout": params.dropout,
        },
        "baseline": weights_sha256(baseline),
        "temperature": fit_temperature(logits, val.labels.numpy(), weights),
    }
    run.save({checkpoint: (network, card)})
