"""What the glyphs of fonts may say by their shapes alone, those of one font read together."""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from rasm.decoding.fonts import read_font, settle_scripts
from rasm.decoding.readings import Candidates, DrawnGlyphs, SignScores, candidates_of
from rasm.labels.signs import script_of
from rasm.raster.packing import unpack

if TYPE_CHECKING:
    from rasm.query.recognizer import Recognizer

_ARABIC = 0.5
"""Probability of being no sign beyond Arabic from which on a glyph is one of the font's labels."""
_ALL = 0.95
"""Share of such glyphs from which on a font is Arabic beyond doubt."""
_NO_SIGN = 0.3
"""That probability of every glyph at least, in a font of nothing but labels.

Of type that is drawn as none it learnt, the network is sure and wrong, and words know better.
"""


@dataclass(frozen=True)
class ShapeReader:
    """What networks make of N glyphs, each by itself."""

    drawn: DrawnGlyphs
    fonts: NDArray[np.int64]
    """(N,)."""
    labels: tuple[str, ...]
    label_scores: NDArray[np.float64]
    """P(label) (N, L)."""
    signs: SignScores | None
    """What they are as signs beyond Arabic; None where no network tells."""
    repeat: float
    _of_fonts: dict[tuple[int, bool], list[Candidates]] = field(
        default_factory=dict, repr=False, compare=False
    )
    """Of a font, as it looks and as Arabic: what was found once."""

    @classmethod
    def look(
        cls, drawn: DrawnGlyphs, fonts: NDArray[np.int64], recognizer: "Recognizer"
    ) -> "ShapeReader":
        """Ask the networks about glyphs of the `fonts` (N,)."""
        repeat, signs = recognizer.trust["font"]["repeat"], None
        labels = np.zeros((0, len(recognizer.labels)))
        if len(drawn.rasters):
            probabilities, seen = recognizer.read_and_see(unpack(drawn.rasters), drawn.cues)
            labels = recognizer.shapes.label_scores(probabilities)
            if (reader := recognizer.signs) is not None:
                signs = SignScores(reader.texts, reader.read(seen.features, drawn.cues))
        return cls(drawn, fonts, recognizer.labels, labels, signs, repeat)

    @property
    def strange_fonts(self) -> list[int]:
        """Fonts many of whose glyphs in the line are taken for signs beyond Arabic."""
        if self.signs is None:
            return []
        in_line = np.array([place == "line" for place in self.drawn.places])
        of_font = {font: in_line & (self.fonts == font) for font in np.unique(self.fonts).tolist()}
        share = {font: self.signs.p[rows, 0] for font, rows in of_font.items() if rows.any()}
        return [font for font, p in share.items() if np.mean(p >= _ARABIC) < _ALL]

    def candidates(self, arabic: Collection[int] = ()) -> list[Candidates]:
        """What each glyph may say, those of a font read together; `arabic` fonts have no signs."""
        found: dict[int, Candidates] = {}
        for font in np.unique(self.fonts).tolist():
            rows = np.flatnonzero(self.fonts == font).tolist()
            key = font, font in arabic
            if key not in self._of_fonts:
                self._of_fonts[key] = self._candidates_of(rows, is_arabic=font in arabic)
            found |= zip(rows, self._of_fonts[key], strict=True)
        return [found[row] for row in range(len(self.fonts))]

    def _candidates_of(self, rows: list[int], *, is_arabic: bool) -> list[Candidates]:
        """Those of the glyphs of one font."""
        labels, signs = self.label_scores[rows], None
        labelled = np.ones(len(rows), dtype=np.bool_)
        if self.signs is not None:
            p = self.signs.p[rows]
            if is_arabic:
                p[:] = np.eye(1, p.shape[1])
            labelled = p[:, 0] >= _ARABIC
            p[:, 0] = np.maximum(p[:, 0], _NO_SIGN * labelled.mean())
            if not labelled.all():
                scripts = np.array([script_of(text) for text in self.signs.texts])
                settled = settle_scripts(p[~labelled, 1:], scripts)
                p[~labelled, 1:] = read_font(settled, self.repeat)
            signs = SignScores(self.signs.texts, p)
        if labelled.any():
            labels[labelled] = read_font(labels[labelled], self.repeat)
        places = [self.drawn.places[row] for row in rows]
        return candidates_of(self.labels, labels, places, signs)
