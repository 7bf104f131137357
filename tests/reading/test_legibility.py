"""Features of pictures, by an embedder of random weights."""

from pathlib import Path

import numpy as np
import pytest
from safetensors.torch import save_file

from rasm.reading.embeddings import PictureEmbedder
from rasm.reading.legibility import (
    MEASURES,
    FeatureParams,
    PictureFeatures,
    gaps,
    measured,
    sized,
    steadiness,
)
from tests.nets.test_clip import DIMENSION, weights
from tests.reading.test_embeddings import CPU, SCRIPTS, cross, ring, saved

NONE = {"kind": "none"}


@pytest.fixture
def embedder(tmp_path: Path) -> PictureEmbedder:
    return PictureEmbedder.load(saved(tmp_path / "world", view=SCRIPTS.card), CPU)


def features(embedder: PictureEmbedder, **groups: object) -> PictureFeatures:
    chosen = {
        "clip": NONE,
        "embedding": False,
        "quality": False,
        "gap": False,
        "turns": 0,
        **groups,
    }
    ideals = embedder.embed([cross(), ring(), np.ascontiguousarray(ring()[:, :60])])
    return PictureFeatures.of(FeatureParams.model_validate(chosen), embedder, ideals)


def test_groups_come_one_after_the_other(embedder: PictureEmbedder) -> None:
    taken = features(embedder, embedding=True, quality=True, gap=True)
    found = taken.take([cross(), ring()])
    assert vars(taken.sizes) == {"clip_dim": 0, "cnn_dim": 16 + 3, "iqa_dim": MEASURES}
    assert found.shape == (2, 16 + 3 + MEASURES)
    np.testing.assert_array_equal(found[:, :16], embedder.embed([cross(), ring()]))
    assert taken.gap_column == 18
    np.testing.assert_allclose(found[:, 16], 0, atol=1e-3)  # both are ideals
    np.testing.assert_allclose(found[:, 18], found[:, 17] - found[:, 16], atol=1e-6)


def test_a_picture_is_looked_at_by_itself(embedder: PictureEmbedder) -> None:
    taken = features(embedder, quality=True, gap=True)
    both, alone = taken.take([cross(), ring()]), taken.take([ring()])
    np.testing.assert_allclose(both[1], alone[0], atol=1e-3)  # distances near 0 are rough


def test_gaps_on_the_circle() -> None:
    """From (1, 0) the ideals lie at right angles, at 60 degrees and opposite."""
    ideals = np.array([[0, 1], [0.5, np.sqrt(0.75)], [-1, 0]], dtype=np.float32)
    found = gaps(np.array([[1, 0]], dtype=np.float32), ideals)
    np.testing.assert_allclose(found, [[1, np.sqrt(2), np.sqrt(2) - 1]], atol=1e-6)


def test_measures_do_not_depend_on_the_size_of_the_file() -> None:
    large = ring().repeat(4, axis=0).repeat(4, axis=1)
    np.testing.assert_allclose(measured(large)[1:4], measured(ring())[1:4], atol=0.06)
    assert sized(cross()).shape == (128, 128)


def test_names_of_the_nearest_ideals(embedder: PictureEmbedder) -> None:
    names = np.array(["cross", "ring", "part"])
    assert features(embedder, gap=True).reads([ring(), cross()], names).tolist() == [
        "ring",
        "cross",
    ]


def test_clip_where_its_weights_are_there(embedder: PictureEmbedder, tmp_path: Path) -> None:
    path = tmp_path / "model.safetensors"
    with pytest.raises(FileNotFoundError, match="CLIP features need the model.safetensors"):
        features(embedder, clip={"kind": "file", "weights": str(path)})
    save_file(weights(), path)
    taken = features(embedder, clip={"kind": "file", "weights": str(path)}, gap=True)
    found = taken.take([cross(), ring()])
    assert found.shape == (2, DIMENSION + 3)
    assert taken.sizes.clip_dim == DIMENSION
    assert taken.gap_column == DIMENSION + 2
    np.testing.assert_allclose(np.linalg.norm(found[:, :DIMENSION], axis=1), 1, atol=1e-5)


def test_what_cannot_be_is_refused(embedder: PictureEmbedder) -> None:
    with pytest.raises(ValueError, match="no group of features is chosen"):
        features(embedder)
    with pytest.raises(ValueError, match="picture 1: the picture is blank"):
        features(embedder, quality=True).take([cross(), np.full((9, 9), 9, dtype=np.uint8)])
    params = FeatureParams.model_validate(
        {"clip": NONE, "embedding": False, "quality": False, "gap": True, "turns": 0}
    )
    with pytest.raises(ValueError, match="needs two letters at least"):
        PictureFeatures.of(params, embedder, embedder.embed([ring()]))


def test_steadiness_of_views_on_the_circle() -> None:
    """Two views alike, and two at right angles whose mean lies between two ideals."""
    ideals = np.array([[1, 0], [0, 1]], dtype=np.float32)
    views = np.array([[[1, 0], [1, 0]], [[1, 0], [0, 1]]], dtype=np.float32)
    found = steadiness(views, ideals)
    np.testing.assert_allclose(found[0], [1, 0, np.sqrt(2), np.sqrt(2), 1], atol=1e-6)
    between = np.sqrt(2 - np.sqrt(2))
    np.testing.assert_allclose(found[1], [np.sqrt(0.5), between, between, 0, 0], atol=1e-6)


def test_quarter_turns_are_looked_at(embedder: PictureEmbedder) -> None:
    """A ring stays what it is when turned, a part of one does not."""
    taken = features(embedder, turns=3)
    assert taken.sizes.cnn_dim == 5
    part = np.full((100, 100), 240, dtype=np.uint8)
    part[:45] = ring()[:45]
    whole, half = taken.take([ring(), part])
    assert whole[0] > half[0]
