"""Which pictures are too illegible to rely on what is read of them, by a corpus's ranker."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rasm.inputs.pictures import PixelArray
from rasm.raster.ink import ink_of
from rasm.reading.legibility import sized
from rasm.trust.image_quality import check_quality
from rasm.trust.ranker import QualityRanker


@dataclass(frozen=True)
class JudgedPicture:
    """A picture as a ranker sees it."""

    score: float
    """The larger the more legible; minus infinity where no ink is left at the ranker's size."""
    reshoot: bool
    """Whether the rule that validation chose refuses it."""
    issues: tuple[str, ...]
    """By `rasm.trust.image_quality`; there may be none."""

    @property
    def reason(self) -> str:
        """Why to take it again; else empty.

        >>> JudgedPicture(-1.5, True, ("blurred", "noisy")).reason
        'too illegible to rely on what is read: blurred, noisy'
        """
        if not self.reshoot:
            return ""
        found = f": {', '.join(self.issues)}" if self.issues else ""
        return f"too illegible to rely on what is read{found}"


def judge_pictures(ranker: QualityRanker, pictures: Sequence[PixelArray]) -> list[JudgedPicture]:
    """Each picture (H, W) or (H, W, 3) uint8, none blank, as the ranker and its rule see it."""
    inked = np.array([_is_inked(picture) for picture in pictures], dtype=np.bool_)
    scores = np.full(len(pictures), -np.inf, dtype=np.float32)
    refused = ~inked
    if inked.any():
        rows = np.flatnonzero(inked)
        seen = ranker.judge([pictures[row] for row in rows.tolist()])
        scores[rows] = seen.scores
        refused[rows] = seen.by(ranker.rule.by) < ranker.rule.limit
    return [
        JudgedPicture(score, again, check_quality(picture).issues)
        for picture, score, again in zip(pictures, scores.tolist(), refused.tolist(), strict=True)
    ]


def _is_inked(picture: PixelArray) -> bool:
    """Whether ink is left at the size that rankers look at."""
    try:
        ink_of(sized(picture))
    except ValueError:
        return False
    return True
