"""Glyphs in training: a share of them distorted at full size, then brought to the network's."""

import numpy as np
import torch

from tests.training.views.sections import STILL, generator, views

BAR = np.full((64, 64), 250, dtype=np.uint8)
BAR[16:40, 17:29] = 10


def test_a_share_is_distorted() -> None:
    known = views("glyphs", BAR, distortion={**STILL, "share": 0.5, "rotate": 0.3})
    rows = torch.zeros(200, dtype=torch.int64)
    seen = known.train(rows, generator())
    plain = (seen == known.clean(rows)).flatten(1).all(dim=1)
    assert 60 < int(plain.sum()) < 140


def test_without_a_share_training_sees_what_is_used() -> None:
    known, rows = views("glyphs", BAR), torch.zeros(3, dtype=torch.int64)
    assert torch.equal(known.train(rows, generator()), known.clean(rows))
