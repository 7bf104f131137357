"""Two glyphs whose numbers are not in order: what is read must follow the roster."""

import numpy as np
import torch

from rasm.store.manifest import Roster

CPU = torch.device("cpu")
ROSTER = Roster(
    glyph_ids=np.array([9, 4]),
    labels=np.array([1, 0]),
    fonts=np.array(["f", "g"]),
    families=np.array(["F", "G"]),
    char_classes=np.array(["isol", "isol"]),
    is_diacritic=np.array([False, False]),
)
