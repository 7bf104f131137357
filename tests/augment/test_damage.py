"""Damage grows with its amount, and comes alike from one seed."""

import numpy as np
import pytest

from rasm.augment.ager import aged
from rasm.augment.damage import KINDS, damaged, wear_at
from tests.augment.levels import SEVERITIES
from tests.corpora.drawn_letters import block

MOST = {
    **{"defocus": 6, "motion": 20, "grain": 60, "fading": 0.8, "darkness": 0.8, "coarseness": 12},
    **{"chips": 0.4, "scratches": 20, "shadow": 0.8, "compression": 99, "thinning": 12},
    **{"blots": 20, "specks": 0.3},
}
PICTURE, SEED = block(52), SEVERITIES["seed"]


def harm(kind: str, amount: float, seed: int = 0) -> float:
    done = damaged(PICTURE, kind, amount, seed)
    assert done.dtype == np.uint8
    assert done.shape == PICTURE.shape
    return float(np.abs(done.astype(float) - PICTURE).mean())


@pytest.mark.parametrize("kind", KINDS)
def test_more_does_more_and_none_does_nothing(kind: str) -> None:
    harms = [harm(kind, share * MOST[kind]) for share in (0, 0.3, 1)]
    assert harms[0] == 0
    assert harms == sorted(harms)
    assert harms[1] < harms[2]


@pytest.mark.parametrize("kind", KINDS)
def test_one_seed_one_result(kind: str) -> None:
    one, two = (damaged(PICTURE, kind, MOST[kind], 3) for _ in range(2))
    assert np.array_equal(one, two)


def test_a_kind_there_is_not_is_named() -> None:
    with pytest.raises(ValueError, match="no damage 'rust'; there are defocus"):
        damaged(PICTURE, "rust", 1, 0)


def test_wear_grows_from_nothing_to_the_worst_level() -> None:
    pictures, seeds = np.stack([PICTURE] * 8), list(range(8))
    clean = aged(pictures, wear_at(SEED, 0), 128, seeds)
    harms = [
        np.abs(aged(pictures, wear_at(SEED, share), 128, seeds).astype(float) - clean).mean()
        for share in (0.2, 0.6, 1)
    ]
    assert harms == sorted(harms)
    assert harms[0] < harms[2] / 1.5
    assert wear_at(SEED, 1).elastic_alpha == SEED.elastic_alpha
