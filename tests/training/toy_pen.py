"""How pictures are seen, small: for networks that are made in a test."""

from rasm.training.pen_views import PenParams

from tests.augment.hands import hand

STEADY = hand(pen_px=(4, 4))
PEN = PenParams(picture=96, size=64, pen_px=4, hand=STEADY)
