"""What other runtimes are given answers as PyTorch does."""

import json
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
from typer.testing import CliRunner

from rasm.query.check import drawn_file
from rasm.query.cli import app
from rasm.query.int8 import answers
from rasm.query.recognizer import Recognizer
from rasm.raster.packing import unpack
from tests.fonts.building import package_file
from tests.query.trained import FONT


@pytest.mark.slow
def test_the_recogniser_as_a_file_names_the_glyphs_of_a_font_as_it_does_itself(
    outputs: Path, tmp_path: Path
) -> None:
    asked = ["export", str(tmp_path), "--outputs", str(outputs), "--int8", str(package_file(FONT))]
    done = CliRunner().invoke(app, asked)
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
    small = answers(tmp_path / "recogniser_int8.onnx", masks)
    assert np.mean(small.argmax(axis=1) == found.argmax(axis=1)) > 0.9
    assert np.abs(small - found).max() > 1e-4  # it is another network
    sizes = [
        (tmp_path / name).stat().st_size for name in ("recogniser_int8.onnx", "recogniser.onnx")
    ]
    assert sizes[0] < sizes[1] / 2
    told = json.loads((tmp_path / "recogniser_int8.json").read_text())
    assert told["labels"] == card["labels"] and told["same_label"] > 0.9


def test_fonts_that_teach_no_ranges_are_named(outputs: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.ttf"
    broken.write_bytes(b"no font")
    asked = ["export", str(tmp_path / "onnx"), "--outputs", str(outputs), "--int8", str(broken)]
    done = CliRunner().invoke(app, asked)
    assert done.exit_code == 2
    assert "broken.ttf" in done.output
    assert not (tmp_path / "onnx").exists()


def test_a_corpus_without_an_embedder_is_named(outputs: Path, tmp_path: Path) -> None:
    asked = ["export", str(tmp_path), "--outputs", str(outputs), "--corpus", "runes"]
    done = CliRunner().invoke(app, asked)
    assert done.exit_code == 2
    assert "'runes'" in done.output
    assert not list(tmp_path.iterdir())
