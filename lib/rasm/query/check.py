"""A font read back: is every glyph what its code point says?

The font is read as `import_fonts` reads it, and its glyphs are recognised, together, for each label
is drawn once (`rasm.decoding.fonts`). A glyph is suspect when another shape is more probable than
the claimed one; the more improbable the claim beside the best answer, the higher it stands. Labels
of one shape class count as the same: no picture can tell them apart. What the recogniser has never
learnt is listed apart, without judgement.

A suspect may be no glyph that is known at all, such as a logo or a letter of another script: then
what it looks most like says little. And of each suspect there is the set of shapes that it may be,
which holds the right one as often as calibration promises.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from rasm.decoding.fonts import read_fonts
from rasm.fonts.inventory import Item
from rasm.fonts.sfnt import FontError, check_file
from rasm.metrics.pooling import pooled
from rasm.raster.face import DrawnFace, DrawnFile, draw_file
from rasm.raster.fill import Mask
from rasm.raster.glyph import RasterPolicy
from rasm.raster.packing import unpack

if TYPE_CHECKING:  # who imports this module may want to wait with the networks
    from rasm.query.recognizer import Recognizer


@dataclass(frozen=True)
class GlyphVerdict:
    """One glyph of a font. `rank` counts shape classes from 1; probabilities are calibrated."""

    label: str
    code_points: str
    looks_like: tuple[str, ...]
    looks_like_probability: float
    rank: int
    probability: float
    may_be: tuple[str, ...]
    """The commonest label of each shape of its conformal set, the most probable first."""
    is_known: bool | None
    """Of a suspect: False where it is strange to the recogniser, None where that cannot be told."""
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
    verdicts: tuple[GlyphVerdict, ...]
    unknown: tuple[str, ...]
    strict_top1: float
    strict_top5: float
    shape_top1: float
    shape_top5: float

    @property
    def suspects(self) -> tuple[GlyphVerdict, ...]:
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


def drawn_file(path: Path, policy: RasterPolicy) -> Iterator[DrawnFile]:
    """The one file at `path`, drawn; what is wrong with it is in its error. For workers."""
    try:
        check_file(path)
    except (FontError, OSError) as error:
        yield DrawnFile(path, (), str(error))
    else:
        yield draw_file(path, policy)


def check_face(face: DrawnFace, recognizer: "Recognizer") -> FontCheck:
    """Read a drawn face back. Raises ValueError when the recogniser knows none of its labels."""
    number = {label: i for i, label in enumerate(recognizer.labels)}
    known = [i for i, item in enumerate(face.items) if item.label in number]
    if not known:
        raise ValueError(f"{face.name} draws no glyph that the recogniser knows")
    items = [face.items[i] for i in known]
    masks = unpack(face.rasters[known])
    labels = np.array([number[item.label] for item in items])
    claims = recognizer.shapes.class_of[labels]
    shapes = recognizer.classify(masks, face.cues[known], claims)
    alone = recognizer.shapes.label_scores(shapes)
    together = read_fonts(alone, np.full(len(labels), face.name), recognizer.trust["font"])
    scores = pooled(together, recognizer.shapes.class_of)
    strict, shape = places(together, labels), places(scores, claims)
    suspects = np.flatnonzero(shape > 0)
    strange = recognizer.strange(masks[suspects], face.cues[known][suspects])
    is_known = np.full(len(masks), True if strange is not None else None, dtype=object)
    if strange is not None:
        is_known[suspects] = ~strange
    may_be = _sets(shapes, masks, recognizer)
    verdicts = _verdicts(items, masks, labels, scores, is_known.tolist(), may_be, recognizer)
    return FontCheck(
        font=face.name,
        verdicts=tuple(sorted(verdicts, key=lambda v: (-v.doubt, v.label))),
        unknown=tuple(sorted(item.label for item in face.items if item.label not in number)),
        strict_top1=float(np.mean(strict < 1)),
        strict_top5=float(np.mean(strict < 5)),
        shape_top1=float(np.mean(shape < 1)),
        shape_top5=float(np.mean(shape < 5)),
    )


def places(scores: NDArray[np.float64], truth: NDArray[np.int64]) -> NDArray[np.int64]:
    """How many of the scores (N, C) stand before that of the truth (N,); ties by lower index.

    >>> places(np.array([[0.2, 0.5, 0.2], [0.2, 0.5, 0.2]]), np.array([0, 2]))
    array([1, 2])
    """
    own = scores[np.arange(len(truth)), truth][:, None]
    earlier = np.arange(scores.shape[1]) < truth[:, None]
    return np.asarray(((scores > own) | ((scores == own) & earlier)).sum(axis=1))


def _verdicts(
    items: Sequence[Item],
    masks: NDArray[np.bool_],
    labels: NDArray[np.int64],
    scores: NDArray[np.float64],
    is_known: Sequence[bool | None],
    may_be: Sequence[tuple[str, ...]],
    recognizer: "Recognizer",
) -> Iterator[GlyphVerdict]:
    columns = zip(items, masks, labels, scores, is_known, may_be, strict=True)
    for item, mask, label, row, is_familiar, names in columns:
        claimed, best = int(recognizer.shapes.class_of[label]), int(row.argmax())
        yield GlyphVerdict(
            label=item.label,
            code_points=" ".join(f"{point:04X}" for point in item.code_points),
            looks_like=recognizer.members[best],
            looks_like_probability=float(row[best]),
            rank=1 + int((row > row[claimed]).sum()),
            probability=float(row[claimed]),
            may_be=names,
            is_known=is_familiar,
            picture=mask,
        )


def _sets(
    shapes: NDArray[np.float64], masks: NDArray[np.bool_], recognizer: "Recognizer"
) -> list[tuple[str, ...]]:
    """The commonest label of each shape class that a glyph may be, from P(shape class) (N, C)."""
    inside = recognizer.sets(shapes, masks)
    order = np.argsort(-shapes, axis=1, kind="stable")
    return [
        tuple(recognizer.members[place][0] for place in row[held[row]].tolist())
        for row, held in zip(order, inside, strict=True)
    ]
