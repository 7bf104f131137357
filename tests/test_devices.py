"""Tensors are made where those are that they meet: networks to training steps on a second device.

No GPU is needed: see tests/elsewhere.py. What is asked of each test is that nothing raises and that
the result lies elsewhere.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Literal, cast

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from rasm.augment.distort import distort
from rasm.augment.input_noise import disturb_cues, replace_tokens
from rasm.augment.jitter import blur, gamma, shift
from rasm.augment.mixing import mix
from rasm.augment.pen import articulated, written
from rasm.augment.waves import waved
from rasm.corpora.corpus import Pictures, read_corpus
from rasm.corpora.letter_set import Letters
from rasm.inputs.examples import (
    Examples,
    grid_examples,
    plain_grids,
    plain_rasters,
    raster_examples,
)
from rasm.labels.homoglyphs import ShapeClasses
from rasm.losses.cells import embedding_loss, naming_loss
from rasm.losses.flags import Flagged, flag_loss
from rasm.losses.margins import CosineMargin
from rasm.nets.embedder import Embedder
from rasm.nets.ranker import RankerNet
from rasm.nets.sign_net import SignNet
from rasm.raster.branches import Branches
from rasm.reading.embeddings import PictureEmbedder, inputs_of_card
from rasm.reading.saliency import saliency
from rasm.training import loop
from rasm.training.choosing.trials import TrialGround
from rasm.training.disturbed import distorted_examples, distorted_rasters, noisy_grids
from rasm.training.embedder import Learner, embedding_task
from rasm.training.glyphs import glyph_task, learner
from rasm.training.pair_sheets import pair_sheets
from rasm.training.phase1 import CellAugmentation, cell_task
from rasm.training.ranker import ranker_task
from rasm.training.siamese import pair_task
from rasm.training.signs import sign_task
from rasm.training.task import FitParams, Task
from tests.augment.hands import hand
from tests.augment.levels import PRESETS
from tests.elsewhere import ELSEWHERE, Distant, second_device
from tests.losses.sections import SECTIONS as LOSSES
from tests.losses.sections import circle, loss_of
from tests.nets import small
from tests.query.world import letter
from tests.training import four_shapes, test_ranker, test_signs, toy
from tests.training.choosing.test_trials import NAMES, write
from tests.training.choosing.test_trials import SECTIONS as TRIALS
from tests.training.two_glyphs import BOLDER, ROSTER
from tests.training.views.sections import section

CHANNELS: tuple[Literal["ink"], Literal["distance"], Literal["skeleton"]] = (
    "ink",
    "distance",
    "skeleton",
)
SHAKY = hand(pen_px=(2, 5), rotate=0.1, aspect=0.1, coarse=0.1, fine=0.1, branch_shift=0.1)
COSINE = {"cosine_scale": 9.0, "size_cues": True}
SHAPES = ShapeClasses(np.arange(5), np.ones(5))


@pytest.fixture(autouse=True)
def _second_device(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("LOKY_MAX_CPU_COUNT", "1")
    with second_device():
        yield


def generator() -> torch.Generator:
    return torch.Generator().manual_seed(0)


def drawn(*shape: int) -> Tensor:
    return torch.rand(*shape, generator=generator()).to(ELSEWHERE)


def numbers(high: int, *shape: int) -> Tensor:
    return torch.randint(high, shape, generator=generator()).to(ELSEWHERE)


def packed_glyphs(count: int = 6) -> NDArray[np.uint8]:
    """Letters of 128 pixels, packed."""
    ink = np.stack([letter(NAMES[n % 3], 128) < 128 for n in range(count)])
    return np.packbits(ink.reshape(count, -1), axis=1)


def packed() -> Tensor:
    return torch.from_numpy(packed_glyphs()).to(ELSEWHERE)


def expect_elsewhere(*tensors: Any) -> None:
    assert all(isinstance(one, Distant) for one in tensors)


@pytest.mark.parametrize("cell", [torch.zeros(3), torch.arange(3), torch.ones(3, dtype=torch.bool)])
def test_the_second_device_keeps_apart(cell: Tensor) -> None:
    """What a GPU refuses is refused here, and single numbers are let through."""
    there = drawn(3)
    with pytest.raises(RuntimeError, match="lies on the processor"):
        there + cell if cell.is_floating_point() else there[cell]
    with pytest.raises(RuntimeError, match="lies on the processor"):
        torch.zeros(()).add_(there.sum())
    with pytest.raises(RuntimeError, match="generator"):
        torch.rand(3, device=ELSEWHERE, generator=generator())
    with pytest.raises((RuntimeError, TypeError)):
        there.numpy()
    expect_elsewhere(there * torch.tensor(2.0), torch.tensor([1], device=ELSEWHERE))
    assert (there + 1).cpu().tolist() == (there.cpu() + 1).tolist()


# Networks


@pytest.mark.parametrize(
    ("make", "changes", "inputs"),
    [
        (small.cell_cnn, {}, ["cells"]),
        (small.cell_cnn, {"embedding": 4, "temperature": 0.1}, ["cells"]),
        (small.grid_cnn, COSINE, ["grids", "cues"]),
        (small.grid_transformer, {"dropout": 0.1}, ["grids"]),
        (small.grid_transformer, {"position": "sinusoidal", "pooling": "mean"}, ["grids"]),
        (small.raster_cnn, {**COSINE, "channels": CHANNELS}, ["rasters", "cues"]),
        (small.embedder, {"neck": True, "head": {"kind": "mlp", "dropout": 0.1}}, ["pictures"]),
        (small.embedder, {"backbone": {"kind": "torchvision", "name": "resnet18"}}, ["pictures"]),
    ],
)
def test_networks(
    make: Callable[..., nn.Module], changes: dict[str, Any], inputs: list[str]
) -> None:
    shown = {
        "cells": drawn(5, 1, 8, 8),
        "grids": numbers(20, 3, 16, 16),
        "cues": drawn(3, 4),
        "rasters": drawn(3, 3, 128, 128),
        "pictures": drawn(3, 1, 32, 32),
    }
    network = make(**changes).to(ELSEWHERE)
    for training in (True, False):
        found = network.train(training)(*(shown[name] for name in inputs))
        expect_elsewhere(found)
    found.sum().backward()
    expect_elsewhere(*(one.grad for one in network.parameters() if one.grad is not None))


@pytest.mark.parametrize("width", [6, 9])
def test_primitives_are_embedded_as_points(width: int) -> None:
    network = small.grid_cnn().to(ELSEWHERE)
    network.start_from(drawn(19, width))
    expect_elsewhere(network.embed.weight)


@pytest.mark.parametrize("make", [small.grid_cnn, small.grid_transformer])
def test_saliency(make: Callable[..., Any]) -> None:
    network, classes = make().to(ELSEWHERE).eval(), numbers(5, 3)
    expect_elsewhere(saliency(network, numbers(20, 3, 16, 16), classes, classes))


# Inputs


@pytest.mark.parametrize(
    "card",
    [
        {"kind": "scripts", "picture": 96, "size": 64, "pen_px": 4},
        {"kind": "letters", "size": 32},
        {"kind": "glyphs", "picture": 32, "size": 16},
        {"kind": "photos", "size": 32},
    ],
    ids=str,
)
def test_pictures_as_a_network_reads_them_and_their_embeddings(card: dict[str, Any]) -> None:
    view = inputs_of_card(Path(), card)
    pictures = [letter(name) for name in NAMES]
    inputs = view.inputs(pictures, ELSEWHERE)
    assert inputs.device == ELSEWHERE
    expect_elsewhere(inputs.clean(numbers(3, 2)))
    network = small.embedder(channels=inputs.channels).to(ELSEWHERE).eval()
    embed = PictureEmbedder(network, view, "", ELSEWHERE, "32-true").embed
    assert embed(pictures).shape == (3, 5)


class Stacked:
    """Records that are in memory."""

    def __init__(self, records: NDArray[Any]) -> None:
        self.records = records

    def stack(self, keys: NDArray[np.int64]) -> NDArray[np.uint8]:
        return self.records


def test_glyphs_as_classifiers_read_them() -> None:
    rasters: Any = Stacked(packed_glyphs(2))
    grids: Any = Stacked(np.zeros((2, 256), dtype="<u2").view(np.uint8))
    for examples in (
        raster_examples(rasters, ROSTER, ELSEWHERE, plain_rasters(CHANNELS)),
        grid_examples(grids, ROSTER, ELSEWHERE, plain_grids),
    ):
        expect_elsewhere(examples.cues, examples.prepare(examples.inputs, None))


# Distortions


def test_distortions_of_rasters() -> None:
    masks = distort(packed(), BOLDER, generator())
    expect_elsewhere(masks, shift(masks, 2, generator()), blur(masks, 0.5, generator()))
    expect_elsewhere(gamma(masks, 0.1, generator()))


def test_hands() -> None:
    skeletons = packed()
    moved = articulated(Branches.of(skeletons), numbers(6, 4), SHAKY, generator())
    expect_elsewhere(moved, written(moved, SHAKY, 64, generator()))
    expect_elsewhere(waved(skeletons, 1.0, 32, generator()))


def test_noise_on_primitives_and_cues() -> None:
    expect_elsewhere(replace_tokens(numbers(9, 3, 4), 0.5, 9, generator()))
    expect_elsewhere(disturb_cues(drawn(3, 4), 0.1, generator()))


@pytest.mark.parametrize("name", ["mixup_alpha", "cutmix_alpha"])
def test_mixtures(name: str) -> None:
    preset = PRESETS["minimal"].model_copy(update={name: 1.0})
    expect_elsewhere(*mix(drawn(4, 1, 8, 8), numbers(3, 4), 3, preset, seed=1))


# Losses


@pytest.mark.parametrize("kind", LOSSES)
def test_losses_of_embeddings(kind: str) -> None:
    loss = loss_of(kind).to(ELSEWHERE)
    labels = torch.arange(8) % 2
    halves = (labels[:4] > 0) if kind == "siamese" else labels
    cost = loss(circle().requires_grad_().to(ELSEWHERE), halves.to(ELSEWHERE), 0.9)
    expect_elsewhere(cost)
    cost.backward()
    if kind == "softmax":
        expect_elsewhere(loss(circle().to(ELSEWHERE), drawn(8, 2), 0.9))


def test_losses_of_cells_and_of_flags() -> None:
    batch, weights = (drawn(6, 1, 8, 8), numbers(20, 6)), drawn(20)
    expect_elsewhere(naming_loss(weights)(small.cell_cnn().to(ELSEWHERE), batch, 0.0))
    placing = small.cell_cnn(embedding=4).to(ELSEWHERE)
    expect_elsewhere(embedding_loss(weights, 0.1)(placing, batch, 0.0))
    logits, marks = Flagged(small.grid_cnn(), 3).to(ELSEWHERE)(numbers(20, 4, 16, 16))
    expect_elsewhere(logits, flag_loss(marks, numbers(2, 4, 3).float()))


@pytest.mark.parametrize("kind", ["arcface", "cosface"])
def test_margins(kind: Literal["arcface", "cosface"]) -> None:
    margin = CosineMargin(kind=kind, size=0.2, scale=9.0, ramp=(0.0, 0.1))
    expect_elsewhere(margin.lowered(drawn(4, 5), numbers(5, 4), 0.5))


# Training


class Machine:
    """As much of a Fabric as training asks for."""

    device = ELSEWHERE
    strategy = SimpleNamespace(precision=SimpleNamespace(state_dict=dict))

    def autocast(self) -> Any:
        return nullcontext()

    def setup(self, model: nn.Module, optimizer: Any) -> Any:
        return model, optimizer

    def to_device(self, batch: Sequence[Tensor]) -> Sequence[Tensor]:
        return batch

    def backward(self, loss: Tensor) -> None:
        loss.backward()

    def clip_gradients(self, model: nn.Module, optimizer: Any, **limits: Any) -> None:
        nn.utils.clip_grad_norm_(model.parameters(), **limits)


MACHINE = cast(Any, Machine())


def train(model: nn.Module, task: Task, params: FitParams, monkeypatch: pytest.MonkeyPatch) -> None:
    """An epoch. Its snapshot is left out: these tensors cannot be written."""
    monkeypatch.setattr(loop, "save_snapshot", print)
    history = loop.fit(
        model.to(ELSEWHERE),
        task,
        params,
        fabric=MACHINE,
        seed=0,
        snapshot=Path("none"),
        fingerprint={},
        track=toy.silent,
    )
    assert task.monitor in history[-1]


def test_phase_1(monkeypatch: pytest.MonkeyPatch) -> None:
    centroids = np.random.default_rng(0).random((19, 64)).astype(np.float32)
    validation = (np.round(centroids), np.arange(1, 20, dtype=np.uint16), np.ones(19, np.int64))
    task = cell_task(
        packed_glyphs(),
        centroids,
        validation,
        naming_loss(),
        grid=16,
        batch_size=64,
        cells_per_epoch=128,
        empty_share=0.1,
        augmentation=CellAugmentation(translate_px=2, blur_sigma_max=0.6, gamma_jitter=0.05),
        device=ELSEWHERE,
        views=2,
    )
    train(small.cell_cnn(), task, toy.params(epochs=1), monkeypatch)


def test_printed_signs(monkeypatch: pytest.MonkeyPatch) -> None:
    known, settings = test_signs.pictures(0), test_signs.params(epochs=1, steps_per_epoch=2)
    network = SignNet(test_signs.TEXTS, 5, settings.hidden, settings.dropout)
    network.standardize(known.features, known.cues)
    deviation = network.deviation[:5].clone()
    task = sign_task(known, known, test_signs.TEXTS, settings, deviation, ELSEWHERE)
    train(network, task, settings, monkeypatch)


def test_rankers(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = test_ranker.params(epochs=1, steps_per_epoch=2)
    network = RankerNet(0, 3, 1, settings.tower, settings.dropout, False, (2, 2))
    task = ranker_task(test_ranker.examples(0), settings, ELSEWHERE, test_ranker.GAP_LAST)
    train(network, task, settings, monkeypatch)


@pytest.mark.parametrize("phase", ["phase2", "baseline"])
def test_glyph_classifiers(phase: str, monkeypatch: pytest.MonkeyPatch) -> None:
    margin = {"kind": "arcface", "size": 0.2, "scale": 9.0, "ramp": [0.0, 0.1]}
    params = toy.glyph_params(
        epochs=1, batch_size=3, margin=margin, aux_weight=0.1, size_cues=True, cue_noise=0.1
    )
    labels, cues = np.arange(6) % 5, drawn(6, 4)
    if phase == "phase2":
        stored = Examples(numbers(20, 6, 16, 16), labels, noisy_grids(0.1, 20), cues)
        examples = distorted_examples(stored, packed(), small.cell_cnn(), BOLDER, MACHINE)
        network: Any = small.grid_cnn(**COSINE)
    else:
        examples = Examples(packed(), labels, distorted_rasters(BOLDER, CHANNELS), cues)
        network = small.raster_cnn(**COSINE, channels=CHANNELS)
    names = ["beh", "teh", "theh", "seen", "sheen"]
    task = glyph_task(examples, examples, SHAPES, names, params)
    train(learner(network, params), task, params, monkeypatch)


def corpus(folder: Path) -> Path:
    """Two pictures of each of three letters in training, one in validation."""
    return write(folder, [(name, split) for name in NAMES for split in ("train", "train", "val")])


@pytest.mark.parametrize(
    ("view", "trials", "loss", "changes"),
    [
        ("scripts", "scripts", "arcface", {"hand": SHAKY.model_dump()}),
        ("glyphs", "retrieval", "triplet", {"distortion": BOLDER.model_dump()}),
        ("letters", "letters", "proxy_anchor", {"size": 32}),
        ("letters", "letters", "siamese", {"size": 32}),
        ("photos", "retrieval", "softmax", {"strength": "heavy", "mix": True}),
    ],
)
def test_embedders(
    view: str,
    trials: str,
    loss: str,
    changes: dict[str, Any],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    chosen = four_shapes.params(
        epochs=1,
        batch_size=6,
        per_class=2,
        steps_per_epoch=2,
        views=section(view, **changes),
        chosen_by={"kind": trials, **TRIALS[trials]},
        loss={"kind": loss, **LOSSES[loss]},
    )
    folder = corpus(tmp_path / "corpus")
    known = read_corpus(folder)
    labels = np.array([item.label for item in known.of("train")])
    with Pictures(folder) as pictures:
        views = chosen.views.views(pictures.of(known.of("train")), ELSEWHERE)
    validate = chosen.chosen_by.validation(
        TrialGround(folder, known, views, chosen.views, ELSEWHERE, seed=0)
    )
    if chosen.loss.takes_pairs:
        task = pair_task(views, Letters.read(folder), validate, chosen, ELSEWHERE)
    else:
        classes = np.unique(labels, return_inverse=True)[1]
        task = embedding_task(
            views.train, classes, validate, chosen, ELSEWHERE, views.mixer(len(NAMES)), views.ahead
        )
    watched = task.watched(pair_sheets(views, labels, tmp_path, seed=0))
    network = Embedder(**chosen.architecture(views.channels))
    model = Learner(network, chosen.loss.build(len(NAMES), chosen.dimension))
    train(model, watched, chosen, monkeypatch)
    assert (tmp_path / "epoch_001.png").is_file()
