"""What joint fine-tuning learns, and which part of phase 1 may move."""

from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from rasm.labels.homoglyphs import ShapeClasses
from rasm.nets.joint import JointRecogniser
from rasm.reading.logits import predict_joint
from rasm.training.joint import joint_task, unfreeze
from rasm.training.loop import fit
from rasm.training.task import Task
from tests.nets.small import cell_cnn, grid_transformer
from tests.training.toy import fabric, params, silent

SHAPES = ShapeClasses(np.array([0, 1, 1]), np.array([1.0, 0.5, 0.5]))
GRIDS = torch.randint(0, 10, (12, 16), generator=torch.Generator().manual_seed(0))
LABELS = np.arange(12) % 3
PRIMITIVES = torch.arange(10) % 6


def recogniser() -> JointRecogniser:
    torch.manual_seed(0)
    cells = (torch.rand(10, 1, 8, 8) < 0.5).float()
    cells[0] = 0
    phase2 = grid_transformer(classes=2, vocabulary=6, grid=4, layers=1)
    return JointRecogniser(cell_cnn(vocabulary=6), phase2, cells)


def task(weight: float) -> Task:
    data = (GRIDS, LABELS)
    return joint_task(data, data, PRIMITIVES, SHAPES, batch_size=4, cell_loss_weight=weight)


def test_loss_is_that_of_the_glyph_and_of_its_cells() -> None:
    model = recogniser().eval()
    batch = (GRIDS[:4], torch.tensor([0, 1, 1, 0]))
    logits, cell_logits, patterns = model(GRIDS[:4])
    glyph = F.cross_entropy(logits, batch[1])
    cells = F.cross_entropy(cell_logits, PRIMITIVES[patterns])
    torch.testing.assert_close(task(0.0).loss(model, batch, 0.0), glyph)
    torch.testing.assert_close(task(0.5).loss(model, batch, 0.0), glyph + 0.5 * cells)


def test_batches_are_grids_with_their_shape_class() -> None:
    found = list(task(0.5).batches(torch.Generator().manual_seed(0)))
    assert len(found) == task(0.5).steps == 3
    class_of = {
        tuple(grid): SHAPES.class_of[label]
        for grid, label in zip(GRIDS.tolist(), LABELS, strict=True)
    }
    for grids, classes in found:
        assert [class_of[tuple(grid)] for grid in grids.tolist()] == classes.tolist()


@pytest.mark.parametrize("chunk", [1, 5, 256])
def test_prediction_is_in_order(chunk: int) -> None:
    model = recogniser().eval()
    torch.testing.assert_close(predict_joint(model, GRIDS, chunk), model(GRIDS)[0])


def test_validation_is_the_share_of_right_classes() -> None:
    model = recogniser().eval()
    with torch.inference_mode():
        right = predict_joint(model, GRIDS).argmax(dim=1).numpy() == SHAPES.class_of[LABELS]
        metrics = task(0.5).validate(model)
    assert metrics["val_shape_top1"] == pytest.approx(right.mean())


@pytest.mark.parametrize(
    ("scope", "learning"), [("all", None), ("final", {"classifier.3.weight", "classifier.3.bias"})]
)
def test_what_may_learn(scope: str, learning: set[str] | None) -> None:
    phase1: nn.Module = cell_cnn()
    unfreeze(phase1, "final")
    unfreeze(phase1, scope)
    free = {name for name, parameter in phase1.named_parameters() if parameter.requires_grad}
    assert free == (learning or {name for name, _ in phase1.named_parameters()})


def test_tuning_lowers_the_loss_and_leaves_frozen_layers_alone(tmp_path: Path) -> None:
    model = recogniser()
    unfreeze(model.phase1, "final")
    before: dict[str, Tensor] = {name: p.detach().clone() for name, p in model.named_parameters()}
    history = fit(
        model,
        task(0.5),
        params(epochs=30, lr=0.02, early_stop_patience=30),
        fabric=fabric(),
        seed=0,
        snapshot=tmp_path / "snapshot.pt",
        fingerprint={},
        track=silent,
    )
    assert history[-1]["train_loss"] < history[1]["train_loss"]
    for name, parameter in model.named_parameters():
        frozen = name.startswith("phase1.") and not name.startswith("phase1.classifier.3")
        assert torch.equal(parameter, before[name]) == frozen, name


def test_layers_that_are_frozen_keep_their_statistics(tmp_path: Path) -> None:
    """Batch norm of a frozen layer: moving means would change primitives all the same."""
    model = recogniser()
    unfreeze(model.phase1, "final")
    before = {name: buffer.clone() for name, buffer in model.phase1.features.named_buffers()}
    data = (GRIDS, LABELS)
    fit(
        model,
        joint_task(data, data, PRIMITIVES, SHAPES, batch_size=4, cell_loss_weight=0.5),
        params(epochs=1),
        fabric=fabric(),
        seed=0,
        snapshot=tmp_path / "snapshot.pt",
        fingerprint={},
        track=silent,
    )
    for name, buffer in model.phase1.features.named_buffers():
        assert torch.equal(buffer, before[name]), name
