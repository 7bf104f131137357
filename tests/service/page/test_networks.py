"""A network with few levels a weight still names what it did."""

import json
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
import torch
from onnx import TensorProto, helper, numpy_helper

from rasm.corpora.scripts import draw_package, picture_of
from rasm.query.check import drawn_file
from rasm.query.recognizer import Recognizer
from rasm.query.search import Search
from rasm.raster.packing import unpack
from rasm.service.page.networks import EXACT, reduce_weights
from rasm.trust.calibration import probabilities
from tests.browser.gallery import cosines_of_labels
from tests.fonts.building import package_file

ROOT = Path(__file__).parents[3]
RELEASED, DATASET = ROOT / "models/1", ROOT / "dataset"
# By hand; the gallery holds none of their pictures.
HANDS = (
    *("architects-daughter", "cookie", "crafty-girls", "kaushan-script", "licorice", "meddon"),
    *("nothing-you-could-do", "permanent-marker", "reenie-beanie", "ruthie", "sacramento"),
    *("schoolbell", "waiting-for-the-sunrise", "walter-turncoat", "zeyada"),
)
FONTS = ("amiri", "ibm-plex-sans-arabic", "rakkas", "tajawal")  # that trained nothing


@pytest.mark.slow
def test_the_page_names_as_many_glyphs_as_the_network_that_it_is_made_of(page: Path) -> None:
    recognizer = Recognizer.load(RELEASED, EXACT)
    number = {label: place for place, label in enumerate(recognizer.labels)}
    masks, truth = [], []
    for font in FONTS:
        (drawn,) = drawn_file(package_file(font), recognizer.policy)
        (face,) = drawn.faces
        known = [place for place, item in enumerate(face.items) if item.label in number][::3]
        masks.append(unpack(face.rasters[known]))
        truth += [number[face.items[place].label] for place in known]
    session = onnxruntime.InferenceSession(page / "model/arabic.onnx")
    shown = np.concatenate(masks)[:, None].astype(np.float32)
    (found,) = session.run(None, {"pictures": shown})
    whole = recognizer.shapes.label_scores(_by_baseline(recognizer, shown))
    classes = recognizer.shapes.class_of
    right, once = (np.mean(classes[s.argmax(axis=1)] == classes[truth]) for s in (found, whole))
    assert right >= once - 0.01
    assert right > 0.85
    assert np.abs(found.sum(axis=1) - 1).max() < 1e-4
    assert np.mean(np.abs(found - whole).max(axis=1)) < 0.02


def _by_baseline(recognizer: Recognizer, shown: np.ndarray) -> np.ndarray:
    with torch.inference_mode():
        logits = recognizer.baseline(torch.from_numpy(shown)).numpy()
    return probabilities(logits, recognizer.trust["baseline"])


@pytest.mark.slow
def test_the_page_finds_characters_as_drawn_by_hand_nearly_as_the_whole_gallery_does(
    page: Path, tmp_path: Path
) -> None:
    rows = json.loads((page / "model/world-labels.json").read_bytes())["rows"]
    search = Search.load("world", RELEASED, tmp_path, EXACT)
    packages = [DATASET / "scripts/node_modules/@fontsource" / font for font in HANDS]
    drawn = [one for p in packages for file in draw_package(p, 104, ()) for one in file]
    names = {entry.codepoints[0]: entry.label for entry in search.entries}
    drawn = [one for one in drawn if one.codepoint in names]
    truth = [names[one.codepoint] for one in drawn]
    sent = [picture_of(one) for one in drawn]
    whole = [{hit.label for hit in hits} for hits in search.query(sent, 5)]
    shown = search.embedder.view.inputs(sent, torch.device("cpu")).clean(torch.arange(len(sent)))
    session = onnxruntime.InferenceSession(page / "model/world.onnx")
    (placed,) = session.run(None, {"pictures": shown.numpy()})
    cosines = cosines_of_labels(placed, page / "model/world-gallery.bin")
    nearest = np.argsort(-cosines, axis=1)[:, :5]
    small = [{rows[number][0] for number in row} for row in nearest.tolist()]
    right, once = (
        np.mean([label in found for label, found in zip(truth, lists, strict=True)])
        for lists in (small, whole)
    )
    assert right >= once - 0.03


def test_weights_keep_their_levels_and_small_tensors_all_they_have(tmp_path: Path) -> None:
    random = np.random.default_rng(0)
    weights = random.integers(-3, 4, (64, 32)).astype(np.float32)
    weights[:, 0] = 3  # the largest of each output, three steps of the scale
    weights *= np.arange(1, 65, dtype=np.float32)[:, None]
    bias = random.normal(size=64).astype(np.float32)
    node = helper.make_node("Gemm", ["seen", "weights", "bias"], ["named"], transB=1)
    seen, named = (
        helper.make_tensor_value_info(name, TensorProto.FLOAT, [None, width])
        for name, width in (("seen", 32), ("named", 64))
    )
    held = [numpy_helper.from_array(a, n) for a, n in ((weights, "weights"), (bias, "bias"))]
    graph = helper.make_graph([node], "one", [seen], [named], held)
    opset = [helper.make_opsetid("", 20)]
    onnx.save(helper.make_model(graph, opset_imports=opset, ir_version=10), tmp_path / "a.onnx")
    reduce_weights(tmp_path / "a.onnx", tmp_path / "b.onnx", bits=3)
    kept = {one.name: one for one in onnx.load(tmp_path / "b.onnx").graph.initializer}
    assert kept["weights.levels"].data_type == TensorProto.INT8
    assert kept["bias"].data_type == TensorProto.FLOAT
    asked = {"seen": random.normal(size=(5, 32)).astype(np.float32)}
    first, second = (
        onnxruntime.InferenceSession(tmp_path / name).run(None, asked)[0]
        for name in ("a.onnx", "b.onnx")
    )
    np.testing.assert_allclose(first, second, rtol=1e-4, atol=1e-3)
