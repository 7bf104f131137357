"""Every file that a query, a check, a Recognizer or a stage loads, damaged: refused by name."""

import json
import os
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from rasm.corpora.corpus import (
    CorpusItem,
    Note,
    encode_png,
    read_corpus,
    read_lists,
    write_items,
    write_pictures,
)
from rasm.fonts.sources import locked_versions, metadata
from rasm.labels.homoglyphs import ShapeFile, write_shape_file
from rasm.labels.pins import read_pins
from rasm.nets.cell_cnn import CellCNN
from rasm.nets.kinds import build_grid_net
from rasm.nets.raster_cnn import RasterCNN
from rasm.nets.weights import save_weights
from rasm.primitives.vocabulary import Vocabulary, load_primitives, save_primitives
from rasm.query.recognizer import Recognizer
from rasm.query.search import Search
from rasm.report.summary import report
from rasm.store.json_file import write_json
from rasm.store.manifest import GlyphRecord, read_splits, seal_splits, write_manifest
from rasm.store.sealed import marks_of, read_sealed, write_sealed
from rasm.trust.calibration import write_trust
from tests.query.trained import LINEAR
from tests.query.world import letter, write_world
from tests.raster.real_glyphs import DEFAULT

SETS = [{"coverage": 0.9, "score": "lac", "penalty": 0.0, "free": 0, "threshold": 0.5}]
FITTED = {"temperature": 1.0, "factors": [], "biases": [], "sets": SETS}
TRUST = {
    "phase2": FITTED,
    "baseline": FITTED,
    "fusion": {**FITTED, "phase2_weight": 0.5},
    "font": {"temperature": 1.0, "repeat": 0.01},
}


def write_recogniser(outputs: Path) -> None:
    """Networks that were never trained, of three labels in two shapes, and what belongs to them."""
    label_map = outputs / "meta/label_map.json"
    write_json(label_map, {"beh": 0, "teh": 1, "theh": 2})
    shapes = ShapeFile(
        class_of=(0, 1, 0),
        prior=(0.75, 1.0, 0.25),
        members=(("beh", "theh"), ("teh",)),
        train_counts=(3, 2, 1),
        train_ceiling_strict=0.9,
        train_ceiling_shape=1.0,
        files=marks_of(label_map),
    )
    write_shape_file(outputs / "meta/homoglyphs.json", shapes)
    cells: dict[str, Any] = {"cell": 8, "vocabulary": 4, "dropout": 0.0}
    grids = {"classes": 2, "vocabulary": 4, "embedding": 4, "width": 4, "blocks": 1, **LINEAR}
    rasters = {"classes": 2, "channels": ["ink"], "width": 4, "blocks": 1, **LINEAR}
    known = {"centroid_sha1": "ab", "grid": 16, "raster": DEFAULT.model_dump()}
    torch.manual_seed(0)
    networks = {
        "phase1": (CellCNN(**cells), {"architecture": cells, **known}),
        "phase2": (
            build_grid_net("cnn", **grids),
            {"architecture": {"kind": "cnn", **grids}, "centroid_sha1": "ab"},
        ),
        "baseline": (RasterCNN(**rasters), {"architecture": rasters}),
    }
    for name, (network, card) in networks.items():
        save_weights(outputs / "checkpoints" / name, network, card)
    write_trust(outputs / "trust/trust.json", TRUST)


def write_artefacts(outputs: Path) -> None:
    """What stages read of one another besides."""
    glyph = GlyphRecord(1, "beh", "f1", "Amiri", "isol", False, (0, 0, 1, 1), 1, 1, 128)
    write_manifest(outputs / "meta/meta.jsonl", [glyph])
    write_json(outputs / "splits/train_ids.json", ["f1"])
    seal_splits(outputs / "splits", outputs / "meta/label_map.json")
    vocabulary = Vocabulary(np.eye(3, 64, dtype=np.float32), np.ones(3), 0.5)
    of_pattern, use = np.arange(4, dtype=np.uint16), np.ones(4, dtype=np.int64)
    save_primitives(outputs / "primitives", vocabulary, of_pattern, use)
    write_pictures(outputs / "corpora/own", [(0, encode_png(letter("bar")))])
    items = [CorpusItem(0, "bar", "g", "train", "f", ())]
    write_items(outputs / "corpora/own", items, [Note("f", "is empty")], [Note("g", "resized")])


