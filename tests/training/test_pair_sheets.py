"""After each epoch the same pairs are drawn anew, with the distances of the day."""

from pathlib import Path

import numpy as np
import torch
from PIL import Image
from rasm.training.metric_losses import LossParams, MetricLoss
from tests.training.test_glyph_views import PARAMS
from torch import nn

from rasm.nets.embedder import Embedder
from rasm.training.embedder import Learner
from rasm.training.pair_sheets import with_pair_sheets
from rasm.training.task import Task
from rasm.training.views import see
from tests.corpora.drawn_letters import block

CPU = torch.device("cpu")
LOSS = LossParams(kind="softmax", margin=0, scale=10, centers=1, label_smoothing=0, ramp=(0.1, 0.3))


def learner() -> Learner:
    torch.manual_seed(0)
    return Learner(Embedder("small", 8, width=4), MetricLoss(LOSS, 2, 8)).eval()


def wrapped(folder: Path, labels: list[str], started: list[int]) -> Task:
    views = see([block(side) for side in (20, 40, 60, 80)], PARAMS, CPU)

    def start_epoch(model: nn.Module, epoch: int) -> None:
        started.append(epoch)

    task = Task(
        lambda generator: [], 0, lambda *_: torch.zeros(()), lambda model: {"val": 1.0}, "val",
        start_epoch=start_epoch,
    )  # fmt: skip
    return with_pair_sheets(task, views, np.array(labels), folder, seed=3)


def test_each_epoch_leaves_a_sheet_and_the_metrics_stay(tmp_path: Path) -> None:
    started: list[int] = []
    task, model = wrapped(tmp_path, ["a", "a", "b", "b"], started), learner()
    for epoch in (4, 5):
        assert task.start_epoch
        task.start_epoch(model, epoch)
        with torch.inference_mode():
            assert task.validate(model) == {"val": 1.0}
    assert started == [4, 5]
    sheets = sorted(tmp_path.iterdir())
    assert [sheet.name for sheet in sheets] == ["epoch_005.png", "epoch_006.png"]
    with Image.open(sheets[0]) as image:
        assert min(image.size) > 128


def test_one_class_has_no_pairs_to_show(tmp_path: Path) -> None:
    task = wrapped(tmp_path, ["a"] * 4, [])
    task.validate(learner())
    assert not list(tmp_path.iterdir())
