"""Drift of pictures as points on a circle: seen where there is some, and only there."""

import numpy as np
import pytest
from numpy.typing import NDArray

from rasm.trust.drift import Drift, Known, find_drift
from rasm.trust.image_quality import ImageQuality

CLEAN = ImageQuality(blur=0.001, brightness=0.5, contrast=1.0, resolution=100, noise=0.0)


def points(count: int, seed: int, turn: float = 0.0) -> tuple[NDArray[np.float32], list[str]]:
    """Of three classes a third of a circle apart, scattered, turned by radians; and the classes."""
    classes = np.arange(count) % 3
    angles = classes * 2.1 + turn + np.random.default_rng(seed).normal(0, 0.1, count)
    placed = np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)
    return placed, ["abc"[one] for one in classes.tolist()]


def gallery(count: int = 60) -> Known:
    placed, labels = points(count, 1)
    fonts = np.array([f"font {place % 4}" for place in range(count)])
    return Known("the gallery", placed, np.array(labels), fonts)


def asked(placed: NDArray[np.float32], known: Known, quality: ImageQuality = CLEAN) -> Drift:
    names = [f"{place}.png" for place in range(len(placed))]
    settings = {"worst": 3, "permutations": 999, "seed": 0}
    return find_drift(names, placed, [quality] * len(names), known, alpha=0.01, **settings)  # type: ignore[arg-type]


def test_more_of_the_same_is_no_drift_and_a_turn_is() -> None:
    same, turned = asked(points(45, 2)[0], gallery()), asked(points(45, 2, turn=0.4)[0], gallery())
    assert (same.drifted, same.tested) == (False, 45)
    assert same.p_value > 0.05 and turned.p_value == 1 / 1000
    assert turned.drifted and turned.embeddings.effect > 3 * same.embeddings.effect


def test_another_mix_of_letters_is_no_drift_beside_a_gallery() -> None:
    """All of one class, each compared with exemplars of that class; a folder's mix counts."""
    placed, _ = points(60, 3)
    one_class = placed[::3]
    assert not asked(one_class, gallery()).drifted
    known = gallery()
    folder = Known("folder", known.embeddings, known.labels, known.groups, (CLEAN,) * 60)
    assert asked(one_class, folder).drifted


def test_the_farthest_picture_comes_first_with_its_reason() -> None:
    placed, _ = points(30, 2)
    placed[7] = [np.cos(1.05), np.sin(1.05)]  # between two classes
    found = asked(placed, gallery(), ImageQuality(0.3, 0.5, 1.0, 100, 0.2))
    first = found.most_shifted[0]
    assert (first.picture, len(found.most_shifted)) == ("7.png", 3)
    assert first.why[:2] == ("blurred", "noisy") and "far from all" in first.why[2]
    assert first.distance > found.usual_distance


def test_blur_of_a_folder_is_drift_though_the_embedder_does_not_see_it() -> None:
    known = gallery()
    folder = Known("folder", known.embeddings, known.labels, known.groups, (CLEAN,) * 60)
    placed, _ = points(30, 2)
    assert not asked(placed, folder).drifted
    blurred = asked(placed, folder, ImageQuality(0.05, 0.5, 1.0, 100, 0.0))
    assert blurred.drifted and blurred.embeddings.p_value > 0.05
    shift = next(one for one in blurred.measures if one.measure == "blur")
    assert (shift.median, shift.reference_median) == (0.05, 0.001)
    assert blurred.p_value == pytest.approx(6 * shift.p_value)


def test_too_few_pictures_say_so() -> None:
    with pytest.raises(ValueError, match="pictures: 3 are too few"):
        asked(points(3, 0)[0], gallery())
    with pytest.raises(ValueError, match="6 of the pictures can be paired"):
        asked(points(30, 0)[0], _thin())


def _thin() -> Known:
    """A gallery with two exemplars of each class that is asked for, and more of another."""
    known = gallery(6)
    other = np.full((6, 2), [np.cos(1.05), np.sin(1.05)], dtype=np.float32)
    return Known(
        "the gallery",
        np.concatenate([known.embeddings, other]),
        np.array([*known.labels, *["d"] * 6]),
        np.array([f"font {place}" for place in range(12)]),
    )