def load(path: Path, outputs: Path) -> None:
    """Whatever loads a file of a run, as a use or a stage does."""
    place = path.relative_to(outputs.parent).as_posix()
    meta = outputs / "meta"
    if place.startswith(("dataset/", "outputs/index/", "outputs/checkpoints/embedder/")):
        Search.load(outputs=outputs).gallery.added()
    elif place.startswith("outputs/splits/") or path.name == "meta.jsonl":
        read_splits(meta / "meta.jsonl", meta / "label_map.json", outputs / "splits/train_ids.json")
    elif place.startswith("outputs/primitives/"):
        load_primitives(outputs / "primitives")
    elif place.startswith("outputs/corpora/"):
        read_corpus(outputs / "corpora/own")
    else:
        Recognizer.load(outputs)


# For people, or made for each other and never read again.
UNREAD = {"class_to_idx.json", ".lock"}


@pytest.fixture(scope="module")
def outputs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("run") / "outputs"
    write_recogniser(folder)
    write_world(folder)
    write_artefacts(folder)
    Search.load(outputs=folder).gallery.add(letter("hook"), "hook")
    return folder


def read_files(outputs: Path) -> list[Path]:
    """All of a run and of its gallery but record files, whose size alone is looked at."""
    files = [path for path in sorted(outputs.parent.rglob("*.*")) if path.is_file()]
    skipped = (".lmdb", ".png", ".sha1")
    read = [path for path in files if path.suffix not in skipped and path.name not in UNREAD]
    return [path for path in read if "corpora/own/splits" not in path.as_posix()]


def refused(path: Path, content: bytes, load: Callable[[], Any]) -> str:
    """What is said of the file with this content, which is then put back."""
    whole = path.read_bytes()
    path.write_bytes(content)
    try:
        with pytest.raises(ValueError) as error:
            load()
    finally:
        path.write_bytes(whole)
    assert path.name in str(error.value), str(error.value)
    return str(error.value)


def test_one_flipped_bit_anywhere_is_refused_by_name(outputs: Path) -> None:
    paths = read_files(outputs)
    assert len(paths) == 25
    for number, path in enumerate(paths):
        content = bytearray(path.read_bytes())
        content[len(content) * (number % 7) // 7] ^= 1 << number % 8
        load(path, outputs)
        refused(path, bytes(content), partial(load, path, outputs))


SHAPES = (b"{}", b"[]", b"null", b"[" * 100_000, b'{"\xff": 1}')


def test_json_of_another_shape_is_refused_by_name(outputs: Path) -> None:
    for path in read_files(outputs):
        if path.suffix == ".json":
            for content in SHAPES:
                refused(path, content, partial(load, path, outputs))


@pytest.mark.parametrize(
    ("name", "fine", "read"),
    [
        ("splits.json", b"{}", read_pins),
        ("phase2.json", b"", lambda path: report(path.parent.parent)),
        ("train_ids.json", b"[]", lambda path: read_lists(path.parent)),
        ("package-lock.json", b"", locked_versions),
        ("metadata.json", b"", lambda path: metadata(path.parent)),
    ],
)
def test_what_nothing_vouches_for_is_refused_for_its_shape(
    tmp_path: Path, name: str, fine: bytes, read: Callable[[Path], Any]
) -> None:
    """Files of the user's, of packages, and metrics, which are in git. Some may be empty."""
    path = tmp_path / "metrics" / name
    path.parent.mkdir()
    path.touch()
    for content in SHAPES:
        if content == fine:
            path.write_bytes(content)
            read(path)
        else:
            refused(path, content, lambda: read(path))
    path.unlink()
    os.mkfifo(path)
    with pytest.raises(ValueError, match=f"{name} is a named pipe"):
        read(path)


@pytest.mark.parametrize("temperature", [0.0, -1.0, float("nan"), float("inf")])
def test_a_temperature_that_cannot_be_is_refused(outputs: Path, temperature: float) -> None:
    path = outputs / "trust/trust.json"
    whole = path.read_bytes()
    write_trust(path, {**TRUST, "fusion": {**TRUST["fusion"], "temperature": temperature}})
    strange = path.read_bytes()
    path.write_bytes(whole)
    said = refused(path, strange, lambda: Recognizer.load(outputs))
    assert "trust.json, field 'fusion.temperature': Input should be" in said


def test_the_label_map_of_another_run_is_refused(outputs: Path) -> None:
    other = json.dumps({"beh": 0, "jeem": 1, "theh": 2}).encode()
    refused(outputs / "meta/label_map.json", other, lambda: Recognizer.load(outputs))


def test_a_card_of_another_network_names_the_field_that_it_lacks(outputs: Path) -> None:
    path = outputs / "checkpoints/baseline/model.json"
    card = read_sealed(path, dict[str, Any])
    whole = path.read_bytes()
    write_sealed(path, {name: value for name, value in card.items() if name != "architecture"})
    strange = path.read_bytes()
    path.write_bytes(whole)
    said = refused(path, strange, lambda: Recognizer.load(outputs))
    assert "model.json lacks the field 'architecture': run `dvc repro`" in said
