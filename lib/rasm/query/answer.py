"""What the recogniser says of a picture from anywhere: which glyph it shows, and how surely.

The picture is read at both sizes that glyphs are drawn at, and what is said of each is weighed by
how sure the networks are (`share_of_mark`). The verdict follows from what calibration promised and
from the rule of what is no known glyph:

- reshoot: nothing is there to be seen, or several characters, of which `boxes` are to be cut out,
  or what the ranker of the gallery, where there is one, finds too illegible;
- not a known glyph: strange at either size (`Recognizer.strange`);
- ok: the best shape is as probable as the first promise of sets of answers (`calibrate.sets`);
- uncertain: all else.

The gallery of corpus `arabic` names the nearest drawings, and judges nothing here: its limit of
distance refuses every second letter that is drawn by a pen of even width (LOG, 2026-11-27).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from rasm.fonts.inventory import Item, arabic_inventory
from rasm.inputs.any_picture import Box, boxes_apart, fitted_masks, pixels_of
from rasm.raster.fill import Mask
from rasm.raster.ink import ink_of
from rasm.retrieval.voting import Verdict

if TYPE_CHECKING:
    from rasm.inputs.any_picture import AnyPicture
    from rasm.query.search import Answered, Hit
    from rasm.raster.glyph import RasterPolicy
    from rasm.report.explanation import Explanation

    Explain = Callable[[NDArray[np.uint8], Mask, Verdict, NDArray[np.float64]], Explanation]
    """Of a picture, the mask (S, S) read of it, the verdict and P(shape class) (C,)."""

# Logistic regression on glyphs of the validation families, as pictures of no known size: whether
# one is a mark, by how much surer the networks are of it when it is drawn as one.
_SLOPE, _BIAS = 3.97, -1.61


class MaskReader(Protocol):
    """What a recogniser is asked here: `rasm.query.recognizer.Recognizer` is one."""

    @property
    def policy(self) -> "RasterPolicy":
        """How masks are drawn."""
        ...

    @property
    def labels(self) -> tuple[str, ...]:
        """All that it knows."""
        ...

    @property
    def members(self) -> tuple[tuple[str, ...], ...]:
        """Labels of each shape class, commonest first."""
        ...

    @property
    def promise(self) -> float:
        """How often sets of answers hold the truth."""
        ...

    def read(
        self, masks: NDArray[np.bool_]
    ) -> tuple[NDArray[np.float64], NDArray[np.bool_] | None]:
        """P(shape class) (N, C) of masks (N, S, S), and whether each is no known glyph (N,)."""
        ...

    def sets(
        self, probabilities: NDArray[np.float64], masks: NDArray[np.bool_]
    ) -> NDArray[np.bool_]:
        """Which shape classes (N, C) may be it."""
        ...

    def nearest_drawings(self, pictures: Sequence[NDArray[np.uint8]], top: int) -> "list[Answered]":
        """What a gallery says of pictures, none blank."""
        ...


@dataclass(frozen=True)
class ShapeGuess:
    """One shape that it may be: its probability, calibrated, and its labels, commonest first."""

    probability: float
    labels: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {"probability": self.probability, "labels": list(self.labels)}


@dataclass(frozen=True)
class GlyphAnswer:
    """Which glyph a picture shows. All but the first two are empty where nothing was read."""

    verdict: Verdict
    reason: str
    """Why to take the picture again; else empty."""
    boxes: tuple[Box, ...] = ()
    """Of several characters, where they lie; none where there is one."""
    label: str | None = None
    codepoints: tuple[int, ...] = ()
    name: str | None = None
    """Of the character in Unicode, or of a ligature."""
    siblings: tuple[tuple[str, str], ...] = ()
    """The forms of the same letter that the model knows: isol, init, medi, final; and labels."""
    probability: float | None = None
    """Of the label's shape."""
    conformal_set: tuple[tuple[str, ...], ...] = ()
    """Labels of each shape that it may be, as calibration promises; most probable first."""
    shortlist: tuple[ShapeGuess, ...] = ()
    nearest: "tuple[Hit, ...]" = ()
    """Drawings in fonts, where the run has a gallery of them, the nearest first."""
    vote: ShapeGuess | None = None
    """What the nearest drawings vote for; None where it is not known how probable that is."""
    explanation: "Explanation | None" = None
    """Where it was asked for."""

    def as_dict(self) -> dict[str, Any]:
        """For JSON; code points as U+XXXX."""
        why = {"explanation": self.explanation.as_dict()} if self.explanation else {}
        return {
            **{name: value for name, value in vars(self).items() if name != "explanation"},
            **why,
            "boxes": [list(box) for box in self.boxes],
            "codepoints": [f"U+{code:04X}" for code in self.codepoints],
            "siblings": dict(self.siblings),
            "conformal_set": [list(labels) for labels in self.conformal_set],
            "shortlist": [guess.as_dict() for guess in self.shortlist],
            "nearest": [hit.as_dict() for hit in self.nearest],
            "vote": self.vote.as_dict() if self.vote else None,
        }


