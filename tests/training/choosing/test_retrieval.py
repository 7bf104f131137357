"""Validation by retrieval, with pictures that are angles and networks that read them."""

from collections import Counter

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from rasm.training.choosing.retrieval import (
    RetrievalTrialParams,
    even_sample,
    retrieval_validation,
)


class Angles:
    """N pictures (1, 1, 1), each one number of degrees; says how many were seen at once."""

    channels = 1
    device = torch.device("cpu")

    def __init__(self, *degrees: float) -> None:
        self.degrees = torch.tensor(degrees)
        self.seen: list[int] = []

    def clean(self, rows: Tensor) -> Tensor:
        self.seen.append(len(rows))
        return self.degrees[rows].reshape(-1, 1, 1, 1)


class Circle(nn.Module):
    """Each picture at its angle."""

    def forward(self, pictures: Tensor) -> Tensor:
        turns = torch.deg2rad(pictures.flatten())
        return torch.stack([turns.cos(), turns.sin()], dim=1)


class Collapsed(nn.Module):
    """Every picture at one point."""

    def forward(self, pictures: Tensor) -> Tensor:
        return torch.tensor([[1.0, 0.0]]).expand(len(pictures), -1)


GALLERY, LABELS = Angles(0, 180, 20, 200), np.array(["a", "b", "a", "b"])


def validated(
    model: nn.Module, queries: Angles, labels: list[str], gallery: int = 4
) -> dict[str, float]:
    params = RetrievalTrialParams(kind="retrieval", gallery=gallery)
    validate = retrieval_validation(GALLERY, LABELS, queries, np.array(labels), params, seed=0)
    return validate(model)


def test_recall_by_hand() -> None:
    """At 10 and 190 degrees the nearest are right; at 30 the nearest is a, but b is also there."""
    found = validated(Circle(), Angles(10, 190, 30), ["a", "b", "b"])
    assert found["val_recall_at_1"] == pytest.approx(2 / 3)
    assert found["val_recall_at_10"] == 1


def test_a_class_that_the_gallery_lacks_is_never_found() -> None:
    found = validated(Circle(), Angles(10, 190), ["a", "z"])
    assert (found["val_recall_at_1"], found["val_recall_at_10"]) == (0.5, 0.5)


def test_spread_is_the_mean_distance_of_two_and_nears_zero_on_collapse() -> None:
    """Of the six pairs two are 20 degrees apart, two 180, one 160, one 200, which is 160."""
    found = validated(Circle(), Angles(10), ["a"])["val_spread"]
    expected = np.mean(2 * np.sin(np.radians([10, 10, 90, 90, 80, 80])))
    assert found == pytest.approx(expected, abs=0.1), "of a thousand pairs that are drawn"
    assert validated(Collapsed(), Angles(10), ["a"])["val_spread"] == 0


def test_the_gallery_is_a_part_that_is_drawn_once() -> None:
    GALLERY.seen.clear()
    params = RetrievalTrialParams(kind="retrieval", gallery=2)
    validate = retrieval_validation(GALLERY, LABELS, Angles(10), np.array(["a"]), params, 3)
    first, second = validate(Circle()), validate(Circle())
    assert GALLERY.seen == [2, 2]
    assert first == second


def test_pictures_are_seen_in_chunks() -> None:
    queries = Angles(*range(1100))
    validated(Circle(), queries, ["a"] * 1100)
    assert queries.seen == [512, 512, 76]


def test_splits_without_a_common_class_are_refused() -> None:
    with pytest.raises(ValueError, match="share no class"):
        validated(Circle(), Angles(10), ["z"])


def sampled(most: int, seed: int = 0) -> NDArray[np.int64]:
    """Of a nine rows, of b two, of c one."""
    return even_sample(np.array(["a"] * 9 + ["b", "b", "c"]), most, seed)


def test_every_class_is_kept_and_large_ones_give_most() -> None:
    names = np.array(["a"] * 9 + ["b", "b", "c"])
    assert Counter(names[sampled(3)].tolist()) == {"a": 1, "b": 1, "c": 1}
    assert Counter(names[sampled(5)].tolist()) == {"a": 2, "b": 2, "c": 1}
    assert Counter(names[sampled(7)].tolist()) == {"a": 4, "b": 2, "c": 1}
    assert sampled(99).tolist() == [*range(12)]


def test_all_rows_have_a_chance_and_a_seed_decides() -> None:
    drawn = [set(sampled(3, seed).tolist()) for seed in range(60)]
    assert set.union(*drawn) == set(range(12))
    assert sampled(3, 1).tolist() == sampled(3, 1).tolist()


def test_of_classes_in_their_last_turn_any_may_give() -> None:
    names = np.array(["a", "a", "b", "b"])
    third = [names[even_sample(names, 3, seed)].tolist().count("a") for seed in range(20)]
    assert set(third) == {1, 2}


def test_fewer_pictures_than_classes_are_refused() -> None:
    with pytest.raises(ValueError, match="a gallery of 2 pictures cannot show 3 classes"):
        sampled(2)
