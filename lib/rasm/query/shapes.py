"""What the glyphs of fonts may say by their shapes alone, those of one font read together."""

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


def read_shapes(
    drawn: DrawnGlyphs, fonts: NDArray[np.int64], recognizer: "Recognizer"
) -> list[Candidates]:
    """The candidates of N glyphs, of the `fonts` (N,)."""
    if not len(drawn.rasters):
        return []
    masks = unpack(drawn.rasters)
    probabilities, seen = recognizer.read_and_see(masks, drawn.cues)
    labels = recognizer.shapes.label_scores(probabilities)
    reader, signs = recognizer.signs, None
    is_arabic = np.ones(len(masks), dtype=np.bool_)
    if reader is not None:
        signs = SignScores(reader.texts, reader.read(seen.features, drawn.cues))
        is_arabic = signs.p[:, 0] >= _ARABIC
        scripts = np.array([script_of(text) for text in reader.texts])
    repeat = recognizer.trust["font"]["repeat"]
    for font in np.unique(fonts):
        rows = np.flatnonzero((fonts == font) & is_arabic)
        if len(rows):
            labels[rows] = read_font(labels[rows], repeat)
        rows = np.flatnonzero((fonts == font) & ~is_arabic)
        if signs is not None and len(rows):
            settled = settle_scripts(signs.p[rows, 1:], scripts)
            signs.p[rows, 1:] = read_font(settled, repeat)
    return candidates_of(recognizer.labels, labels, drawn.places, signs)
