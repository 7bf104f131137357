"""Characters in training: as many hands write them, each branch by itself."""

import numpy as np
import torch

from rasm.augment.pen import articulated, written
from rasm.raster.branches import Branches
from tests.augment.hands import hand
from tests.training.views.sections import generator, views

CROSS = np.full((96, 96), 230, dtype=np.uint8)
CROSS[16:80, 46:50] = CROSS[30:34, 16:80] = 20
ROWS = torch.tensor([0, 0])


def test_a_steady_hand_trains_on_what_is_seen_in_use() -> None:
    known = views("scripts", CROSS)
    assert torch.equal(known.train(ROWS, generator()), known.clean(ROWS))


def test_branches_are_moved_and_then_written() -> None:
    shaky = hand(pen_px=(2, 6), rotate=0.2, branch_shift=0.1)
    known = views("scripts", CROSS, hand=shaky)
    drawing = generator()
    moved = articulated(Branches.of(known.inputs.skeletons), ROWS, shaky, drawing)
    assert torch.equal(known.train(ROWS, generator()), written(moved, shaky, 64, drawing))
    assert not torch.equal(moved, known.inputs.skeletons[ROWS])
