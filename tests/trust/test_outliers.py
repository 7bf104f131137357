"""Strangeness: what is far from all that was learnt scores high, by each detector, and survives."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from rasm.metrics.outliers import (
    best_detector,
    false_acceptance,
    group_means,
    roc_auc,
    score_detectors,
    score_outlier_rule,
)
from rasm.trust.outliers import (
    DETECTORS,
    Detector,
    Familiar,
    OutlierRule,
    Seen,
    fit_outlier_limit,
    learn_familiar,
    read_outlier_rule,
    write_outlier_rule,
)

CLASSES = np.arange(600) % 3
NONE: list[Seen] = []


def points(axes: NDArray[np.int64], seed: int, spread: float = 0.05) -> Seen:
    """Features of 8 numbers about one axis each; a logit is 10 times the first three of them."""
    generator = np.random.default_rng(seed)
    features = np.eye(8)[axes] + generator.normal(0, spread, (len(axes), 8))
    return Seen(features.astype(np.float32), (10 * features[:, :3]).astype(np.float32))


KNOWN = points(CLASSES, 0)
FAMILIAR = learn_familiar(KNOWN, CLASSES, NONE, seed=0)


@pytest.mark.parametrize("detector", DETECTORS)
def test_each_tells_what_lies_elsewhere(detector: Detector) -> None:
    known = FAMILIAR.scores(detector, points(CLASSES, 1))
    unknown = FAMILIAR.scores(detector, points(np.full(200, 5), 2))
    assert roc_auc(known, unknown, np.full(600, "a")) > 0.85


def test_scores_by_hand() -> None:
    two = Seen(np.array([[3.0, 4.0]], np.float32), np.array([[0.0, np.log(3)]], np.float32))
    bank = np.array([[1.0, 0.0], [0.0, 1.0]], dtype=np.float16)
    familiar = Familiar({"bank": bank}, seed=0)
    assert familiar.scores("msp", two) == pytest.approx([0.25])
    assert familiar.scores("energy", two) == pytest.approx([-np.log(4)])
    # (0.6, 0.8) to (0, 1): the root of 0.36 + 0.04.
    assert familiar.scores("knn", two) == pytest.approx([0.4**0.5], abs=1e-3)


def test_what_was_shown_as_strange_tells_others_like_it() -> None:
    """Halfway between two classes, and so near to both: knn alone takes some of it for known."""
    between = Seen(
        *(
            part + points(CLASSES * 0 + 1, 4).__dict__[name]
            for name, part in points(CLASSES * 0, 3).__dict__.items()
        )
    )
    exposed = learn_familiar(KNOWN, CLASSES, [between.rows(np.arange(300))], seed=0)
    fresh, asked = points(CLASSES, 5, 0.3), between.rows(np.arange(300, 600))
    families = np.full(600, "a")
    area = {
        name: roc_auc(exposed.scores(name, fresh), exposed.scores(name, asked), families)
        for name in ("knn", "exposed")
    }
    assert area["exposed"] > area["knn"] + 0.02


def test_the_limit_lets_the_share_pass_with_families_alike() -> None:
    scores = np.concatenate([np.arange(900) / 900, np.arange(100) / 100 + 5])
    families = np.repeat(["large", "small"], [900, 100])
    limit = fit_outlier_limit(scores, families, 0.95)
    assert (scores[900:] <= limit).mean() == pytest.approx(0.9, abs=0.03)


def test_rule_survives_its_files(tmp_path: Path) -> None:
    rule = OutlierRule(FAMILIAR, "mahalanobis", 7.0)
    write_outlier_rule(tmp_path, rule)
    read = read_outlier_rule(tmp_path)
    asked = points(np.arange(8), 6)
    assert (read.detector, read.limit) == ("mahalanobis", 7.0)
    np.testing.assert_array_equal(read.strange(asked), rule.strange(asked))
    assert 0 < read.strange(asked).sum() < 8


def test_altered_arrays_are_refused(tmp_path: Path) -> None:
    write_outlier_rule(tmp_path, OutlierRule(FAMILIAR, "knn", 0.5))
    path = tmp_path / "outliers.safetensors"
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(ValueError, match=r"outliers\.safetensors is not the file that its card"):
        read_outlier_rule(tmp_path)


def test_areas_and_acceptance_by_hand() -> None:
    """Of family b one glyph weighs as much as the two of a."""
    known, families = np.array([0.0, 2.0, 4.0]), np.array(["a", "a", "b"])
    assert roc_auc(known, np.array([3.0]), families) == pytest.approx(0.5)
    # The limit that 95% of these pass is the highest of them.
    assert false_acceptance(known, np.array([3.0, 5.0]), families) == 0.5


def test_the_best_detector_is_that_of_the_highest_mean_and_its_rule_is_scored() -> None:
    unknown = {"near:a": points(np.full(50, 5), 7), "far:b": points(np.full(50, 6), 8)}
    families = np.array(["a", "b"])[np.arange(600) % 2]
    asked = points(CLASSES, 9, 0.15)
    rows = score_detectors(FAMILIAR, asked, families, unknown)
    means = group_means(rows)
    best = best_detector(rows)
    both = {name: means[f"{name}_near_auroc"] + means[f"{name}_far_auroc"] for name in DETECTORS}
    assert both[best] == max(both.values())
    limit = fit_outlier_limit(FAMILIAR.scores(best, asked), families, 0.95)
    found = score_outlier_rule(OutlierRule(FAMILIAR, best, limit), asked, families, unknown)
    assert found["false_rejects_family_mean"] == pytest.approx(0.05, abs=0.01)
    assert found["flagged_near"] > 0.9
