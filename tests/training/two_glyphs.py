"""Two glyphs whose numbers are not in order: what is read must follow the roster.

And a distortion of half of the glyphs, for what disturbs them in training.
"""

import numpy as np
import torch

from rasm.augment.distort import Distortion
from rasm.store.manifest import Roster

CPU = torch.device("cpu")
ROSTER = Roster(
    glyph_ids=np.array([9, 4]),
    labels=np.array([1, 0]),
    fonts=np.array(["f", "g"]),
    families=np.array(["F", "G"]),
    char_classes=np.array(["isol", "isol"]),
    is_diacritic=np.array([False, False]),
    cues=np.array([[9, 9, 9, 9], [4, 4, 4, 4]], dtype=np.float32),
)
BOLDER = Distortion(
    share=0.5,
    bolder_px=6,
    bend=0.0,
    lighter_px=3,
    rotate=0.05,
    shear=0.1,
    aspect=0.1,
    stretch=0.2,
    blur_sigma_max=0.5,
    threshold=0.1,
)
