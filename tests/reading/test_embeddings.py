"""A network of random weights at work: what it sees alike, it places alike."""

import hashlib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import nn

from rasm.corpora.corpus import CorpusItem, Pictures, encode_png, write_pictures
from rasm.nets.compute import Compute
from rasm.nets.embedder import Embedder
from rasm.nets.weights import save_weights
from rasm.reading.embeddings import PictureEmbedder, embed_batches, embed_items
from tests.training.toy_pen import PEN

CPU = Compute(accelerator="cpu", precision="32-true", compile=False)
ARCHITECTURE: dict[str, Any] = {
    "backbone": {"kind": "small", "width": 6, "layout": 1},
    "head": {"kind": "linear"},
    "dimension": 16,
    "neck": False,
    "channels": 1,
}
SCRIPTS = PEN.in_use
COUNT = 1500  # pictures of a corpus, more than one batch
Picture = NDArray[np.uint8]


def saved(folder: Path, **card: Any) -> Path:
    torch.manual_seed(0)
    network = Embedder(**ARCHITECTURE)
    network(torch.rand(8, 1, 64, 64))  # moves the statistics of batch norm
    save_weights(folder, network, {"architecture": ARCHITECTURE, **card})
    return folder


@pytest.fixture
def embedder(tmp_path: Path) -> PictureEmbedder:
    return PictureEmbedder.load(saved(tmp_path / "world", view=SCRIPTS.card), CPU)


def cross() -> Picture:
    picture = np.full((80, 60), 210, dtype=np.uint8)
    picture[10:70, 28:32] = picture[33:37, 8:52] = 40
    return picture


def ring() -> Picture:
    y, x = np.mgrid[:100, :100] - 50
    return np.where(np.abs(np.hypot(x, y) - 35) < 3, 10, 240).astype(np.uint8)


def twice(picture: Picture) -> Picture:
    return picture.repeat(2, axis=0).repeat(2, axis=1)


def test_embeddings_are_of_unit_length(embedder: PictureEmbedder) -> None:
    embeddings = embedder.embed([cross(), ring()])
    assert embeddings.shape == (2, 16) and embeddings.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(embeddings, axis=1), 1, atol=1e-6)


def test_polarity_and_colour_do_not_matter(embedder: PictureEmbedder) -> None:
    """RGB of equal channels is that grey."""
    coloured = np.repeat(ring()[..., None], 3, axis=2)
    plain, inverse, rgb = embedder.embed([ring(), 255 - ring(), coloured])
    np.testing.assert_array_equal(inverse, plain)
    np.testing.assert_array_equal(rgb, plain)


def test_size_hardly_matters(embedder: PictureEmbedder) -> None:
    ring_, large, cross_ = embedder.embed([ring(), twice(ring()), cross()])
    assert np.linalg.norm(large - ring_) < 0.3 * np.linalg.norm(cross_ - ring_)


def test_a_picture_s_place_does_not_depend_on_its_company(
    embedder: PictureEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    pictures = [cross(), ring(), cross().T]
    together = embedder.embed(pictures)
    monkeypatch.setattr("rasm.reading.embeddings._CHUNK", 2)
    np.testing.assert_allclose(embedder.embed(pictures), together, atol=1e-6)
    np.testing.assert_allclose(embedder.embed(pictures[1:2]), together[1:2], atol=1e-6)
    assert np.linalg.norm(together[0] - together[1]) > 1e-3


def test_no_pictures_have_no_embeddings(embedder: PictureEmbedder) -> None:
    embeddings = embedder.embed([])
    assert embeddings.shape == (0, 16) and embeddings.dtype == np.float32


def test_a_blank_picture_is_named_by_its_place(embedder: PictureEmbedder) -> None:
    with pytest.raises(ValueError, match=r"^picture 2: the picture is blank"):
        embedder.embed([ring(), cross(), np.zeros((5, 5), dtype=np.uint8)])


def test_what_is_loaded_is_what_was_saved(tmp_path: Path) -> None:
    folder = saved(tmp_path / "world", view=SCRIPTS.card)
    loaded = PictureEmbedder.load(folder, CPU)
    digest = hashlib.sha256((folder / "model.safetensors").read_bytes()).hexdigest()
    assert loaded.fingerprint == digest
    assert loaded.view == SCRIPTS and not loaded.network.training


def test_an_embedder_of_worn_letters_sees_them_grey(tmp_path: Path) -> None:
    """It does not crop: a letter in a wider margin is another picture, the same inverted is not."""
    view = {"kind": "letters", "size": 64}
    loaded = PictureEmbedder.load(saved(tmp_path / "safaitic", view=view), CPU)
    wider = np.pad(ring(), 40, constant_values=240)
    plain, inverse, wide = loaded.embed([ring(), 255 - ring(), wider])
    np.testing.assert_allclose(inverse, plain, atol=1e-5)
    assert np.linalg.norm(wide - plain) > 10 * np.linalg.norm(inverse - plain)


@pytest.mark.parametrize("card", [{"view": {"kind": "grid"}}, {}], ids=["another", "none"])
def test_a_network_of_another_view_is_refused(tmp_path: Path, card: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"world holds no embedder of pictures.*dvc repro"):
        PictureEmbedder.load(saved(tmp_path / "world", **card), CPU)


def test_missing_weights_say_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"run `dvc repro`"):
        PictureEmbedder.load(tmp_path, CPU)


def test_pictures_are_embedded_in_their_order() -> None:
    """Past the end of a chunk, too."""
    pictures = torch.rand(1100, 1, 2, 3, generator=torch.Generator().manual_seed(0))
    embeddings = embed_batches(nn.Flatten(), pictures)
    assert embeddings.dtype == np.float32
    np.testing.assert_array_equal(embeddings, pictures.flatten(1).numpy())


def level(pictures: Sequence[NDArray[np.uint8]]) -> NDArray[np.float32]:
    """By the first pixel, its grey level in degrees."""
    turns = np.radians([float(picture[0, 0]) for picture in pictures])
    return np.stack([np.cos(turns), np.sin(turns)], axis=1).astype(np.float32)


def test_order_labels_groups_and_progress(tmp_path: Path) -> None:
    shown = ((n, encode_png(np.full((2, 2), n % 90, dtype=np.uint8))) for n in range(COUNT))
    write_pictures(tmp_path, shown)
    order = [*range(COUNT - 1, -1, -1)]
    items = [CorpusItem(n, f"label{n % 7}", f"group{n}", "train", "", ()) for n in order]
    seen: list[int] = []

    def progress(starts: Iterable[int]) -> Iterable[int]:
        for start in starts:
            seen.append(start)
            yield start

    with Pictures(tmp_path) as pictures:
        found = embed_items(items, pictures, level, progress)
    assert seen == [0, 1024]
    expected = [number % 90 for number in order]
    turns = np.degrees(np.arctan2(found.embeddings[:, 1], found.embeddings[:, 0]))
    np.testing.assert_allclose(turns, expected, atol=1e-4)
    assert found.labels.tolist() == [f"label{n % 7}" for n in order]
    assert found.groups[0] == f"group{COUNT - 1}"
