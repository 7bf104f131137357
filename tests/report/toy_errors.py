"""Eight glyphs of two fonts, five of them taken for another shape: small enough to see through."""

import numpy as np

from rasm.fonts.inventory import arabic_inventory
from rasm.metrics.labels import Answers, Questions, rank
from rasm.raster.packing import pack
from rasm.report.errors import Errors
from rasm.store.manifest import Roster

LABELS = ["beh", "fatha", "kaf", "keheh", "teh"]
MEMBERS = [["beh"], ["fatha"], ["kaf", "keheh"], ["teh"]]
CLASS_OF = np.array([0, 1, 2, 2, 3])
MAY_BE = np.eye(4, dtype=bool)[:, CLASS_OF]
BEH, FATHA, KAF, TEH = range(4)  # the shapes

# row        0      1      2        3        4        5      6      7
# font       Oi     Oi     Oi       Oi       Cairo    Cairo  Cairo  Cairo
# label      beh    teh    kaf      keheh    beh      teh    kaf    fatha
# answer     beh    beh    fatha    fatha    teh      teh    kaf    kaf
TRUTH = np.array([0, 4, 2, 3, 0, 4, 2, 1])
FIRST = np.array([BEH, BEH, FATHA, FATHA, TEH, TEH, KAF, KAF])
SECOND = np.array([TEH, TEH, KAF, KAF, BEH, KAF, BEH, BEH])
SURE = np.array([0.9, 0.3, 0.6, 0.6, 0.5, 0.9, 0.9, 0.7])
WRONG = [1, 2, 3, 4, 7]


def masks() -> np.ndarray:
    """A full column of 8 pixels each, where it stands tells them apart; 2 and 3 are one drawing."""
    pictures = np.zeros((8, 64, 64), dtype=np.bool_)
    for row, column in enumerate((0, 1, 2, 2, 4, 5, 6, 7)):
        pictures[row, :, 8 * column : 8 * column + 8] = True
    return pictures


def errors() -> Errors:
    probabilities = np.full((8, 4), 0.01)
    probabilities[np.arange(8), FIRST] = SURE
    probabilities[np.arange(8), SECOND] = 0.02
    roster = Roster(
        glyph_ids=np.arange(1, 9),
        labels=TRUTH,
        fonts=np.array(["oi"] * 4 + ["cairo"] * 4),
        families=np.array(["Oi"] * 4 + ["Cairo"] * 4),
        char_classes=np.array(["isol"] * 7 + ["diacritic"]),
        is_diacritic=np.array([False] * 7 + [True]),
        cues=np.zeros((8, 4), dtype=np.float32),
    )
    pictures = [row.tobytes() for row in pack(masks())]
    strict = rank(probabilities[:, CLASS_OF])  # no label here is a form of another
    own = Answers(strict, rank(probabilities), strict)
    never = Answers(strict, np.full((8, 4), FATHA), strict)  # fatha whatever it is asked
    return Errors(
        Questions(roster, pictures, CLASS_OF[TRUTH], TRUTH, roster.families, MAY_BE),
        {"phase2": own, "baseline": never, "fusion": own},
        probabilities,
        masks(),
        LABELS,
        MEMBERS,
        {item.label: item for item in arabic_inventory()},
    )
