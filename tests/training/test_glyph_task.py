"""What glyph classifiers learn, with inputs that are their own answers."""

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from rasm.labels.homoglyphs import ShapeClasses
from rasm.training.glyph_task import Examples, glyph_task, predict

# Labels 0 and 1 are class 0, label 2 is class 1; in class 0 label 1 is the common one.
SHAPES = ShapeClasses(np.array([0, 0, 1]), np.array([0.25, 0.75, 1.0]))
LABELS = np.array([0, 1, 2, 2, 1])
INPUTS = torch.tensor([[9.0, 0.0], [9.0, 0.0], [0.0, 9.0], [9.0, 0.0], [0.0, 9.0]])


def as_given(inputs: Tensor, generator: torch.Generator | None) -> Tensor:
    return inputs if generator is None else inputs + 100


def task(batch_size: int = 2, label_smoothing: float = 0.0):  # type: ignore[no-untyped-def]
    return glyph_task(
        Examples(INPUTS, LABELS, as_given),
        Examples(INPUTS, LABELS, as_given),
        SHAPES,
        batch_size=batch_size,
        label_smoothing=label_smoothing,
    )


def test_batches_are_disturbed_inputs_with_their_shape_class() -> None:
    classes = dict(zip(range(5), [0, 0, 1, 1, 0], strict=True))
    inputs = torch.arange(5.0)[:, None]
    examples = Examples(inputs, LABELS, as_given)
    one = glyph_task(examples, examples, SHAPES, batch_size=2, label_smoothing=0.0)
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
