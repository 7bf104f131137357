"""A font read back: is every glyph what its code point says?

The font is read as `import_fonts` reads it, and its glyphs are recognised, together, for each label
is drawn once (`rasm.decoding.fonts`). A glyph is suspect when another shape is more probable than
the claimed one, or when it draws nothing. What the rest of the font says of it gives the kind of
its fault (`rasm.checking.kinds`), and kind and doubt how grave it is (`rasm.checking.levels`).
Labels of one shape class count as the same: no picture can tell them apart. What the recogniser has
never learnt is listed apart, without judgement, but where it draws nothing.

A suspect may be no glyph that is known at all, such as a logo or a letter of another script: then
what it looks most like says little. And of each suspect there is the set of shapes that it may be,
which holds the right one as often as calibration promises.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from rasm.checking.customary import customary
from rasm.checking.kinds import Fault, Finding, feature_of, find_faults
from rasm.checking.levels import LEVELS, Evidence, Level, level_of
from rasm.decoding.fonts import read_fonts
from rasm.fonts.inventory import Item
from rasm.fonts.reading import NOT_SHAPED
from rasm.fonts.sfnt import FontError, check_file
from rasm.metrics.pooling import pooled
from rasm.raster.face import DrawnFace, DrawnFile, FontGlyph, Undrawn, draw_file
from rasm.raster.fill import Mask
from rasm.raster.glyph import RasterPolicy
from rasm.raster.packing import unpack

if TYPE_CHECKING:  # who imports this module may want to wait with the networks
    from rasm.query.recognizer import Recognizer


CHECK_SCHEMA = 2
"""Of the JSON: 1 had fewer fields of a suspect, and every glyph among them that is second best."""
_MAY_BE_EMPTY = {"tatweel"}  # of fonts that stretch letters otherwise


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
class Suspect:
    """A glyph that is not what it claims to be, as far as can be told."""

    item: Item
    glyphs: tuple[FontGlyph, ...]
    """Those that the font shows for it, from left to right."""
    kind: Fault
    level: Level
    partner: str
    """Label of the glyph of this font that explains it: the other of a swap, the original of a
    copy, the isolated form, or the one that it looks like; empty where there is none."""
    reason: str
    """In words, to stand after 'it'."""
    verdict: GlyphVerdict | None
    """What it was read as; None where nothing is drawn."""
    partner_picture: Mask | None = field(repr=False, compare=False)

    @property
    def label(self) -> str:
        """What it claims to be."""
        return self.item.label

    @property
    def doubt(self) -> float:
        """That of the verdict; 0 where nothing was read."""
        return self.verdict.doubt if self.verdict else 0.0

    @property
    def identity(self) -> tuple[str, Fault, str]:
        """What makes it the same suspect in another version of the font."""
        return self.label, self.kind, self.verdict.looks_like[0] if self.verdict else ""

    def as_dict(self) -> dict[str, object]:
        """Plain data for machines. What was read is None where nothing was."""
        read = self.verdict or _UNREAD
        return {
            "label": self.label,
            "code_points": _codes(self.item),
            "name": self.item.name,
            "feature": feature_of(self.item),
            "ligature": self.item.char_class == "ligature",
            "glyphs": [glyph._asdict() for glyph in self.glyphs],
            "kind": self.kind,
            "level": self.level,
            "partner": self.partner or None,
            "reason": self.reason,
            **{
                name: value if self.verdict else None
                for name, value in asdict(read).items()
                if name not in ("label", "code_points", "picture")
            },
            "doubt": self.verdict.doubt if self.verdict else None,
        }


_UNREAD = GlyphVerdict("", "", (), 0.0, 0, 0.0, (), None, np.zeros((0, 0), dtype=np.bool_))


@dataclass(frozen=True)
class FontCheck:
    """All verdicts on one face, the most doubtful first, its suspects, the gravest first."""

    font: str
    verdicts: tuple[GlyphVerdict, ...]
    suspects: tuple[Suspect, ...]
    unknown: tuple[str, ...]
    strict_top1: float
    strict_top5: float
    shape_top1: float
    shape_top5: float
    accepted: int = 0
    """Suspects that were taken out, for a baseline holds them."""
    mended: tuple[Suspect, ...] = ()
    """Suspects of the version that it is compared with which are none here."""

    def count(self, level: Level) -> int:
        """How many suspects are of a level."""
        return sum(one.level == level for one in self.suspects)

    def since(self, old: "FontCheck") -> "FontCheck":
        """The same of a later version of a font: with suspects that are new or graver alone."""
        before = {one.identity: LEVELS.index(one.level) for one in old.suspects}
        now = {one.label for one in self.suspects}
        return replace(
            self,
            suspects=tuple(
                one
                for one in self.suspects
                if LEVELS.index(one.level) < before.get(one.identity, len(LEVELS))
            ),
            mended=tuple(one for one in old.suspects if one.label not in now),
        )

    def as_dict(self) -> dict[str, object]:
        """Plain data for machines: the summary, the suspects, the labels not known."""
        apart = ("verdicts", "unknown", "suspects", "mended")
        return {
            "schema": CHECK_SCHEMA,
            **{k: v for k, v in vars(self).items() if k not in apart},
            "glyphs": len(self.verdicts),
            "levels": {level: self.count(level) for level in LEVELS},
            "suspects": [one.as_dict() for one in self.suspects],
            "mended": [one.as_dict() for one in self.mended],
            "not_known": list(self.unknown),
        }


@dataclass(frozen=True)
class FileCheck:
    """What came of one file: the checks of its faces, and what could not be read of it."""

    path: Path
    checks: tuple[FontCheck, ...]
    errors: tuple[str, ...]


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
    verdicts = list(_verdicts(items, masks, labels, scores, is_known.tolist(), may_be, recognizer))
    judged = replace(
        face,
        items=tuple(items),
        rasters=face.rasters[known],
        cues=face.cues[known],
        glyphs=tuple(face.glyphs[i] for i in known),
    )
    found = [
        _suspect(one, judged, verdicts, float(scores.max(axis=1).mean()))
        for one in find_faults(judged, claims, scores)
    ]
    found += [_bare(one, judged) for one in face.undrawn]
    return FontCheck(
        font=face.name,
        verdicts=tuple(sorted(verdicts, key=lambda v: (-v.doubt, v.label))),
        suspects=tuple(sorted(found, key=_order)),
        unknown=tuple(sorted(item.label for item in face.items if item.label not in number)),
        strict_top1=float(np.mean(strict < 1)),
        strict_top5=float(np.mean(strict < 5)),
        shape_top1=float(np.mean(shape < 1)),
        shape_top5=float(np.mean(shape < 5)),
    )


def _suspect(
    one: Finding, face: DrawnFace, verdicts: Sequence[GlyphVerdict], clarity: float
) -> Suspect:
    item, verdict = face.items[one.row], verdicts[one.row]
    partner = "" if one.partner is None else face.items[one.partner].label
    evidence = Evidence(
        kind=one.kind,
        doubt=verdict.doubt,
        clarity=clarity,
        is_customary=customary().equals(item.label, partner),
        by_place=one.by_place,
        times_larger=one.times_larger,
    )
    return Suspect(
        item=item,
        glyphs=face.glyphs[one.row],
        kind=one.kind,
        level=level_of(evidence),
        partner=partner,
        reason=_reason(one, evidence, verdict, partner),
        verdict=verdict,
        partner_picture=None if one.partner is None else verdicts[one.partner].picture,
    )


def _reason(one: Finding, evidence: Evidence, verdict: GlyphVerdict, partner: str) -> str:
    looks = verdict.looks_like[0]
    if verdict.is_known is False:
        looks = f"no known glyph, at most {looks}"
    match one.kind:
        case "swapped" if one.by_place:
            return f"stands where {partner} should, and that one in its place"
        case "swapped":
            return f"looks like {partner}, and that one like it"
        case "duplicate":
            return f"is the same drawing as {partner}"
        case "isolated":
            return f"is drawn as its isolated form, {partner}"
        case "misencoded":
            return f"looks like {looks}, which is nowhere else in the font"
        case "doubtful" if evidence.is_other_size:
            size = "larger" if one.times_larger > 1 else "smaller"
            return f"looks like {looks}, which the font draws {size}"
        case _:
            return f"looks like {looks}, which the font draws otherwise"


def _bare(one: Undrawn, face: DrawnFace) -> Suspect:
    """The suspect of an item that draws nothing, or that is shaped to its isolated form.

    A letter that joins on no side in a font may be meant so: then that is no more than info.
    """
    siblings = {x.form: x.label for x in face.items if x.code_points == one.item.code_points}
    if one.reason != NOT_SHAPED:
        level: Level = "warn" if one.item.label in _MAY_BE_EMPTY else "fail"
        reason = f"draws nothing: {one.reason}"
        return Suspect(one.item, one.glyphs, "empty", level, "", reason, None, None)
    is_custom = one.item.label in customary().isolated
    level = "info" if is_custom or not siblings.keys() & {"init", "medi"} else "warn"
    partner, reason = siblings.get("isol", ""), "is shaped to the glyph of its isolated form"
    return Suspect(one.item, one.glyphs, "isolated", level, partner, reason, None, None)


def _order(one: Suspect) -> tuple[int, float, str]:
    return LEVELS.index(one.level), -one.doubt, one.label


def _codes(item: Item) -> str:
    return " ".join(f"{point:04X}" for point in item.code_points)


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
            code_points=_codes(item),
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
