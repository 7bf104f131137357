"""Why an answer was given, as JSON and as a sheet: the picture, heat, what it was compared with.

JSON that stands alone holds pictures too, as PNG in addresses (`data:`), in tiles of 160 pixels.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from rasm.report.pictures import RgbPicture, Strip, Tile, data_uri, glyph, write_strips

_SIDE = 160  # pixels of a tile
_COLUMNS = 5
_LONG = 21  # letters of a source that fit under a tile


@dataclass(frozen=True)
class Candidate:
    """One of the two answers that are told apart."""

    labels: tuple[str, ...]
    probability: float | None
    """Calibrated; None of a gallery's runner-up, and where its index does not know."""
    same_letter: float | None
    """Probability that it and the picture are one letter, by the distance of its nearest exemplar,
    of pairs of which half are; None where the corpus has no rule or no exemplar."""

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {**vars(self), "labels": list(self.labels)}


@dataclass(frozen=True)
class Heat:
    """What speaks for the answer, where above zero, and against it."""

    network: str
    method: str
    cells: NDArray[np.float32]
    """(G, G) in [-1, 1]."""
    peak: float | None
    """By occlusion, what a heat of 1 takes from the lead, in nats or cosines; else None."""
    shown: NDArray[np.uint8]
    """The picture as the network reads it, (S, S) or (S, S, 3) uint8, dark on light."""
    against_runner_up: bool = True
    """Else heat is of the answer alone."""

    def as_dict(self, *, pictures: bool = False) -> dict[str, Any]:
        """For JSON; with `pictures` what the network reads too."""
        told = {name: getattr(self, name) for name in ("network", "method", "against_runner_up")}
        shown = {"picture": data_uri(in_tile(self.shown))} if pictures else {}
        return {**told, "peak": self.peak, "cells": np.round(self.cells, 3).tolist(), **shown}


@dataclass(frozen=True)
class Exemplar:
    """A picture of the gallery near to the one that was asked about."""

    label: str
    codepoints: tuple[int, ...]
    source: str
    """Font or file."""
    distance: float
    of_runner_up: bool
    picture: NDArray[np.uint8] | None
    """None where neither corpus nor fonts are there."""

    def as_dict(self, *, pictures: bool = False) -> dict[str, Any]:
        """For JSON; with `pictures` its own too, None where there is none."""
        told = {name: value for name, value in vars(self).items() if name != "picture"}
        drawn = None if self.picture is None else data_uri(in_tile(self.picture))
        shown = {"picture": drawn} if pictures else {}
        return {**told, "codepoints": [f"U+{code:04X}" for code in self.codepoints], **shown}


@dataclass(frozen=True)
class Explanation:
    """Evidence for one answer."""

    picture: NDArray[np.uint8]
    verdict: str | None
    answer: Candidate
    runner_up: Candidate | None
    heats: tuple[Heat, ...]
    exemplars: tuple[Exemplar, ...]

    def as_dict(self, *, pictures: bool = False) -> dict[str, Any]:
        """For JSON; with `pictures` those of the heats and of the exemplars too."""
        return {
            "verdict": self.verdict,
            "answer": self.answer.as_dict(),
            "runner_up": self.runner_up.as_dict() if self.runner_up else None,
            "heats": [heat.as_dict(pictures=pictures) for heat in self.heats],
            "exemplars": [one.as_dict(pictures=pictures) for one in self.exemplars],
        }


def write_explanation_sheet(path: Path, name: str, why: Explanation) -> None:
    """PNG of what `why` holds of the picture called `name`."""
    heading = [
        f"{name}: {why.verdict}" if why.verdict else name,
        f"answer: {_told(why.answer)}",
        f"runner-up: {_told(why.runner_up)}" if why.runner_up else "no runner-up",
        "Warm places speak for the answer, cold ones against it or, where captions say so, for the"
        " runner-up.",
    ]
    asked = Tile(in_tile(why.picture), ["the picture"])
    nets = dict.fromkeys(heat.network for heat in why.heats)
    embedder = [heat for heat in why.heats if heat.network == "embedder"]
    recogniser = [heat for heat in why.heats if heat.network != "embedder"]
    strips = [Strip("The picture", [asked])] if not nets else []
    if recogniser:
        strips.append(Strip("What the recogniser reads", [asked, *map(_of_heat, recogniser)]))
    if embedder:
        first = [] if recogniser else [asked]
        strips.append(Strip("What the embedder compares", [*first, *map(_of_heat, embedder)]))
    for title, of_runner_up in (("answer", False), ("runner-up", True)):
        near = [one for one in why.exemplars if one.of_runner_up is of_runner_up]
        if near:
            strips.append(Strip(f"Nearest exemplars of the {title}", list(map(_of_near, near))))
    write_strips(path, heading, strips, _COLUMNS)


def _told(candidate: Candidate) -> str:
    names = " | ".join(candidate.labels)
    if candidate.probability is not None:
        return f"{names}, probability {candidate.probability:.3f}"
    if candidate.same_letter is None:
        return names
    return f"{names}, one letter with the nearest exemplar by {candidate.same_letter:.3f}"


def _of_heat(heat: Heat) -> Tile:
    question = "answer over runner-up" if heat.against_runner_up else "answer"
    peak = [] if heat.peak is None else [f"strongest {heat.peak:.2g}"]
    picture = heated(in_tile(heat.shown), heat.cells)
    return Tile(picture, [f"{heat.network}: {heat.method}", question, *peak])


def _of_near(exemplar: Exemplar) -> Tile:
    codes = " ".join(f"U+{code:04X}" for code in exemplar.codepoints)
    source = exemplar.source
    if len(source) > _LONG:
        source = f"...{source[-_LONG:]}"
    caption = [exemplar.label, codes, source, f"distance {exemplar.distance:.3f}"]
    if exemplar.picture is None:
        caption.append("picture not here: `make fonts`")
        return Tile(np.full((_SIDE, _SIDE, 3), 235, dtype=np.uint8), caption)
    return Tile(in_tile(exemplar.picture), caption)


def heated(picture: RgbPicture, heat: NDArray[np.float32]) -> RgbPicture:
    """A tile (S, S, 3), in grey, under heat (G, G) in [-1, 1], G a divisor of S."""
    plain = np.ones(picture.shape[:2], dtype=np.bool_)
    ink, paper = glyph(plain, heat), glyph(~plain, heat)
    dark = 1 - picture.mean(axis=2, keepdims=True) / 255
    return np.asarray(np.round(dark * ink + (1 - dark) * paper), dtype=np.uint8)


def in_tile(picture: NDArray[np.uint8]) -> RgbPicture:
    """A picture (H, W) or (H, W, 3) whole in the middle of a tile, its border's colour around."""
    rgb = picture if picture.ndim == 3 else np.repeat(picture[..., None], 3, axis=2)
    height, width = rgb.shape[:2]
    scale = _SIDE / max(height, width)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_NEAREST
    small = cv2.resize(rgb, size, interpolation=way)
    rim: Sequence[float] = np.median(_border(rgb), axis=0).tolist()
    tile = np.empty((_SIDE, _SIDE, 3), dtype=np.uint8)
    tile[:] = rim
    top, left = (_SIDE - size[1]) // 2, (_SIDE - size[0]) // 2
    tile[top : top + size[1], left : left + size[0]] = small
    return tile


def _border(rgb: RgbPicture) -> NDArray[np.uint8]:
    return np.concatenate([rgb[0], rgb[-1], rgb[:, 0], rgb[:, -1]])
