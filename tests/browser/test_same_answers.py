"""What the page reads and answers, in JavaScript, is what Python reads and answers."""

import base64
import json
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import onnxruntime
import pytest
import torch
from numpy.typing import NDArray

from rasm.inputs.glyphs import GlyphInputParams
from rasm.inputs.scripts import ScriptInputParams
from rasm.nets.weights import read_card
from rasm.query.check import drawn_file
from rasm.query.recognizer import Recognizer
from rasm.query.run_files import drawing_policy
from rasm.raster.packing import unpack
from rasm.reading.attribution import occlusion
from rasm.service.page.networks import EXACT
from tests.browser.gallery import cosines_of_labels
from tests.browser.hands import LETTERS, Strokes, hands
from tests.conftest import ROOT
from tests.fonts.building import package_file

FONTS = ("amiri", "ibm-plex-sans-arabic", "rakkas", "tajawal")  # that trained nothing
PICTURES = 500
TOP = 5


def answered(
    page: Path, questions: Sequence[dict[str, Any]], collection: str = "arabic"
) -> list[dict[str, Any]]:
    """The page's answers, under the Node that the environment brings."""
    script = Path(__file__).with_name("answers.mjs")
    lines = "".join(json.dumps(question) + "\n" for question in questions)
    done = subprocess.run(
        ["node", script, page, collection], input=lines, capture_output=True, text=True, check=True
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


def masks_of(answers: Sequence[dict[str, Any]]) -> NDArray[np.bool_]:
    bits = [np.frombuffer(base64.b64decode(one["mask"]), dtype=np.uint8) for one in answers]
    return unpack(np.stack(bits))


def numbers_of(answers: Sequence[dict[str, Any]]) -> NDArray[np.int64]:
    return np.array([[number for number, _ in one["answers"]] for one in answers])


def best(page: Path, masks: NDArray[np.bool_]) -> NDArray[np.int64]:
    """The five most probable labels of each mask, by ONNX Runtime in Python."""
    session = onnxruntime.InferenceSession(page / "model/arabic.onnx")
    scores = [session.run(None, {"pictures": m[None, None].astype(np.float32)})[0] for m in masks]
    return np.argsort(-np.concatenate(scores), axis=1, kind="stable")[:, :TOP]


def pictures() -> list[NDArray[np.uint8]]:
    """Glyphs of fonts as people send them: large and small, in colours, lit, noisy, inverted."""
    random = np.random.default_rng(0)
    policy = drawing_policy(ROOT / "models/1")
    glyphs = np.concatenate(
        [unpack(face.rasters) for font in FONTS
         for drawn in drawn_file(package_file(font), policy) for face in drawn.faces]
    )  # fmt: skip
    chosen = glyphs[random.permutation(len(glyphs))[:PICTURES]]
    return [_sent(glyph, random) for glyph in chosen]


def _sent(glyph: NDArray[np.bool_], random: np.random.Generator) -> NDArray[np.uint8]:
    side = int(random.integers(48, 240))
    padded = np.pad(glyph, 24).astype(np.float32)
    grown = cv2.resize(padded, (side, side), interpolation=cv2.INTER_AREA)
    light = 230 - random.uniform(0, 90) * np.linspace(0, 1, side)[:, None]
    grey = light * (1 - grown) + random.uniform(0, 60) * grown
    grey = grey if random.random() < 0.7 else 255 - grey
    colour = grey[..., None] * random.uniform(0.8, 1, 3) + random.normal(0, 3, (side, side, 1))
    return colour.clip(0, 255).astype(np.uint8)


def question(picture: NDArray[np.uint8]) -> dict[str, Any]:
    opaque = np.full(picture.shape[:2], 255, dtype=np.uint8)
    data = base64.b64encode(np.dstack([picture, opaque]).tobytes()).decode()
    return {"width": picture.shape[1], "height": picture.shape[0], "data": data}


@pytest.mark.slow
def test_pictures_are_read_and_answered_alike(page: Path) -> None:
    sent = pictures()
    answers = answered(page, [question(picture) for picture in sent])
    view = GlyphInputParams(kind="glyphs", picture=128, size=128)
    shown = view.inputs(sent, torch.device("cpu")).clean(torch.arange(len(sent)))
    masks = shown[:, 0].numpy() > 0
    apart = (masks_of(answers) != masks).sum(axis=(1, 2))
    assert np.mean(apart == 0) >= 0.98  # a pixel that is half full to the last bit may differ
    assert apart.max() <= 4
    assert np.mean(numbers_of(answers) == best(page, masks)) >= 0.99
    assert (numbers_of(answers) == best(page, masks_of(answers))).all()


@pytest.mark.slow
def test_characters_of_all_scripts_are_seen_and_found_alike(page: Path) -> None:
    sent = pictures()
    answers = answered(page, [question(picture) for picture in sent], "world")
    card = read_card(ROOT / "models/1/checkpoints/embedder/world")
    view = ScriptInputParams.model_validate(card["view"])
    shown = view.inputs(sent, torch.device("cpu")).clean(torch.arange(len(sent))).numpy()
    session = onnxruntime.InferenceSession(page / "model/world.onnx")
    (placed,) = session.run(None, {"pictures": shown})
    cosines = cosines_of_labels(placed, page / "model/world-gallery.bin")
    wanted = np.argsort(-cosines, axis=1, kind="stable")[:, :TOP]
    assert np.mean((numbers_of(answers) == wanted).all(axis=1)) >= 0.98
    said = np.array([[share for _, share in one["answers"]] for one in answers])
    same = (numbers_of(answers) == wanted).all(axis=1)
    taken = np.take_along_axis(cosines, wanted, axis=1)
    assert np.abs(said - taken)[same].max() < 0.02


@pytest.mark.slow
def test_drawings_are_drawn_and_answered_alike_and_named(page: Path) -> None:
    drawings = [(label, strokes) for label in LETTERS for strokes in hands(label)]
    answers = answered(page, [{"strokes": strokes} for _, strokes in drawings])
    masks = np.stack([inked(strokes, side=128, pen=7) for _, strokes in drawings])
    assert (masks_of(answers) == masks).all()
    assert (numbers_of(answers) == best(page, masks)).all()
    rows = json.loads((page / "model/arabic-labels.json").read_text())["rows"]
    named = [[rows[number][3] for number in row] for row in numbers_of(answers)]
    for (label, _), names in zip(drawings, named, strict=True):
        assert label in names


# The second letters have no dots.
DOTTED = (("jeem", "hah"), ("khah", "hah"), ("thal", "dal"), ("zain", "reh"))


@pytest.mark.slow
def test_heat_is_what_python_finds_and_lies_on_the_dots_that_tell_letters_apart(
    page: Path,
) -> None:
    recognizer = Recognizer.load(ROOT / "models/1", EXACT)
    pairs = [[recognizer.labels.index(label) for label in pair] for pair in DOTTED]
    sent = [
        {**question(glyph_picture(font, dotted, recognizer)), "pair": pair}
        for font, (dotted, _), pair in zip(FONTS, DOTTED, pairs, strict=True)
    ]
    answers = answered(page, sent)
    heats = np.array([one["heat"] for one in answers]).reshape(-1, 8, 8)
    session = onnxruntime.InferenceSession(page / "model/arabic.onnx")

    def small(shown: torch.Tensor) -> torch.Tensor:
        return torch.from_numpy(session.run(None, {"pictures": shown[:, None].numpy()})[0]).log()

    def whole(shown: torch.Tensor) -> torch.Tensor:
        with torch.inference_mode():
            logits = recognizer.baseline(shown[:, None])
        return logits[:, recognizer.shapes.class_of] / recognizer.trust["baseline"]["temperature"]

    apart = torch.tensor([1.0, -1.0])
    alike, on_dots = [], []
    for mask, heat, pair in zip(masks_of(answers), heats, pairs, strict=True):
        shown = torch.from_numpy(mask.astype(np.float32))
        wanted, float_too = (
            occlusion(lambda p, of=of, pair=pair: of(p)[:, pair] @ apart, shown, 8, reach=0)
            for of in (small, whole)
        )
        np.testing.assert_allclose(heat, wanted / wanted.abs().max(), atol=2e-3)
        alike.append(np.corrcoef(heat.ravel(), float_too.ravel())[0, 1])
        on_dots.append(heat.clip(min=0)[cells_of_dots(mask)].sum() / heat.clip(min=0).sum())
    assert min(alike) > 0.95
    assert np.mean(on_dots) > 0.6


def glyph_picture(font: str, label: str, recognizer: Recognizer) -> NDArray[np.uint8]:
    (drawn,) = drawn_file(package_file(font), recognizer.policy)
    (face,) = drawn.faces
    row = [item.label for item in face.items].index(label)
    (mask,) = unpack(face.rasters[[row]])
    grey = np.pad(np.where(mask, 0, 255).astype(np.uint8), 20, constant_values=255)
    return np.repeat(grey[..., None], 3, axis=2)


def cells_of_dots(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Of 8 x 8 cells those that hold ink which hangs not together with the letter."""
    _, part, sizes, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8))
    dots = (part > 0) & (part != 1 + sizes[1:, cv2.CC_STAT_AREA].argmax())
    return np.asarray(dots.reshape(8, 16, 8, 16).any(axis=(1, 3)))


@pytest.mark.slow
def test_what_is_drawn_small_is_a_mark(page: Path) -> None:
    fatha: Strokes = [[(0.6, 0.4), (0.45, 0.45)]]
    tap: Strokes = [[(0.5, 0.5)]]
    fatha_seen, tap_seen = masks_of(answered(page, [{"strokes": s} for s in (fatha, tap)]))
    assert (fatha_seen == inked(fatha, side=64, pen=5)).all()
    y, x = np.mgrid[:128, :128] + 0.5
    assert (tap_seen == (np.hypot(x - 32, y - 32) <= 32)).all()


def inked(strokes: Strokes, side: int, pen: float) -> NDArray[np.bool_]:
    """All pixels whose middle is within `pen` of a line, the drawing `side` pixels long."""
    points = np.concatenate([np.array(stroke) for stroke in strokes])
    low = points.min(axis=0)
    scale = (side - 2 * pen) / (points.max(axis=0) - low).max()
    middles = np.stack(np.meshgrid(*[np.arange(128) + 0.5] * 2), axis=-1)
    ink = np.zeros((128, 128), dtype=np.bool_)
    for stroke in strokes:
        placed = (np.array(stroke) - low) * scale + pen
        for start, end in zip(placed, placed[1:], strict=False):
            ink |= _distance(middles, start, end) <= pen
    return ink


def _distance(
    points: NDArray[np.float64], start: NDArray[np.float64], end: NDArray[np.float64]
) -> NDArray[np.float64]:
    along = ((points - start) @ (end - start)) / max(((end - start) ** 2).sum(), 1e-12)
    nearest = start + along.clip(0, 1)[..., None] * (end - start)
    return np.asarray(np.linalg.norm(points - nearest, axis=-1))


@pytest.mark.slow
def test_a_blank_picture_has_no_answer(page: Path) -> None:
    blank = question(np.full((40, 40, 3), 250, dtype=np.uint8))
    with pytest.raises(subprocess.CalledProcessError) as raised:
        answered(page, [blank])
    assert "The picture is blank" in raised.value.stderr
