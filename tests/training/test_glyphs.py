"""What glyph classifiers learn, with inputs that are their own answers."""

from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from rasm.inputs.examples import Examples
from rasm.labels.diacritics import FLAGS
from rasm.labels.homoglyphs import ShapeClasses
from rasm.losses.flags import Flagged
from rasm.reading.logits import predict
from rasm.training.glyphs import glyph_task, learner
from rasm.training.task import Task
from tests.nets.small import raster_cnn
from tests.training.toy import glyph_params

# Labels 0 and 1 are class 0, label 2 is class 1; in class 0 label 1 is the common one.
SHAPES = ShapeClasses(np.array([0, 0, 1]), np.array([0.25, 0.75, 1.0]))
NAMES = ["beh", "dotless_beh", "teh"]
LABELS = np.array([0, 1, 2, 2, 1])
INPUTS = torch.tensor([[9.0, 0.0], [9.0, 0.0], [0.0, 9.0], [9.0, 0.0], [0.0, 9.0]])


def as_given(inputs: Tensor, generator: torch.Generator | None) -> Tensor:
    return inputs if generator is None else inputs + 100


def task(examples: Examples | None = None, **changes: Any) -> Task:
    asked = examples or Examples(INPUTS, LABELS, as_given)
    return glyph_task(asked, asked, SHAPES, NAMES, glyph_params(batch_size=2, **changes))


def test_batches_are_disturbed_inputs_with_their_shape_class() -> None:
    classes = dict(zip(range(5), [0, 0, 1, 1, 0], strict=True))
    inputs = torch.arange(5.0)[:, None]
    one = task(Examples(inputs, LABELS, as_given))
    batches = list(one.batches(torch.Generator().manual_seed(0)))
    assert len(batches) == one.steps == 2
    for seen, targets in batches:
        assert [classes[int(x) - 100] for x in seen[:, 0]] == targets.tolist()


def test_validation_by_hand() -> None:
    """The network answers class 0 0 1 0 1 for 0 0 1 1 0; as labels 1 1 2 1 2 for 0 1 2 2 1."""
    metrics = task().validate(nn.Identity())
    assert metrics["val_shape_top1"] == pytest.approx(3 / 5)
    assert metrics["val_strict_top1"] == pytest.approx(2 / 5)
    sure, wrong = np.log1p(np.exp(-9)), 9 + np.log1p(np.exp(-9))
    assert metrics["val_loss"] == pytest.approx((3 * sure + 2 * wrong) / 5)
    assert task().monitor == "val_shape_top1"


def test_loss_is_cross_entropy_smoothed_as_asked() -> None:
    """Smoothing s over two classes: 1 - s/2 of the right one's loss, s/2 of the other's."""
    batch = (INPUTS[:1], torch.tensor([0]))
    sure, wrong = np.log1p(np.exp(-9)), 9 + np.log1p(np.exp(-9))
    assert float(task().loss(nn.Identity(), batch, 0.0)) == pytest.approx(sure, abs=1e-6)
    smooth = float(task(label_smoothing=0.2).loss(nn.Identity(), batch, 0.0))
    assert smooth == pytest.approx(0.9 * sure + 0.1 * wrong, rel=1e-5)


@pytest.mark.parametrize("chunk", [1, 2, 512])
def test_prediction_is_in_order_undisturbed_and_float32(chunk: int) -> None:
    answers = predict(nn.Identity(), Examples(INPUTS.double(), LABELS, as_given), chunk)
    assert answers.dtype == torch.float32
    assert torch.equal(answers, INPUTS)


class Reader(nn.Module):
    """Answers with its inputs plus its cues, if it is given any."""

    def forward(self, inputs: Tensor, cues: Tensor | None = None) -> Tensor:
        return inputs if cues is None else inputs + cues[:, :2]


CUES = torch.arange(20.0).reshape(5, 4)
WITH_CUES = Examples(INPUTS, LABELS, as_given, CUES)


def test_cues_come_with_their_glyph_and_only_where_they_are_asked_for() -> None:
    asked = task(WITH_CUES, size_cues=True)
    rows = {tuple(seen.tolist()) for seen in torch.cat([INPUTS + 100, CUES], dim=1)}
    for seen, cues, targets in asked.batches(torch.Generator().manual_seed(0)):
        assert {tuple(row) for row in torch.cat([seen, cues], dim=1).tolist()} <= rows
        expected = F.cross_entropy(seen + cues[:, :2], targets)
        torch.testing.assert_close(asked.loss(Reader(), (seen, cues, targets), 0.0), expected)
    assert all(len(batch) == 2 for batch in task(WITH_CUES).batches(torch.Generator()))


def test_cues_are_disturbed_in_training_alone() -> None:
    noisy = task(WITH_CUES, size_cues=True, cue_noise=0.1)
    stored = {tuple(row) for row in CUES.tolist()}
    for _, cues, _ in noisy.batches(torch.Generator().manual_seed(0)):
        assert not {tuple(row) for row in cues.tolist()} & stored
    assert torch.equal(predict(Reader(), WITH_CUES, 2), INPUTS + CUES[:, :2])


def test_the_margin_is_in_the_loss_and_not_in_the_validation() -> None:
    """CosFace with scale 9: the right logit 9 (cosine 1) becomes 9 (1 - 1/3) = 6."""
    margin = {"kind": "cosface", "size": 1 / 3, "scale": 9.0, "ramp": [0.2, 0.4]}
    batch = (INPUTS[:1], torch.tensor([0]))
    asked = task(margin=margin)
    losses = [float(asked.loss(nn.Identity(), batch, progress)) for progress in (0.2, 0.4)]
    assert losses == pytest.approx([np.log1p(np.exp(-9)), np.log1p(np.exp(-6))], abs=1e-6)
    assert asked.validate(nn.Identity()) == task().validate(nn.Identity())


def test_flags_are_learnt_beside_the_class() -> None:
    """Class 0 is beh or its skeleton: whether a dot is below is not known, all else is."""
    network = raster_cnn(classes=2)
    params = glyph_params(aux_weight=0.1)
    model = learner(network, params).train()
    assert isinstance(model, Flagged)
    batch = (torch.rand(2, 1, 64, 64), torch.tensor([0, 1]))
    logits, marks = model(batch[0])
    assert marks.shape == (2, len(FLAGS))
    wanted = torch.zeros_like(marks)
    wanted[1, [FLAGS.index("dots_above"), FLAGS.index("two_dots")]] = 1
    every = F.binary_cross_entropy_with_logits(marks, wanted, reduction="none")
    known = torch.ones_like(every)
    known[0, [FLAGS.index("dots_below"), FLAGS.index("one_dot")]] = 0
    expected = F.cross_entropy(logits, batch[1]) + 0.1 * (every * known).sum() / known.sum()
    torch.testing.assert_close(task(aux_weight=0.1).loss(model, batch, 0.0), expected)


def test_without_weight_there_is_no_layer_for_flags() -> None:
    network = raster_cnn(classes=2)
    assert learner(network, glyph_params()) is network


@pytest.mark.parametrize(("kind", "scale"), [("none", None), ("arcface", 30.0), ("cosface", 30.0)])
def test_the_head_is_what_the_margin_needs(kind: str, scale: float | None) -> None:
    numbers = {"size": 0.1, "scale": 30.0, "ramp": [0.0, 1.0]} if scale else {}
    params = glyph_params(margin={"kind": kind, **numbers})
    assert params.head == {"dropout": 0.0, "cosine_scale": scale, "size_cues": False}
    assert raster_cnn(classes=2, **params.head).head.cosine_scale == scale
