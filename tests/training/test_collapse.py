"""A collapse of embeddings is told, by the task that has them validated."""

from typing import Any

import numpy as np
import pytest

from rasm.training.embedder import alarmed, embedding_task
from tests.training.four_shapes import CLASSES, CPU, learner, params


@pytest.mark.parametrize("spread", [0.0, 0.01, 0.6])
def test_a_small_spread_is_told(spread: float, capsys: pytest.CaptureFixture[str]) -> None:
    found = {"val_recall": 0.5, "val_spread": spread}
    views: Any = None  # nothing is drawn
    chosen = params()
    asked = embedding_task(views, np.array(CLASSES), lambda _: found, "val_recall", chosen, CPU)
    assert asked.validate(learner(chosen)) is found
    assert ("collapsed" in capsys.readouterr().out) == (spread < 0.05)


def test_metrics_without_a_spread_say_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert alarmed({"val_recall": 0.0}) == {"val_recall": 0.0}
    assert not capsys.readouterr().out
