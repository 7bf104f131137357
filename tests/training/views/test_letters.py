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


def test_levels_are_drawn_by_lot() -> None:
    """Under one seed a picture is worn by one level or the other, and each comes up."""
    rows = torch.zeros(24, dtype=torch.int64)
    both = [SEVERITIES[name].model_dump() for name in ("light", "heavy")]
    mixed = seen(levels=both).train(rows, generator())
    light, heavy = (seen(levels=[one]).train(rows, generator()) for one in both)
    of_light, of_heavy = ((mixed == one).all(dim=(1, 2, 3)) for one in (light, heavy))
    assert (of_light ^ of_heavy).all()
    assert 4 < int(of_light.sum()) < 20
