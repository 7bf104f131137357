"""Any picture asked of the released recogniser."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from experiments.release import EXACT, PACKAGES
from rasm.inputs.any_picture import Box, boxes_apart, fitted_masks
from rasm.query.answer import GlyphAnswer
from rasm.query.recognizer import Recognizer
from rasm.raster.face import draw_file
from rasm.raster.packing import unpack
from tests.released import RELEASE
from tests.trust.legible import save_ranker

FONT = PACKAGES / "tajawal/files/tajawal-arabic-400-normal.woff2"  # of a test family
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def recognizer() -> Recognizer:
    return Recognizer.load(RELEASE, EXACT)


@pytest.fixture(scope="module")
def glyphs(recognizer: Recognizer) -> dict[str, NDArray[np.bool_]]:
    """Masks of the font, all drawn large."""
    large = recognizer.policy.model_copy(update={"diacritic_size": recognizer.policy.size})
    (face,) = draw_file(FONT, large).faces
    masks = unpack(face.rasters)
    return {item.label: mask for item, mask in zip(face.items, masks, strict=True)}


def picture(mask: NDArray[np.bool_], side: int = 128, margin: int = 20) -> NDArray[np.uint8]:
    """Dark on light, at another size and place."""
    drawn = cv2.resize(np.where(mask, 0, 255).astype(np.uint8), (side, side))
    return np.pad(drawn, margin, constant_values=255)


def pen_beh(side: int = 200, pen: int = 7) -> NDArray[np.uint8]:
    """Beh as a hand draws it: an even bowl and a dot below."""
    drawn = np.full((side, side), 255, dtype=np.uint8)
    cv2.ellipse(drawn, (side // 2, 70), (75, 34), 0, 0, 180, 0, pen)
    cv2.circle(drawn, (side // 2, 140), pen, 0, -1)
    return drawn


def test_glyphs_of_a_font_that_trained_nothing_are_read(
    recognizer: Recognizer, glyphs: dict[str, NDArray[np.bool_]]
) -> None:
    letters = [f"{name}{form}" for name in ("beh", "seen", "ain") for form in ("", "_init")]
    answers = recognizer.query([picture(glyphs[label]) for label in letters])
    for label, answer in zip(letters, answers, strict=True):
        assert label in answer.shortlist[0].labels
        assert answer.verdict in ("ok", "uncertain")
        assert any(label in labels for labels in answer.conformal_set)
        assert answer.probability == answer.shortlist[0].probability
    beh = answers[0]
    assert (beh.label, beh.codepoints, beh.name) == ("beh", (0x628,), "ARABIC LETTER BEH")
    forms = {"isol": "beh", "init": "beh_init", "medi": "beh_medi", "final": "beh_final"}
    assert dict(beh.siblings) == forms
    assert beh.nearest[0].label == "beh" and beh.nearest[0].source
    assert beh.as_dict()["codepoints"] == ["U+0628"]


def test_size_polarity_colour_and_kind_of_picture_do_not_matter(
    recognizer: Recognizer, glyphs: dict[str, NDArray[np.bool_]], tmp_path: Path
) -> None:
    plain = picture(glyphs["beh"])
    path = tmp_path / "beh.png"
    Image.fromarray(plain).save(path)
    clear = np.dstack([np.zeros((*plain.shape, 3), np.uint8), 255 - plain])
    brown = np.where(plain[..., None] < 128, (90, 40, 10), (250, 240, 200)).astype(np.uint8)
    asked = [path, str(path), Image.open(path), 255 - plain, clear, brown]
    asked += [picture(glyphs["beh"], 60), picture(glyphs["beh"], 900, 300)]
    answers = recognizer.query(asked)
    assert [answer.label for answer in answers] == ["beh"] * len(asked)
    assert answers[0] == answers[1] == answers[2]


def test_a_plainly_drawn_beh_is_no_unknown_glyph(recognizer: Recognizer) -> None:
    (answer,) = recognizer.query([pen_beh()])
    assert answer.label == "beh"
    assert answer.verdict in ("ok", "uncertain")


def test_marks_are_read_though_a_picture_has_no_size(
    recognizer: Recognizer, glyphs: dict[str, NDArray[np.bool_]]
) -> None:
    """Drawn as large as letters, which no training showed."""
    marks = ["shadda", "fathatan", "sukun", "dammatan"]
    answers = recognizer.query([picture(glyphs[label]) for label in marks], top=5)
    named = [{name for guess in answer.shortlist for name in guess.labels} for answer in answers]
    assert sum(label in names for label, names in zip(marks, named, strict=True)) >= 3


def test_blank_and_noise_are_no_glyphs(recognizer: Recognizer) -> None:
    noise = (np.random.default_rng(0).random((128, 128)) < 0.5).astype(np.uint8) * 255
    blank, strange = recognizer.query([np.full((50, 50), 255, np.uint8), noise])
    assert blank == GlyphAnswer("reshoot", "blank: no ink stands out from its background")
    assert strange.verdict == "not a known glyph"


def test_what_a_ranker_of_glyphs_refuses_is_to_be_taken_again(tmp_path: Path) -> None:
    """Its score is the contrast. What the picture shows is said all the same."""
    outputs, embedder = tmp_path / "outputs", RELEASE / "checkpoints/embedder/arabic"
    for place in RELEASE.iterdir():
        if place.name != "checkpoints":
            (outputs / place.name).parent.mkdir(exist_ok=True)
            (outputs / place.name).symlink_to(place)
    (outputs / "checkpoints").mkdir()
    for place in (RELEASE / "checkpoints").iterdir():
        (outputs / "checkpoints" / place.name).symlink_to(place)
    save_ranker(outputs / "checkpoints/ranker/arabic", embedder)
    faint = np.where(pen_beh() < 128, 180, 255).astype(np.uint8)
    refused, clear = Recognizer.load(outputs, EXACT).query([faint, pen_beh()])
    assert (refused.verdict, refused.label, refused.boxes) == ("reshoot", "beh", ())
    assert "low contrast" in refused.reason
    assert clear.verdict in ("ok", "uncertain") and not clear.reason


def test_several_characters_are_to_be_cropped(
    recognizer: Recognizer, glyphs: dict[str, NDArray[np.bool_]]
) -> None:
    one, other = picture(glyphs["seen"], margin=80), picture(glyphs["ain"], margin=80)
    (answer,) = recognizer.query([np.hstack([one, other])])
    assert answer.verdict == "reshoot"
    assert answer.reason == "2 characters far apart: crop to one"
    assert answer.boxes[0].right <= one.shape[1] <= answer.boxes[1].left
    left, top, right, bottom = answer.boxes[1]
    assert recognizer.query([np.hstack([one, other])[top:bottom, left:right]])[0].label == "ain"


def test_what_is_no_picture_is_an_error(recognizer: Recognizer) -> None:
    with pytest.raises(ValueError, match="float64"):
        recognizer.query([np.ones((4, 4))])
    assert recognizer.query([]) == []


def test_many_threads_get_the_answers_of_one(glyphs: dict[str, NDArray[np.bool_]]) -> None:
    fresh = Recognizer.load(RELEASE, EXACT)
    pictures = [picture(mask) for mask in list(glyphs.values())[:24]]
    with ThreadPoolExecutor(8) as threads:
        apart = list(threads.map(lambda one: fresh.query([one])[0], pictures))
    together = fresh.query(pictures)
    assert [a.label for a in apart] == [a.label for a in together]
    for one, other in zip(apart, together, strict=True):
        assert one.probability == pytest.approx(other.probability, abs=1e-3)


def test_boxes_are_of_what_lies_far_apart() -> None:
    ink = np.zeros((10, 40), dtype=np.bool_)
    ink[2:8, 1:9] = ink[0:1, 3:5] = ink[3:6, 30:36] = True
    assert boxes_apart(ink) == (Box(1, 0, 9, 8), Box(30, 3, 36, 6))
    ink[3:6, 20:25] = True
    assert len(boxes_apart(ink)) == 1


def test_masks_are_fitted_at_the_corner_at_both_sizes(recognizer: Recognizer) -> None:
    ink = np.zeros((50, 50), dtype=np.bool_)
    ink[10:30, 20:30] = True
    letters, marks = fitted_masks([ink], recognizer.policy)
    for mask, size in ((letters[0], 128), (marks[0], 64)):
        assert mask[:size, : size // 2].all() and mask.sum() == size * size // 2


def test_reading_at_once_says_what_both_readings_say(
    recognizer: Recognizer, glyphs: dict[str, NDArray[np.bool_]]
) -> None:
    masks = np.stack([glyphs["beh"], np.random.default_rng(0).random((128, 128)) < 0.5])
    shapes, strange = recognizer.read(masks)
    np.testing.assert_allclose(shapes, recognizer.classify(masks), atol=1e-4)
    assert strange is not None and strange.tolist() == [False, True]
