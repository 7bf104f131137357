"""The quality ranker at work, one that goes by contrast."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from rasm.reading.embeddings import PictureEmbedder
from rasm.trust.ranker import QualityRanker
from tests.reading.test_embeddings import CPU, SCRIPTS, ring, saved
from tests.trust.legible import save_ranker


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return saved(tmp_path / "embedder", view=SCRIPTS.card)


def faded(share: float) -> NDArray[np.uint8]:
    return np.rint(255 - share * (255 - ring().astype(float))).astype(np.uint8)


def test_the_most_legible_scores_most(folder: Path, tmp_path: Path) -> None:
    embedder = PictureEmbedder.load(folder, CPU)
    ranker = QualityRanker.load(save_ranker(tmp_path / "ranker", folder), embedder)
    seen = ranker.judge([faded(0.3), faded(1), faded(0.6)])
    assert np.argsort(-seen.scores).tolist() == [1, 2, 0]
    np.testing.assert_allclose(seen.scores, [0.27, 0.9, 0.54], atol=0.02)
    assert seen.by("gap").tolist() == [0, 0, 0]  # which this one does not look at
    alone = ranker.judge([faded(0.6)])
    assert alone.scores[0] == pytest.approx(seen.scores[2])


def test_a_ranker_of_other_features_is_refused(folder: Path, tmp_path: Path) -> None:
    embedder = PictureEmbedder.load(folder, CPU)
    other = save_ranker(tmp_path / "other", folder, embedder="0" * 64)
    with pytest.raises(ValueError, match="features of another embedder"):
        QualityRanker.load(other, embedder)
    gap = {"clip": {"kind": "none"}, "embedding": False, "quality": False, "gap": True, "turns": 0}
    with pytest.raises(ValueError, match="trained on features of sizes"):
        QualityRanker.load(save_ranker(tmp_path / "gap", folder, features=gap), embedder)
    with pytest.raises(ValueError, match="another CLIP model"):
        QualityRanker.load(save_ranker(tmp_path / "clip", folder, clip="1" * 64), embedder)
    with pytest.raises(FileNotFoundError, match="is missing"):
        QualityRanker.load(tmp_path / "nothing", embedder)


def test_a_blank_picture_is_named(folder: Path, tmp_path: Path) -> None:
    embedder = PictureEmbedder.load(folder, CPU)
    ranker = QualityRanker.load(save_ranker(tmp_path / "ranker", folder), embedder)
    with pytest.raises(ValueError, match="picture 1: the picture is blank"):
        ranker.judge([ring(), faded(0)])