def answer_pictures(
    recognizer: MaskReader,
    images: "Sequence[AnyPicture]",
    top: int,
    explain: "Explain | None" = None,
) -> list[GlyphAnswer]:
    """For each picture what it shows, with the `top` shapes; a blank one is no error.

    Raises PictureError where a file cannot be read, ValueError for what is no picture.
    """
    pictures = [pixels_of(image) for image in images]
    inks = [_ink(picture) for picture in pictures]
    seen = [place for place, ink in enumerate(inks) if ink is not None]
    blank = GlyphAnswer("reshoot", "blank: no ink stands out from its background")
    answers = [blank] * len(pictures)
    if seen:
        shown = [ink for ink in inks if ink is not None]
        inked = [pictures[place] for place in seen]
        near = recognizer.nearest_drawings(inked, top)
        read = _read(recognizer, shown, near, top)
        for place, (answer, mask, shapes) in zip(seen, read, strict=True):
            answers[place] = answer
            if explain:
                why = explain(pictures[place], mask, answer.verdict, shapes)
                answers[place] = replace(answer, explanation=why)
    return answers


def _ink(picture: NDArray[np.uint8]) -> Mask | None:
    try:
        return ink_of(picture)
    except ValueError as error:
        if "blank" in str(error):
            return None
        raise


def _read(
    recognizer: MaskReader, inks: Sequence[Mask], near: "list[Answered]", top: int
) -> list[tuple[GlyphAnswer, Mask, NDArray[np.float64]]]:
    """Answers, the masks (S, S) that they rest on most, and P(shape class) (C,)."""
    letters, marks = fitted_masks(inks, recognizer.policy)
    both = np.concatenate([letters, marks])
    found, odd = recognizer.read(both)
    as_letter, as_mark = np.split(found, 2)
    share = share_of_mark(as_letter.max(axis=1), as_mark.max(axis=1))[:, None]
    shapes = (1 - share) * as_letter + share * as_mark
    strange = np.zeros(len(inks), dtype=np.bool_)
    if odd is not None:
        strange = np.logical_and(*np.split(odd, 2))
    inside = recognizer.sets(shapes, letters)
    order = np.argsort(-shapes, axis=1, kind="stable")
    answers = []
    for row, ink in enumerate(inks):
        ranked = order[row].tolist()
        best = float(shapes[row, ranked[0]])
        is_strange = bool(strange[row])
        is_sure = best >= recognizer.promise and not is_strange
        boxes = () if is_sure else boxes_apart(ink)
        verdict: Verdict = "ok" if is_sure else "uncertain"
        if is_strange:
            verdict = "not a known glyph"
        reason = near[row].reason
        if len(boxes) > 1:
            reason = f"{len(boxes)} characters far apart: crop to one"
        if reason:
            verdict = "reshoot"
        label = recognizer.members[ranked[0]][0]
        item = inventory_items().get(label)
        answer = GlyphAnswer(
            verdict,
            reason,
            boxes if len(boxes) > 1 else (),
            label,
            item.code_points if item else (),
            item.name if item else None,
            known_forms(item, recognizer.labels) if item else (),
            best,
            tuple(recognizer.members[c] for c in ranked if inside[row, c]),
            tuple(ShapeGuess(float(shapes[row, c]), recognizer.members[c]) for c in ranked[:top]),
            tuple(near[row].hits),
            _vote(near[row]),
        )
        mask = marks[row] if share[row] > 0.5 else letters[row]
        answers.append((answer, mask, shapes[row]))
    return answers


def _vote(near: "Answered") -> ShapeGuess | None:
    if near.label is None or near.probability is None:
        return None
    return ShapeGuess(near.probability, tuple(near.label.split(" | ")))


def share_of_mark(
    sure_of_letter: NDArray[np.float64], sure_of_mark: NDArray[np.float64]
) -> NDArray[np.float64]:
    """P(a mark) (N,) from the highest probability at either size (N,)."""
    return np.asarray(1 / (1 + np.exp(-_SLOPE * (sure_of_mark - sure_of_letter) - _BIAS)))


def known_forms(item: Item, labels: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """The forms of the same letter, isol to final, and their labels; those among `labels`.

    >>> known_forms(inventory_items()["dal_final"], ["dal", "dal_final", "reh"])
    (('isol', 'dal'), ('final', 'dal_final'))
    """
    forms = _forms()[item.code_points]
    return tuple((form, label) for form, label in forms if label in labels)


@cache
def inventory_items() -> dict[str, Item]:
    """The items that labels stand for, by label."""
    return {item.label: item for item in arabic_inventory()}


@cache
def _forms() -> dict[tuple[int, ...], list[tuple[str, str]]]:
    found: dict[tuple[int, ...], list[tuple[str, str]]] = {}
    for item in inventory_items().values():
        found.setdefault(item.code_points, []).append((item.form, item.label))
    return found
