"""What the reader of printed signs learns, on features that tell signs apart, or only sizes do."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from rasm.corpora.printed import PrintedGlyphs
from rasm.nets.sign_net import SignNet
from rasm.training.loop import fit
from rasm.training.signs import SignParams, SignPictures, sign_task, signs_of
from tests.training.toy import SETTINGS, fabric, silent

TEXTS = ["", "C", "a", "c"]


def params(**changes: Any) -> SignParams:
    settings = {
        **{**SETTINGS, "epochs": 4, "batch_size": 64, "lr": 0.02, "steps_per_epoch": 60},
        **{"packages": 2, "hidden": 16, "dropout": 0.0, "arabic": 0.2},
        "noise": {"size": 0.02, "features": 0.1},
    }
    return SignParams.model_validate({**settings, **changes})


def glyphs(seed: int, count: int = 400) -> tuple[PrintedGlyphs, np.ndarray]:
    """Features that tell Arabic, a, and c apart; C is a c of twice the height."""
    generator = np.random.default_rng(seed)
    which = generator.integers(len(TEXTS), size=count)
    features = 0.2 * generator.normal(size=(count, 5))
    features[np.arange(count), np.where(which == 1, 3, which)] += 1
    cues = 0.05 * generator.normal(size=(count, 4))
    cues[which == 1, :2] += 1
    drawn = PrintedGlyphs(
        texts=np.array(TEXTS)[which],
        packages=np.array(["one", "two"])[generator.integers(2, size=count)],
        splits=np.full(count, "train"),
        rasters=np.zeros((count, 1), dtype=np.uint8),
        cues=cues.astype(np.float32),
    )
    return drawn, features.astype(np.float32)


def pictures(seed: int) -> SignPictures:
    return SignPictures(*glyphs(seed), TEXTS)


def test_it_tells_signs_apart_by_features_and_by_size(tmp_path: Path) -> None:
    """Untrained it is right of one in three; without sizes of half of C and c."""
    train, val, settings = pictures(0), pictures(1), params()
    torch.manual_seed(0)
    network = SignNet(TEXTS, 5, settings.hidden, settings.dropout)
    network.standardize(train.features, train.cues)
    device = torch.device("cpu")
    task = sign_task(train, val, TEXTS, settings, network.deviation[:5].clone(), device)
    with torch.inference_mode():
        before = task.validate(network)
    snapshot = tmp_path / "snapshot.pt"
    machine = {"fabric": fabric(), "seed": 0, "snapshot": snapshot, "fingerprint": {}}
    history = fit(network, task, settings, track=silent, **machine)
    assert before["val_top1"] < 0.7
    assert history[-1]["val_top1"] > 0.97 and history[-1]["val_none"] > 0.97


def test_a_sign_is_what_enough_packages_draw() -> None:
    drawn, _ = glyphs(0)
    assert signs_of(drawn, 2) == TEXTS
    once = drawn.rows((drawn.texts != "a") | (drawn.packages == "one"))
    assert signs_of(once, 2) == ["", "C", "c"]
    with pytest.raises(ValueError, match="drawn by 3 packages"):
        signs_of(drawn, 3)


def test_signs_that_are_not_known_are_left_out() -> None:
    drawn, features = glyphs(0)
    some = SignPictures(drawn, features, ["", "a"])
    kept = np.isin(drawn.texts, ["", "a"])
    assert len(some.labels) == kept.sum() and set(some.labels.tolist()) == {0, 1}
    assert np.array_equal(some.features.numpy(), features[kept])
