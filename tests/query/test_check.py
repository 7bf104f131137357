"""A font whose beh and teh changed places, and what the check says of it."""

import json
from pathlib import Path

import numpy as np
import pytest
from fontTools.ttLib import TTFont

from rasm.query.check import FontCheck, check_face, places
from rasm.query.recognizer import Recognizer
from rasm.raster.face import draw_file
from rasm.raster.packing import unpack
from tests.fonts.building import build_font, font_bytes, package_file, square
from tests.query.trained import FONT

BEH, TEH = 0x0628, 0x062A
pytestmark = pytest.mark.slow  # the run of these tests takes seconds to train


@pytest.fixture(scope="session")
def swapped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Tajawal, where beh is drawn for teh and teh for beh, in all their forms."""
    font = TTFont(package_file(FONT))
    # Subtables may share one mapping: swapping it twice would undo it.
    for mapping in {id(table.cmap): table.cmap for table in font["cmap"].tables}.values():
        if BEH in mapping:
            mapping[BEH], mapping[TEH] = mapping[TEH], mapping[BEH]
    font.flavor = None
    path = tmp_path_factory.mktemp("fonts") / "swapped.ttf"
    font.save(path)
    return path


def check(path: Path, outputs: Path) -> FontCheck:
    recognizer = Recognizer.load(outputs)
    (face,) = draw_file(path, recognizer.policy).faces
    return check_face(face, recognizer)


def test_swapped_letters_stand_at_the_top(swapped: Path, outputs: Path) -> None:
    found = check(swapped, outputs)
    letters = {
        f"{name}{form}" for name in ("beh", "teh") for form in ("", "_init", "_medi", "_final")
    }
    top = found.verdicts[: len(letters)]
    assert {verdict.label for verdict in top} == letters
    for verdict in top:
        other = verdict.label.replace("beh", "x").replace("teh", "beh").replace("x", "teh")
        assert other in verdict.looks_like
        assert verdict.is_suspect


def test_a_sound_font_has_few_suspects(outputs: Path) -> None:
    found = check(package_file(FONT), outputs)
    second = sum(verdict.is_suspect for verdict in found.verdicts)
    assert second < 0.05 * len(found.verdicts)
    assert found.shape_top1 == 1 - second / len(found.verdicts)
    assert found.strict_top1 <= found.shape_top1 <= found.shape_top5


def test_suspects_tell_what_they_may_be_and_that_they_are_known(
    swapped: Path, outputs: Path
) -> None:
    """Beh drawn for teh is a glyph that the recogniser knows by heart, only another one."""
    for verdict in check(swapped, outputs).verdicts[:8]:
        assert verdict.is_known
        assert verdict.may_be[0] == verdict.looks_like[0]


def test_strange_pictures_are_no_known_glyphs(outputs: Path) -> None:
    recognizer = Recognizer.load(outputs)
    (face,) = draw_file(package_file(FONT), recognizer.policy).faces
    known = [i for i, item in enumerate(face.items) if item.label in recognizer.labels]
    noise = np.random.default_rng(0).random((20, 128, 128)) < 0.5
    assert np.all(recognizer.strange(noise))
    found = recognizer.strange(unpack(face.rasters[known]))
    assert found is not None
    assert found.mean() < 0.1


def test_sets_hold_the_best_answer_and_are_the_same_again(outputs: Path) -> None:
    recognizer = Recognizer.load(outputs)
    (face,) = draw_file(package_file(FONT), recognizer.policy).faces
    masks = unpack(face.rasters[:30])
    p = recognizer.classify(masks)
    inside = recognizer.sets(p, masks)
    assert inside[np.arange(30), p.argmax(axis=1)].all()
    np.testing.assert_array_equal(inside[::-1], recognizer.sets(p[::-1], masks[::-1]))


def test_doubt_orders_the_verdicts(swapped: Path, outputs: Path) -> None:
    doubts = [verdict.doubt for verdict in check(swapped, outputs).verdicts]
    assert doubts == sorted(doubts, reverse=True)
    assert doubts[-1] == 0  # the best answer is the claim


def test_labels_that_were_never_learnt_are_listed_and_not_judged(outputs: Path) -> None:
    """Almarai draws dozens of letters that Tajawal lacks."""
    found = check(package_file("almarai"), outputs)
    known = set(Recognizer.load(outputs).labels)
    assert len(found.unknown) > 50
    assert not known & set(found.unknown)
    assert {verdict.label for verdict in found.verdicts} <= known


def test_as_dict_is_json_without_pictures(swapped: Path, outputs: Path) -> None:
    content = json.loads(json.dumps(check(swapped, outputs).as_dict()))
    assert content["font"] == "swapped.ttf"
    assert content["suspects"][0]["code_points"] in ("0628", "062A")
    assert "picture" not in content["suspects"][0]
    assert content["glyphs"] > len(content["suspects"])


def test_a_face_without_known_labels_is_an_error(tmp_path: Path, outputs: Path) -> None:
    path = tmp_path / "latin.ttf"
    path.write_bytes(font_bytes(build_font({"a": square(0, 0, 100)}, {ord("a"): "a"})))
    with pytest.raises(ValueError, match=r"latin\.ttf draws no glyph that the recogniser knows"):
        check(path, outputs)


def test_places_are_those_of_a_stable_sort() -> None:
    scores = np.random.default_rng(0).integers(0, 4, (50, 9)) / 4  # many ties
    truth = np.arange(50) % 9
    ranking = np.argsort(-scores, axis=1, kind="stable")
    expected = np.argmax(ranking == truth[:, None], axis=1)
    np.testing.assert_array_equal(places(scores, truth), expected)
