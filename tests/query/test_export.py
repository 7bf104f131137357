"""What other runtimes are given answers as PyTorch does."""

import json
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
from typer.testing import CliRunner

from rasm.query.check import drawn_file
from rasm.query.cli import app
from rasm.query.recognizer import Recognizer
from rasm.raster.packing import unpack
from tests.fonts.building import package_file
from tests.query.trained import FONT


@pytest.mark.slow
def test_the_recogniser_as_a_file_names_the_glyphs_of_a_font_as_it_does_itself(
    outputs: Path, tmp_path: Path
) -> None:
    done = CliRunner().invoke(app, ["export", str(tmp_path), "--outputs", str(outputs)])
    assert done.exit_code == 0, done.output
    card = json.loads((tmp_path / "recogniser.json").read_text())
    session = onnxruntime.InferenceSession(tmp_path / "recogniser.onnx")
    recognizer = Recognizer.load(outputs)
    (drawn,) = drawn_file(package_file(FONT), recognizer.policy)
    masks = unpack(drawn.faces[0].rasters)
    (found,) = session.run(None, {"pictures": masks[:, None].astype(np.float32)})
    wanted = recognizer.shapes.label_scores(recognizer.classify(masks))
    assert card["labels"] == list(recognizer.labels)
    assert np.mean(found.argmax(axis=1) == wanted.argmax(axis=1)) > 0.98
    assert np.abs(found.sum(axis=1) - 1).max() < 1e-4


def test_a_corpus_without_an_embedder_is_named(outputs: Path, tmp_path: Path) -> None:
    asked = ["export", str(tmp_path), "--outputs", str(outputs), "--corpus", "runes"]
    done = CliRunner().invoke(app, asked)
    assert done.exit_code == 2
    assert "'runes'" in done.output
    assert not list(tmp_path.iterdir())
