"""Letters in training: the Ager's, under seeds of their own, but for a share that stays clean."""

import numpy as np
import pytest
import torch

from rasm.augment.ager import Ager
from rasm.training.views.letters import LetterViews
from tests.augment.levels import SEVERITIES
from tests.corpora.drawn_letters import block
from tests.training.views.sections import generator, views


def seen(**changes: object) -> LetterViews:
    made: LetterViews = views("letters", block(20), block(60), **changes)
    return made


@pytest.mark.parametrize("size", [64, 128])
def test_aged_views_are_the_agers_under_drawn_seeds(size: int) -> None:
    aged = seen(size=size).train(torch.tensor([1, 0]), generator())
    seeds = torch.randint(2**62, (2,), generator=generator()).tolist()
    ager = Ager(SEVERITIES["seed"], size)
    for view, side, seed in zip(aged, (60, 20), seeds, strict=True):
        expected = ager.age(np.repeat(block(side)[..., None], 3, axis=2), seed)[..., 0]
        np.testing.assert_allclose(view[0], 1 - expected / 255, atol=1e-6)


def test_a_share_is_left_clean() -> None:
    rows = torch.zeros(40, dtype=torch.int64)
    clean = seen().clean(rows)

    def spared(share: float) -> int:
        aged = seen(clean_share=share).train(rows, generator())
        return int((aged == clean).all(dim=(1, 2, 3)).sum())

    assert spared(0) == 0 and spared(1) == 40
    assert 8 < spared(0.5) < 32
