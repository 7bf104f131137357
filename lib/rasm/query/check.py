"""A font read back: is every glyph what its code point says?

The font is read as `import_fonts` reads it, and each glyph is recognised. A glyph is suspect when
another shape is more probable than the claimed one; the more improbable the claim beside the best
answer, the higher it stands. Labels of one shape class count as the same: no picture can tell them
apart. What the recogniser has never learnt is listed apart, without judgement.
"""

import math
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rasm.fonts.files import Face, face_count, open_face
from rasm.fonts.inventory import Item
from rasm.query.recognizer import Recognizer
from rasm.raster.face import draw_face
from rasm.raster.fill import Mask
from rasm.report.scores import top_k


@dataclass(frozen=True)
class Verdict:
    """One glyph of a font. `rank` counts shape classes from 1; probabilities are calibrated."""

    label: str
    code_points: str
    looks_like: tuple[str, ...]
    looks_like_probability: float
    rank: int
    probability: float
    picture: Mask = field(repr=False, compare=False)

    @property
    def is_suspect(self) -> bool:
        """Whether another shape is more probable than the claimed one."""
        return self.rank > 1

    @property
    def doubt(self) -> float:
        """How many times likelier the best answer is than the claim, as a natural logarithm."""
        floor = 1e-12
        return math.log(self.looks_like_probability + floor) - math.log(self.probability + floor)


@dataclass(frozen=True)
class FontCheck:
    """All verdicts on one face, the most doubtful first, and what could not be judged."""

    font: str
    verdicts: tuple[Verdict, ...]
    unknown: tuple[str, ...]
    strict_top1: float
    strict_top5: float
    shape_top1: float
    shape_top5: float

    @property
    def suspects(self) -> tuple[Verdict, ...]:
        """The verdicts whose claim is not the most probable shape."""
        return tuple(verdict for verdict in self.verdicts if verdict.is_suspect)

    def as_dict(self) -> dict[str, object]:
        """Plain data for machines: the summary, the suspects, the labels not known."""
        drop = {"picture"}
        return {
            **{k: v for k, v in vars(self).items() if k not in ("verdicts", "unknown")},
            "glyphs": len(self.verdicts),
            "suspects": [
                {k: v for k, v in asdict(verdict).items() if k not in drop}
                for verdict in self.suspects
            ],
            "not_known": list(self.unknown),
        }


def check_font(path: Path, recognizer: Recognizer) -> Iterator[FontCheck]:
    """Check every face of a font file. Raises FontError, a ValueError, for a file that is none."""
    data = path.read_bytes()
    count = face_count(data)
    for index in range(count):
        name = f"{path.name}:{index}" if count > 1 else path.name
        yield check_face(name, open_face(data, index), recognizer)


def check_face(name: str, face: Face, recognizer: Recognizer) -> FontCheck:
    """Check one opened face."""
    known, unknown = [], []
    number = {label: i for i, label in enumerate(recognizer.labels)}
    for item, mask in draw_face(face, recognizer.policy):
        if item.label in number:
            known.append((item, mask))
        else:
            unknown.append(item.label)
    if not known:
        raise ValueError(f"{name} draws no glyph that the recogniser knows")
    masks = np.stack([mask for _, mask in known])
    labels = np.array([number[item.label] for item, _ in known])
    scores = recognizer.classify(masks)
    verdicts = _verdicts(known, labels, scores, recognizer)
    strict = np.argsort(-recognizer.shapes.label_scores(scores), axis=1, kind="stable")
    shape = np.argsort(-scores, axis=1, kind="stable")
    classes = recognizer.shapes.class_of[labels]
    return FontCheck(
        font=name,
        verdicts=tuple(sorted(verdicts, key=lambda v: (-v.doubt, v.label))),
        unknown=tuple(sorted(unknown)),
        strict_top1=top_k(strict, labels, 1),
        strict_top5=top_k(strict, labels, 5),
        shape_top1=top_k(shape, classes, 1),
        shape_top5=top_k(shape, classes, 5),
    )


def _verdicts(
    known: list[tuple[Item, Mask]],
    labels: NDArray[np.int64],
    scores: NDArray[np.float64],
    recognizer: Recognizer,
) -> Iterator[Verdict]:
    for (item, mask), label, row in zip(known, labels, scores, strict=True):
        claimed, best = int(recognizer.shapes.class_of[label]), int(row.argmax())
        yield Verdict(
            label=item.label,
            code_points=" ".join(f"{point:04X}" for point in item.code_points),
            looks_like=recognizer.members[best],
            looks_like_probability=float(row[best]),
            rank=1 + int((row > row[claimed]).sum()),
            probability=float(row[claimed]),
            picture=mask,
        )
