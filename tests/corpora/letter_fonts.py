"""A font of the 29 letters, each a bar of its own height, but for a few drawn with curves."""

from pathlib import Path
from typing import Any

from rasm.corpora.letters import code_points
from tests.fonts.building import Draw, build_font, font_bytes, polygon


def disc(pen: Any) -> None:
    """Control points on the corners of an octagon around (350, 350), 700 units wide."""
    corners = [(205, 0), (495, 0), (700, 205), (700, 495), (495, 700), (205, 700), (0, 495)]
    pen.qCurveTo(*corners, (0, 205), None)
    pen.closePath()


def write_letter_font(path: Path, *, without: str = "", **shapes: Draw) -> Path:
    """A font file; `shapes` replace the bars of letters, one letter may be missing."""
    bars = {
        label: polygon((0, 0), (80, 0), (80, 300 + 10 * number), (0, 300 + 10 * number))
        for number, label in enumerate(code_points())
        if label != without
    }
    cmap = {code: label for label, code in code_points().items() if label != without}
    path.write_bytes(font_bytes(build_font(bars | shapes, cmap)))
    return path
