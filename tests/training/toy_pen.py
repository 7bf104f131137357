"""How characters are seen, small: for networks that are made in a test."""

from rasm.training.views.scripts import ScriptViewParams
from tests.augment.hands import hand

STEADY = hand(pen_px=(4, 4))
PEN = ScriptViewParams(kind="scripts", picture=96, size=64, pen_px=4, hand=STEADY)
