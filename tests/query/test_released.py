"""The released model: what git carries answers as its page says."""

from pathlib import Path

import numpy as np
import pytest

from experiments.release import EXACT, PACKAGES
from rasm.query.check import check_face, drawn_file
from rasm.query.recognizer import Recognizer
from rasm.query.search import Search
from rasm.raster.packing import unpack
from rasm.store.json_file import read_json
from tests.released import RELEASE

CORPORA = ("world", "arabic", "safaitic")


@pytest.fixture(scope="module")
def recognizer() -> Recognizer:
    return Recognizer.load(RELEASE, EXACT)


@pytest.mark.slow
@pytest.mark.parametrize("family", ["tajawal", "rakkas"])
def test_a_font_of_a_test_family_is_read_as_well_as_said(
    recognizer: Recognizer, family: str
) -> None:
    said = read_json(RELEASE / "check.json", dict[str, dict[str, float]])
    name = f"{family}-arabic-400-normal.woff2"
    (drawn,) = drawn_file(PACKAGES / family / "files" / name, recognizer.policy)
    read = check_face(drawn.faces[0], recognizer)
    assert len(read.verdicts) == said[name]["glyphs"]
    assert abs(read.strict_top1 - said[name]["strict_top1"]) < 0.005
    assert abs(read.shape_top1 - said[name]["shape_top1"]) < 0.005


@pytest.mark.slow
def test_each_gallery_was_made_with_its_embedder_and_finds_a_font_that_none_saw(
    recognizer: Recognizer, tmp_path: Path
) -> None:
    name = "tajawal-arabic-400-normal.woff2"
    (drawn,) = drawn_file(PACKAGES / "tajawal/files" / name, recognizer.policy)
    (face,) = drawn.faces
    shown = np.where(unpack(face.rasters[::3]), 0, 255).astype(np.uint8)
    shape = dict(zip(recognizer.labels, recognizer.shapes.class_of.tolist(), strict=True))
    shapes = [shape.get(item.label) for item in face.items[::3]]
    searches = {name: Search.load(name, RELEASE, tmp_path, EXACT) for name in CORPORA}
    answers = {name: search.query(list(shown), top=5) for name, search in searches.items()}
    named = [{shape.get(hit.label) for hit in hits} for hits in answers["arabic"]]
    right = [one in found for one, found in zip(shapes, named, strict=True) if one is not None]
    assert np.mean(right) > 0.7
    assert all(len(hits) == 5 for found in answers.values() for hits in found)


def test_the_folder_is_small_enough_for_every_clone() -> None:
    size = sum(path.stat().st_size for path in RELEASE.rglob("*") if path.is_file())
    assert size <= 40_000_000
