"""meta.jsonl: one line a rastered glyph, with all that later stages ask about it except pixels.

The last line seals the others.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel

from rasm.raster.size_cues import size_cues
from rasm.store.json_file import parse_json, parse_json_lines
from rasm.store.label_map import read_label_map
from rasm.store.sealed import (
    Mark,
    marks_of,
    read_sealed,
    sealed_lines,
    vouched,
    write_sealed,
    write_sealed_lines,
)

_SEAL = "seal.json"


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
        """What `rasm.raster.size_cues` makes of the box."""
        return size_cues(self.original_bbox, self.major_dim_ratio)


def write_manifest(path: Path, records: Iterable[GlyphRecord]) -> None:
    """Write one compact JSON line a glyph."""
    lines = (json.dumps(asdict(record), separators=(",", ":")) for record in records)
    write_sealed_lines(path, lines)


def read_manifest(path: Path) -> Iterator[GlyphRecord]:
    """Stream the lines back. Raises ValueError naming file and line when one does not parse."""
    return parse_json_lines(sealed_lines(path), path, GlyphRecord)


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


def read_roster(manifest: Path, label_map: Path, marks: Mapping[str, Mark] | None = None) -> Roster:
    """Columns of a manifest; rows whose label is not in the label map are left out.

    With the `marks` of a card it must vouch for the label map.
    """
    label_index = read_label_map(label_map, marks)
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


def seal_splits(folder: Path, label_map: Path) -> None:
    """Write `seal.json` beside the lists of a folder: it vouches for them and the label map."""
    lists = sorted(path for path in folder.glob("*.json") if path.name != _SEAL)
    write_sealed(folder / _SEAL, {"files": marks_of(*lists, label_map)})


class _Seal(BaseModel, frozen=True, extra="forbid"):
    files: dict[str, Mark]


def read_splits(manifest: Path, label_map: Path, *splits: Path) -> list[Roster]:
    """The glyphs of each split, a JSON list of font hashes in a folder that `seal_splits` sealed.

    Raises FileNotFoundError or ValueError naming a file that is not as it was then.
    """
    marks = read_sealed(splits[0].parent / _SEAL, _Seal).files
    roster = read_roster(manifest, label_map, marks)
    lists = [parse_json(vouched(split, marks), split, list[str]) for split in splits]
    return [roster.of_fonts(fonts) for fonts in lists]


class PlacedFamily(BaseModel, frozen=True, extra="forbid"):
    """The families that a font family shares drawings with, by the first one's name; its split."""

    group: str
    split: str


def read_groups(families: Path) -> dict[str, str]:
    """The group of each family of families.json, in a folder that `seal_splits` sealed."""
    marks = read_sealed(families.parent / _SEAL, _Seal).files
    placed = parse_json(vouched(families, marks), families, dict[str, PlacedFamily])
    return {name: family.group for name, family in placed.items()}
