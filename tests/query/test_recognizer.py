"""A recogniser loaded from the files of a run."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from rasm.nets.kinds import build_grid_net
from rasm.nets.raster_cnn import RasterCNN
from rasm.nets.weights import read_card, save_weights
from rasm.query.recognizer import Recognizer
from rasm.store.sealed import write_sealed
from tests.query.trained import FONT
from tests.raster.real_glyphs import DEFAULT, rasters_of

pytestmark = pytest.mark.slow  # the run of these tests takes seconds to train


def test_it_knows_the_font_that_it_learnt(outputs: Path) -> None:
    recognizer = Recognizer.load(outputs)
    assert recognizer.policy == DEFAULT
    rasters = rasters_of(FONT)
    scores = recognizer.classify(np.stack([raster.mask for raster in rasters.values()]))
    assert scores.shape == (len(rasters), recognizer.shapes.count)
    np.testing.assert_allclose(scores.sum(axis=1), 1)
    number = {label: i for i, label in enumerate(recognizer.labels)}
    truth = recognizer.shapes.class_of[[number[label] for label in rasters]]
    assert np.mean(scores.argmax(axis=1) == truth) > 0.97


def test_answers_do_not_depend_on_the_company(outputs: Path) -> None:
    recognizer = Recognizer.load(outputs)
    masks = np.stack([raster.mask for raster in list(rasters_of(FONT).values())[:5]])
    alone = np.concatenate([recognizer.classify(mask[None]) for mask in masks])
    np.testing.assert_allclose(recognizer.classify(masks), alone, atol=0.02)  # bf16 rounds


def test_a_run_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"trust\.json is missing: `make run` trains one"):
        Recognizer.load(tmp_path)


@pytest.mark.parametrize(("name", "said"), [("phase2", "phase 2"), ("baseline", "the baseline")])
def test_a_network_that_needs_more_than_a_picture_is_refused(
    outputs: Path, tmp_path: Path, name: str, said: str
) -> None:
    run = Path(shutil.copytree(outputs, tmp_path / "outputs"))
    folder = run / "checkpoints" / name
    card = read_card(folder)
    card["architecture"]["size_cues"] = True
    kind = build_grid_net if name == "phase2" else RasterCNN
    save_weights(folder, kind(**card["architecture"]), card)
    with pytest.raises(ValueError, match=f"{said} reads size cues"):
        Recognizer.load(run)


def test_networks_of_two_runs_do_not_mix(outputs: Path) -> None:
    folder = outputs / "checkpoints/phase2"
    card, original = read_card(folder), (folder / "model.json").read_bytes()
    write_sealed(folder / "model.json", {**card, "centroid_sha1": "other"})
    with pytest.raises(ValueError, match="know other primitives"):
        Recognizer.load(outputs)
    (folder / "model.json").write_bytes(original)
