"""Trials drawn fairly, and what embedders score whose answers are known beforehand."""

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F

from rasm.raster.tensors import pack_bits
from rasm.training.choosing.scripts import (
    ScriptTrialParams,
    Trial,
    draw_trials,
    one_shot_validation,
)
from rasm.training.choosing.trials import spread
from tests.retrieval.circle import at
from tests.training.pixels import Pixels

# Script X has 4 letters twice, Y has 3, Z one letter 5 times; rows of X and Y alternate.
SCRIPTS = np.array(["X", "Y"] * 6 + ["X"] * 2 + ["Z"] * 5)
LABELS = np.array(
    ["a", "k", "b", "l", "c", "m", "d", "k", "a", "l", "b", "m", "c", "d"] + ["z"] * 5
)
PARAMS = ScriptTrialParams(kind="scripts", ways=3, per_script=40, strength=1e-3)


def rows_of(trials: list[Trial]) -> NDArray[np.int64]:
    return np.stack([trial.rows for trial in trials])


def test_trials_stay_within_a_script_and_show_every_letter_once() -> None:
    trials = draw_trials(SCRIPTS, LABELS, PARAMS, 0)
    assert [trial.script for trial in trials] == ["X"] * 40 + ["Y"] * 40, "Z has too few letters"
    for trial in trials:
        assert set(SCRIPTS[trial.rows]) == {trial.script}
        assert len(set(LABELS[trial.rows])) == PARAMS.ways
    assert set(rows_of(trials).ravel()) == set(np.flatnonzero(SCRIPTS != "Z")), (
        "a row is never seen"
    )


def test_letters_are_drawn_evenly_however_many_rows_they_have() -> None:
    """Of a and b, one way in two is a, though b has nine rows."""
    labels = np.array(["a"] + ["b"] * 9 + ["c"])
    params = PARAMS.model_copy(update={"ways": 2, "per_script": 300})
    drawn = rows_of(draw_trials(np.full(11, "X"), labels, params, 0))
    assert (labels[drawn] == "a").mean() == pytest.approx(1 / 3, abs=0.04)


def test_a_seed_decides_the_trials() -> None:
    once, again, other = (rows_of(draw_trials(SCRIPTS, LABELS, PARAMS, s)) for s in (1, 1, 2))
    np.testing.assert_array_equal(once, again)
    assert (once != other).any()


def bars() -> Tensor:
    """Packed skeletons of rows: a line at another height for each letter, and two corners."""
    masks = torch.zeros(len(LABELS), 96, 96)
    masks[:, 8:12, 8:12] = masks[:, 84:88, 84:88] = 1
    for mask, label in zip(masks, LABELS, strict=True):
        mask[13 + 10 * "abcdklmz".index(label), 8:88] = 1
    return pack_bits(masks)


class Collapsed(nn.Module):
    """Every picture at one point, which is no float32 of a round number."""

    def forward(self, pictures: Tensor) -> Tensor:
        return F.normalize(torch.tensor([1.0, 2.0, 3.0]), dim=0).expand(len(pictures), -1)


def validated(model: nn.Module, params: ScriptTrialParams, seed: int = 0) -> dict[str, float]:
    trials = draw_trials(SCRIPTS, LABELS, params, 0)
    return one_shot_validation(bars(), trials, params, 64, seed)(model)


def test_one_that_tells_all_letters_apart_scores_1() -> None:
    """Hardly bent letters are told apart by their pixels."""
    metrics = validated(Pixels(), PARAMS)
    assert metrics["val_one_shot"] == 1
    # Two letters share their corners alone, a fifth of their ink: not quite at right angles.
    assert metrics["val_spread"] == pytest.approx((2 - 2 / 5) ** 0.5, rel=0.1)


def test_one_that_collapses_guesses_and_has_no_spread() -> None:
    """All distances are equal, and of three ways one is right."""
    metrics = validated(Collapsed(), PARAMS)
    assert metrics["val_one_shot"] == pytest.approx(1 / 3)
    assert metrics["val_spread"] == 0


def test_bent_letters_are_harder_and_the_same_at_every_epoch() -> None:
    params = PARAMS.model_copy(update={"strength": 3.0, "per_script": 10})
    trials = draw_trials(SCRIPTS, LABELS, params, 0)
    validate = one_shot_validation(bars(), trials, params, 64, 0)
    first, second = validate(Pixels()), validate(Pixels())
    assert first == second == validated(Pixels(), params) != validated(Pixels(), params, seed=1)
    assert first["val_one_shot"] < 1


def test_no_trials_are_refused() -> None:
    with pytest.raises(ValueError, match="as many classes as a trial has ways"):
        one_shot_validation(bars(), [], PARAMS, 64, 0)


def test_spread_by_hand() -> None:
    """Of 0, 90 and 180 degrees two pairs are sqrt(2) apart, one 2; of 0, 60 and 0 two 1, one 0."""
    trials = np.stack([at(0, 90, 180), at(0, 60, 0)])
    assert spread(trials) == pytest.approx(((2 * 2**0.5 + 2) / 3 + 2 / 3) / 2)
