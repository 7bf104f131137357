"""How pictures are seen, small: for networks that are made in a test."""

from rasm.augment.pen import Hand
from rasm.training.pen_views import PenParams

STEADY = Hand(
    pen_px=(4, 4),
    rotate=0.0,
    aspect=0.0,
    shear=0.0,
    shift=0.0,
    coarse=0.0,
    fine=0.0,
    branch_shift=0.0,
    branch_rotate=0.0,
    branch_aspect=0.0,
)
PEN = PenParams(picture=96, size=64, pen_px=4, hand=STEADY)
