"""The reader of printed signs, made for a model: `python -m experiments.signs [models/1]`.

It reads Latin, Greek, Cyrillic and Hebrew, digits and stops by the features of the model's own
baseline, and is written to `checkpoints/signs` of the model, what was measured of it on packages
that no training saw to `corpus_metrics/signs.json`. It is no stage of the pipeline: a run has none
until this was called with its folder. Weights are halved when a run is released.
"""

import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TypeVar

import numpy as np
import torch

from rasm.bounded.workers import Workers
from rasm.corpora.printed import PrintedGlyph, PrintedGlyphs, draw_signs
from rasm.corpora.scripts import locked_packages
from rasm.fonts.sfnt import LOCKED_LIMITS, FontError
from rasm.labels.pins import read_pins
from rasm.labels.signs import SCRIPTS, script_of
from rasm.metrics.intervals import IntervalParams, with_interval
from rasm.metrics.signs import sign_scores
from rasm.nets.compute import HERE
from rasm.nets.device import make_fabric
from rasm.nets.raster_cnn import RasterCNN
from rasm.nets.sign_net import SignNet
from rasm.nets.weights import load_network, weights_sha256
from rasm.query.run_files import drawing_policy
from rasm.reading.features import see
from rasm.reading.signs import SignReader
from rasm.report.terminal import ending_with
from rasm.store.json_file import write_json
from rasm.training.optimizer import AdamWParams
from rasm.training.run import Run
from rasm.training.schedule import PlainSchedule
from rasm.training.signs import SignNoise, SignParams, SignPictures, sign_task, signs_of
from rasm.trust.calibration import fit_temperature
from rasm.trust.families import family_weights

ROOT = Path(__file__).absolute().parents[1]
VAL = "alegreya bitter david-libre exo-2 gfs-didot tinos ubuntu varela-round"
TEST = "cardo jura lora old-standard-tt open-sans play pt-serif secular-one source-serif-4"
"""Packages of text fonts that choose and report; the others train. Arabic ones have their pins."""
SEED = 42
PARAMS = SignParams(
    packages=6,
    arabic=0.15,
    hidden=512,
    dropout=0.2,
    noise=SignNoise(size=0.12, features=0.1),
    epochs=6,
    steps_per_epoch=240,
    batch_size=512,
    optimizer=AdamWParams(kind="adamw"),
    lr=0.004,
    weight_decay=0.05,
    schedule=PlainSchedule(kind="cosine"),
    warmup_share=0.1,
    early_stop_patience=5,
    clip_norm=1.0,
    average=0.99,
)
INTERVALS = IntervalParams(resamples=2000, level=0.95)

_Item = TypeVar("_Item")


def drawn_signs(model: Path) -> PrintedGlyphs:
    """The signs of all locked packages of text fonts and of Arabic ones, as `model` draws glyphs.

    Raises FontError that names a file that is no sound font.
    """
    pins = read_pins(ROOT / "dataset/splits.json")
    split_of: dict[str, str] = {
        name.lower().replace(" ", "-"): split for name, split in pins.items()
    }
    split_of |= dict.fromkeys(VAL.split(), "val") | dict.fromkeys(TEST.split(), "test")
    folders = [
        package
        for dataset in ("prints", "fonts")
        for package in locked_packages(
            ROOT / "dataset" / dataset / "node_modules/@fontsource",
            ROOT / "dataset" / dataset / "package-lock.json",
            [],
        )
    ]
    policy, drawn = drawing_policy(model), list[PrintedGlyph]()
    with Workers(LOCKED_LIMITS) as workers:
        calls = ((str(folder), (folder, policy)) for folder in folders)
        for outcome in workers.in_order(draw_signs, calls):
            if outcome.error:
                raise FontError(f"{outcome.error}; run 'make fonts'")
            drawn += (glyph for file in outcome.results for glyph in file)
    return PrintedGlyphs(
        texts=np.array([glyph.text for glyph in drawn]),
        packages=np.array([glyph.package for glyph in drawn]),
        splits=np.array([split_of.get(glyph.package, "train") for glyph in drawn]),
        rasters=np.stack([glyph.raster for glyph in drawn]),
        cues=np.array([glyph.cues for glyph in drawn], dtype=np.float32),
    )


