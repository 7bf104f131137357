"""meta.jsonl: one line a rastered glyph, with all that later stages ask about it except pixels."""

import json
import math
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rasm.store.atomic import replacing
from rasm.store.json_file import read_json, read_json_lines
from rasm.store.label_map import read_label_map


@dataclass(frozen=True)
class GlyphRecord:
    """One rastered glyph. Boxes in font units, `scale_factor` in pixels per font unit."""

    glyph_id: int
    label: str
    font_hash: str
    family: str
    char_class: str
    is_diacritic: bool
    original_bbox: tuple[float, float, float, float]
    scale_factor: float
    major_dim_ratio: float
    target_dim: int

    @property
    def size_cues(self) -> tuple[float, float, float, float]:
        """The box in em spans: log2 of width and height, and its lower and upper edge.

        Scaling the picture loses these. Extents below a thousandth count as that.
        """
        left, low, right, high = self.original_bbox
        span = max(right - left, high - low) / self.major_dim_ratio
        width, height = (max(side / span, 1e-3) for side in (right - left, high - low))
        return math.log2(width), math.log2(height), low / span, high / span


def write_manifest(path: Path, records: Iterable[GlyphRecord]) -> None:
    """Write one compact JSON line a glyph."""
    with replacing(path) as temporary, temporary.open("w", encoding="utf-8") as file:
        for record in records:
            file.write(json.dumps(asdict(record), separators=(",", ":")) + "\n")


def read_manifest(path: Path) -> Iterator[GlyphRecord]:
    """Stream the lines back. Raises ValueError naming file and line when one does not parse."""
    return read_json_lines(path, GlyphRecord)


@dataclass(frozen=True)
class Roster:
    """Aligned columns over N glyphs: what training and evaluation select and group by."""

    glyph_ids: NDArray[np.int64]  # (N,)
    labels: NDArray[np.int64]  # (N,) index into the label map
    fonts: NDArray[np.str_]  # (N,) font hash
    families: NDArray[np.str_]  # (N,)
    char_classes: NDArray[np.str_]  # (N,)
    is_diacritic: NDArray[np.bool_]  # (N,)
    cues: NDArray[np.float32]  # (N, 4) size cues of the outline's box

    def __len__(self) -> int:
        return len(self.glyph_ids)

    def where(self, keep: NDArray[np.bool_]) -> "Roster":
        """The rows where `keep` (N,) is True."""
        return Roster(**{name: column[keep] for name, column in vars(self).items()})

    def of_fonts(self, font_hashes: Iterable[str]) -> "Roster":
        """The rows of these fonts, for instance of one split."""
        return self.where(np.isin(self.fonts, sorted(font_hashes)))


def read_roster(manifest: Path, label_map: Path) -> Roster:
    """Columns of a manifest; rows whose label is not in the label map are left out."""
    label_index = read_label_map(label_map)
    rows = [row for row in read_manifest(manifest) if row.label in label_index]
    return Roster(
        glyph_ids=np.array([r.glyph_id for r in rows], dtype=np.int64),
        labels=np.array([label_index[r.label] for r in rows], dtype=np.int64),
        fonts=np.array([r.font_hash for r in rows], dtype=np.str_),
        families=np.array([r.family for r in rows], dtype=np.str_),
        char_classes=np.array([r.char_class for r in rows], dtype=np.str_),
        is_diacritic=np.array([r.is_diacritic for r in rows], dtype=np.bool_),
        cues=np.array([r.size_cues for r in rows], dtype=np.float32).reshape(-1, 4),
    )


def read_splits(manifest: Path, label_map: Path, *splits: Path) -> list[Roster]:
    """The glyphs of each split, a JSON list of font hashes."""
    roster = read_roster(manifest, label_map)
    return [roster.of_fonts(read_json(split, list[str])) for split in splits]
