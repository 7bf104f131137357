"""Files that go together: what several stages read as one thing."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class GlyphFiles:
    """Everything that is known of the glyphs of the font database."""

    rasters: Path
    cells: Path
    grids: Path
    manifest: Path
    label_map: Path
    homoglyphs: Path


@dataclass(frozen=True)
class RecogniserFolders:
    """The trained recognisers of glyphs."""

    phase2: Path
    baseline: Path