def train(glyphs: PrintedGlyphs, model: Path, params: SignParams = PARAMS) -> None:
    """Train on packages of training; val's choose the epoch and the temperature."""
    baseline = model / "checkpoints/baseline"
    reader = load_network(baseline, RasterCNN).to(memory_format=torch.channels_last)
    parts = [glyphs.rows(glyphs.splits == split) for split in ("train", "val")]
    texts = signs_of(parts[0], params.packages)
    with tempfile.TemporaryDirectory() as scratch:
        run = Run(
            params=params,
            seed=SEED,
            compute=HERE,
            inputs=[],
            code={},
            curves=Path(scratch) / "curves.tsv",
            snapshot=Path(scratch) / "snapshot.pt",
            track=_untracked,
        )
        taught, chosen = (
            SignPictures(part, see(reader, part.rasters, part.cues, run.fabric).features, texts)
            for part in parts
        )
        network = SignNet(texts, taught.features.shape[1], params.hidden, params.dropout)
        network.standardize(taught.features, taught.cues)
        deviation = network.deviation[: network.features].clone()
        run.fit(network, sign_task(taught, chosen, texts, params, deviation, run.fabric.device))
        network.cpu()
        with torch.inference_mode():
            logits = network(chosen.features, chosen.cues).numpy()
        weights = family_weights(chosen.packages)
        card = {
            "architecture": {
                "texts": texts,
                "features": network.features,
                "hidden": params.hidden,
                "dropout": params.dropout,
            },
            "baseline": weights_sha256(baseline),
            "temperature": fit_temperature(logits, chosen.labels.numpy(), weights),
        }
        run.save({model / "checkpoints/signs": (network, card)})


def measured(glyphs: PrintedGlyphs, model: Path) -> dict[str, float]:
    """Which sign each glyph of the test is, script by script, and whether it is one."""
    baseline = model / "checkpoints/baseline"
    reader = SignReader.load(model / "checkpoints/signs", weights_sha256(baseline))
    number = {text: n for n, text in enumerate(reader.network.texts)}
    known = np.array([text in number for text in glyphs.texts.tolist()])
    test = glyphs.rows(known & (glyphs.splits == "test"))
    network = load_network(baseline, RasterCNN).to(memory_format=torch.channels_last)
    seen = see(network, test.rasters, test.cues, make_fabric(HERE))
    labels = np.array([number[text] for text in test.texts.tolist()])
    right = sign_scores(reader.read(seen.features, test.cues), labels, reader.network.texts)
    found: dict[str, float] = {
        "signs": len(number) - 1,
        "packages": len(np.unique(test.packages)),
        "glyphs": len(labels),
    }
    scripts = np.array([script_of(text) for text in test.texts.tolist()])
    groups = {"ascii": np.array([text.isascii() for text in test.texts.tolist()]) & (labels > 0)}
    groups |= {script: scripts == script for script in SCRIPTS}
    groups["common"] = (scripts == "") & (labels > 0)
    for name, rows in groups.items():
        if not rows.any():
            continue
        packages = test.packages[rows]
        found |= with_interval(f"{name}_top1", right["read"][rows], packages, INTERVALS, SEED)
        found[f"{name}_folded"] = float(right["folded"][rows].mean())
    for name, rows in (("signs_told", labels > 0), ("arabic_told", labels == 0)):
        told, packages = right["none"][rows], test.packages[rows]
        found |= with_interval(name, told, packages, INTERVALS, SEED)
    return found


def _untracked(
    iterable: Iterable[_Item], total: int | None = None, desc: str = "", unit: str = "it"
) -> Iterator[_Item]:
    return iter(iterable)


def main(arguments: list[str]) -> int:
    """Draw, train and measure, for the model of a folder."""
    if len(arguments) > 1:
        print("usage: python -m experiments.signs [models/1]", file=sys.stderr)
        return 2
    model = Path(arguments[0]) if arguments else ROOT / "outputs"
    with ending_with(1):
        glyphs = drawn_signs(model)
        train(glyphs, model)
        found = measured(glyphs, model)
        write_json(model / "corpus_metrics/signs.json", found)
    for name, value in found.items():
        print(f"  {name} {value:.4g}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
