"""`python -m experiments.signs`, on a handful of fonts: a model learns to read printed signs."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from experiments import signs
from rasm.query.recognizer import Recognizer
from rasm.raster.packing import unpack
from tests.released import RELEASE

pytestmark = pytest.mark.slow  # fonts are drawn by workers, and read by the released baseline
PRINTS = ("arimo", "cousine", "tinos", "lora", "bellefair")  # the third chooses, the fourth reports


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("model")
    for part in ("checkpoints", "meta", "trust"):
        shutil.copytree(RELEASE / part, folder / part)
    shutil.rmtree(folder / "checkpoints/signs")
    return folder


def test_a_model_learns_to_read_signs(model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One hidden layer and six hundred steps; guessing among the signs is right of one in 400."""
    locked = signs.locked_packages
    monkeypatch.setattr(
        signs,
        "locked_packages",
        lambda folder, lock, _: locked(
            folder, lock, PRINTS if "prints" in str(folder) else ("cairo", "marhey", "tajawal")
        ),
    )
    assert Recognizer.load(model).signs is None
    glyphs = signs.drawn_signs(model)
    short = {"packages": 2, "epochs": 3, "steps_per_epoch": 200, "batch_size": 128, "hidden": 64}
    signs.train(glyphs, model, signs.PARAMS.model_copy(update=short))
    found = signs.measured(glyphs, model)
    assert found["packages"] == 2  # lora, tajawal
    assert found["Latn_top1"] > 0.6 and found["signs_told"] > 0.9 and found["arabic_told"] > 0.7
    recognizer = Recognizer.load(model)
    reader = recognizer.signs
    assert reader is not None
    some = glyphs.rows(np.arange(20))
    p = reader.read(recognizer.see(unpack(some.rasters)).features, some.cues)
    assert p.shape == (20, 1 + len(reader.texts))
    assert np.allclose(p.sum(axis=1), 1)
