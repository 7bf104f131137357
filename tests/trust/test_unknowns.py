"""Pictures of what is no glyph: of every kind that is asked for, drawn as glyphs are."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from rasm.corpora.corpus import CorpusItem, encode_png, write_items, write_pictures
from rasm.raster.packing import pack, unpack
from rasm.store.json_file import write_json
from rasm.store.manifest import GlyphRecord, Roster, write_manifest
from rasm.store.records import key_of, write_records
from rasm.trust.unknowns import UnknownParams, rare_glyphs, script_pictures, unknown_pictures
from tests.raster.real_glyphs import DEFAULT


def bar(width: int) -> NDArray[np.bool_]:
    """A bar as high as the picture, at its left."""
    mask = np.zeros((128, 128), dtype=np.bool_)
    mask[:, :width] = True
    return mask


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """Two pictures of Thai, one of Hebrew: a box of 40 by 20 pixels."""
    folder = tmp_path / "world"
    picture = np.full((96, 96), 255, dtype=np.uint8)
    picture[30:70, 50:70] = 0
    write_pictures(folder, [(n, encode_png(picture)) for n in range(3)])
    items = [
        CorpusItem(n, f"l{n}", g, "val", "f", ()) for n, g in enumerate(("Thai", "Thai", "Hebr"))
    ]
    write_items(folder, items, [], [])
    return folder


@pytest.fixture
def rasters(tmp_path: Path) -> Path:
    path = tmp_path / "rasters.lmdb"
    write_records(path, ((key_of(n), pack(bar(10)).tobytes()) for n in range(1, 4)))
    return path


ROSTER = Roster(
    glyph_ids=np.array([1, 2]),
    labels=np.array([0, 0]),
    fonts=np.array(["f", "f"]),
    families=np.array(["F", "F"]),
    char_classes=np.array(["isol", "isol"]),
    is_diacritic=np.array([False, False]),
    cues=np.zeros((2, 4), dtype=np.float32),
)
ALL = UnknownParams(
    near=("Hebr",), far=("Thai", "Grek"), most=2, made=("words", "noise", "photographs")
)


def test_every_kind_that_is_there(corpus: Path, rasters: Path) -> None:
    found = unknown_pictures(ALL, corpus, rasters, np.array([3]), ROSTER, DEFAULT, seed=0)
    counts = {kind: len(masks) for kind, masks in found.items()}
    assert counts == {
        **{"near:rare": 1, "near:Hebr": 1, "far:Thai": 2},
        **{"far:words": 2, "far:noise": 2, "far:photographs": 2},
    }
    for kind, masks in found.items():
        ink = unpack(masks)
        # As the policy draws: at the top left, the longer side from edge to edge.
        assert ink.any(axis=2)[:, 0].all(), kind
        assert ink.any(axis=1)[:, 0].all(), kind
        longer = np.maximum(ink.any(axis=2).sum(axis=1), ink.any(axis=1).sum(axis=1))
        assert (longer >= 120).all(), kind


def test_a_script_is_fitted_into_the_corner(corpus: Path) -> None:
    (mask,) = unpack(script_pictures(corpus, ["Hebr"], 5, DEFAULT, 0)["Hebr"])
    assert mask[:, :64].mean() > 0.95
    assert not mask[:, 66:].any()


def test_words_are_several_glyphs_side_by_side(corpus: Path, rasters: Path) -> None:
    words = UnknownParams(near=(), far=(), most=4, made=("words",))
    found = unknown_pictures(words, corpus, rasters, np.zeros(0, np.int64), ROSTER, DEFAULT, 0)
    for mask in unpack(found["far:words"]):
        edges = np.diff(mask.any(axis=0).astype(int)) == -1
        assert 2 <= edges.sum() <= 4


def test_rare_labels_are_those_of_no_class_in_these_fonts(tmp_path: Path) -> None:
    rows = [("beh", "a"), ("peheh", "a"), ("peheh", "b")]
    write_manifest(
        tmp_path / "meta.jsonl",
        [
            GlyphRecord(n, label, font, "F", "isol", False, (0, 0, 1, 1), 1, 1, 128)
            for n, (label, font) in enumerate(rows)
        ],
    )
    write_json(tmp_path / "map.json", {"beh": 0})
    write_json(tmp_path / "fonts.json", ["a"])
    found = rare_glyphs(tmp_path / "meta.jsonl", tmp_path / "map.json", tmp_path / "fonts.json")
    assert found.tolist() == [1]
