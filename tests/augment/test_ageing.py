"""Work is shared out, and what comes out does not show it."""

import numpy as np
import pytest

from rasm.augment import ageing
from rasm.augment.ageing import aged
from rasm.augment.ager import Ager
from tests.augment.levels import SEVERITIES
from tests.corpora.drawn_letters import block

DRAWINGS = np.stack([block(side) for side in (20, 40, 60)] * 12)
SEEDS = [2**62 - number for number in range(len(DRAWINGS))]


@pytest.mark.parametrize("cores", [1, pytest.param(2, marks=pytest.mark.slow)])
def test_each_picture_is_the_agers_under_its_seed(
    cores: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ageing, "cpu_count", lambda: cores)
    found = aged(DRAWINGS, SEVERITIES["seed"], 64, SEEDS)
    assert found.shape == (36, 64, 64)
    ager = Ager(SEVERITIES["seed"], 64)
    for row in (0, 17, 18, 35):
        coloured = np.repeat(DRAWINGS[row][..., None], 3, axis=2)
        assert (found[row] == ager.age(coloured, SEEDS[row])[..., 0]).all()


def test_none_become_none() -> None:
    assert aged(DRAWINGS[:0], SEVERITIES["seed"], 64, []).shape == (0, 64, 64)
