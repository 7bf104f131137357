"""Why an answer was given: whom it was compared with, and heat where the letters differ."""

import json
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch
from PIL import Image
from typer.testing import CliRunner

from rasm.corpora.corpus import CorpusItem, encode_png, write_items, write_pictures
from rasm.nets.compute import Compute
from rasm.query.cli import app
from rasm.query.explain import CELLS, explain_answer, recognizer_heats
from rasm.query.recognizer import Recognizer
from rasm.query.search import Search
from rasm.raster.face import draw_file
from rasm.raster.packing import unpack
from tests.query.test_answer import FONT
from tests.query.world import letter, save_letter, write_world
from tests.released import RELEASE

PLAIN = Compute(accelerator="cpu", precision="32-true", compile=False)


@pytest.fixture
def world(tmp_path: Path) -> Path:
    write_world(tmp_path / "outputs")
    return tmp_path


def explain(folder: Path, *pictures: Path, **options: str) -> Path:
    words = [word for name, value in options.items() for word in (f"--{name}", value)]
    asked = ["query", *map(str, pictures), "--explain", str(folder / "why"), *words]
    done = CliRunner().invoke(app, asked)
    assert done.exit_code == 0, done.stderr
    return folder / "why"


def test_a_sheet_and_its_json_for_each_picture_with_ink(
    world: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(world)
    (world / "again").mkdir()
    ring, blank = save_letter(world, "ring"), save_letter(world, "nothing")
    other = save_letter(world, "bar").rename(world / "ring-2.png")
    why = explain(world, ring, save_letter(world / "again", "ring"), other, blank)
    stems = ("ring-2-2", "ring-2", "ring")
    names = [f"{stem}.{kind}" for stem in stems for kind in ("json", "png")]
    assert sorted(path.name for path in why.iterdir()) == names
    told = json.loads((why / "ring.json").read_text())
    assert told["answer"]["labels"] == ["ring"]
    assert told["runner_up"]["labels"][0] in ("bar", "cross")
    near = told["exemplars"]
    assert (near[0]["label"], near[0]["codepoints"], near[0]["source"]) == (
        *("ring", ["U+0072"], "font"),
    )
    assert near[0]["distance"] < 3e-3 < near[1]["distance"] and near[1]["of_runner_up"]
    methods = [(heat["method"], heat["against_runner_up"]) for heat in told["heats"]]
    assert methods == [("Grad-CAM", False), ("Grad-CAM", True), ("occlusion", True)]
    assert all(np.abs(heat["cells"]).max() == 1 for heat in told["heats"])
    with Image.open(why / "ring.png") as sheet:
        assert sheet.width == 5 * 174 + 14
        assert sheet.height > 3 * 160, "heat, the answer's exemplars, the runner-up's"


def test_exemplars_are_shown_as_the_corpus_has_them(world: Path) -> None:
    """Of added classes the picture that was added, of what nobody has any more none."""
    search = Search.load("world", world / "outputs", world / "added", PLAIN)
    search.gallery.add(letter("hook"), "hook")
    (answered,) = search.answer([letter("hook")])
    before = explain_answer(search, letter("hook"), answered)
    assert before.exemplars[0].picture is not None
    np.testing.assert_array_equal(before.exemplars[0].picture[..., 0], letter("hook"))
    assert before.exemplars[1].picture is None, "there is no font called font"
    corpus, names = world / "outputs/corpora/world", ("bar", "cross", "ring")
    write_pictures(corpus, ((n, encode_png(letter(name))) for n, name in enumerate(names)))
    items = (CorpusItem(n, name, name, "train", "font", ()) for n, name in enumerate(names))
    write_items(corpus, items, [], [])
    after = explain_answer(search, letter("hook"), answered).exemplars[1]
    assert after.picture is not None
    np.testing.assert_array_equal(after.picture, letter(after.label))


def test_heat_is_what_the_likeness_loses_where_ink_is_wiped_out(world: Path) -> None:
    """The strongest cell, done again by hand: 3 of its 4-pixel cells a side are wiped."""
    search = Search.load("world", world / "outputs", world / "added", PLAIN)
    why = explain_answer(search, letter("cross"), search.answer([letter("cross")])[0])
    assert why.runner_up and why.answer.labels == ("cross",)
    heat = why.heats[-1]
    row, column = np.unravel_index(np.abs(heat.cells).argmax(), heat.cells.shape)
    network, view = search.embedder.network, search.embedder.view
    (seen,) = view.inputs([letter("cross")], torch.device("cpu")).clean(torch.arange(1))
    wiped = seen.clone()
    wiped[:, 4 * max(0, row - 1) : 4 * (row + 2), 4 * max(0, column - 1) : 4 * (column + 2)] = 0
    with torch.inference_mode():
        placed = network(torch.stack([seen, wiped])).numpy()
    ends = search.embed([letter("cross"), letter(why.runner_up.labels[0])])
    leads = placed @ (ends[0] - ends[1])
    assert heat.peak == pytest.approx(abs(leads[0] - leads[1]), rel=0.02)


@pytest.mark.slow
def test_the_dot_is_what_tells_jeem_from_hah() -> None:
    """In a font that trained nothing; the question turned round turns the heat round."""
    recognizer = Recognizer.load(RELEASE, PLAIN)
    (face,) = draw_file(FONT, recognizer.policy).faces
    jeem = next(row for row, item in enumerate(face.items) if item.label == "jeem")
    mask = unpack(face.rasters[jeem])
    parts, part, sizes, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8))
    assert parts == 3, "background, letter, dot"
    dot = part == 1 + sizes[1:, cv2.CC_STAT_AREA].argmin()
    cell = len(mask) // CELLS
    dotted = dot.reshape(CELLS, cell, CELLS, cell).any(axis=(1, 3)).astype(np.uint8)
    near = cv2.dilate(dotted, np.ones((3, 3), np.uint8)) > 0
    class_of, labels = recognizer.shapes.class_of, recognizer.labels
    one, other = (int(class_of[labels.index(label)]) for label in ("jeem", "hah"))
    heats = recognizer_heats(recognizer, mask, one, other)
    both = heats[-1]
    assert (both.network, both.method) == ("both networks", "occlusion")
    warm = both.cells.clip(min=0)
    assert warm[near].sum() > 0.6 * warm.sum() and near.mean() < 0.1
    assert both.peak is not None and both.peak > 3, "nats"
    turned = recognizer_heats(recognizer, mask, other, one)
    for heat, back in zip(heats, turned, strict=True):
        if heat.against_runner_up:
            np.testing.assert_allclose(back.cells, -heat.cells, atol=1e-3)


@pytest.mark.slow
@pytest.mark.parametrize("corpus", ["arabic", "safaitic"])
def test_the_released_model_explains_with_fonts_drawn_again(
    tmp_path: Path, corpus: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    drawn = save_letter(tmp_path, "ring")
    why = explain(tmp_path, drawn, corpus=corpus, outputs=str(RELEASE))
    told = json.loads((why / "ring.json").read_text())
    networks = {heat["network"] for heat in told["heats"]}
    recogniser = {"phase2", "baseline", "both networks"}
    assert networks == {"embedder"} | (recogniser if corpus == "arabic" else set())
    search = Search.load(corpus, RELEASE, tmp_path / "added", PLAIN)
    shown = explain_answer(search, letter("ring"), search.answer([letter("ring")])[0])
    for exemplar in shown.exemplars:
        assert exemplar.picture is not None
        (again,) = np.linalg.norm(
            search.embed([exemplar.picture]) - search.embed([letter("ring")]), axis=1
        )
        assert abs(again - exemplar.distance) < 0.15, "what is shown is what was compared"
