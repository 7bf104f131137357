"""How grave a suspect is: `fail` is very likely a fault, `warn` worth a look, `info` a hair.

Limits are on the doubt: how many times likelier the best answer is than the claim, as a natural
logarithm. They were chosen on the validation families, as they are and with faults planted in them
(`python -m bench.planted_faults`): what fails is above every sound glyph of its kind there, what
warns above all but some two in a thousand. Three things lower a level by one. What several families
do on purpose may be on purpose here. A font that the recogniser can hardly read, such as one drawn
of blocks, would fail as a whole. And a doubtful glyph, which never fails, for the font draws what
it looks like otherwise, warns less where the other has another size.
"""

from dataclasses import dataclass
from typing import Literal

from rasm.checking.kinds import Fault

Level = Literal["fail", "warn", "info"]
LEVELS: tuple[Level, ...] = ("fail", "warn", "info")
_NEVER = float("inf")
_LIMITS: dict[Fault, tuple[float, float]] = {  # doubt from which on it fails, warns
    "swapped": (4, 2),
    "duplicate": (6, 3),
    "isolated": (2, 0.5),
    "misencoded": (9, 3),
    "doubtful": (_NEVER, 5),
}
_READABLE = 0.7
"""Mean probability of the best answers, below which a font is foreign; .94 to .98 where it is not,
.46 in a font of blocks."""
_SIZE = 1.3
"""Times as large or as small, from where on a size tells two glyphs apart."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of a suspect that is drawn."""

    kind: Fault
    doubt: float
    clarity: float
    """Mean probability of the best answers of all glyphs of the font."""
    is_customary: bool = False
    """Whether several families draw it so on purpose."""
    by_place: bool = False
    """Whether where it stands gives it away, of which there is no doubt to measure."""
    times_larger: float = 1.0
    """How much larger the glyph is drawn that it looks like."""

    @property
    def is_other_size(self) -> bool:
        """Whether its size tells it from what it looks like."""
        return not 1 / _SIZE < self.times_larger < _SIZE


def level_of(evidence: Evidence) -> Level:
    """The level of a suspect that is drawn.

    >>> level_of(Evidence("swapped", doubt=7.5, clarity=0.97))
    'fail'
    >>> level_of(Evidence("swapped", doubt=7.5, clarity=0.46))
    'warn'
    """
    if evidence.by_place:
        return "warn"
    fails, warns = _LIMITS[evidence.kind]
    place = (evidence.doubt < fails) + (evidence.doubt < warns)
    place += evidence.is_customary + (evidence.clarity < _READABLE) + evidence.is_other_size
    return LEVELS[min(place, len(LEVELS) - 1)]
