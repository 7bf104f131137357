"""What a run was made of, read from its files: parameters, families, glyphs, times."""

import hashlib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from rasm.store.json_file import parse_json_lines
from rasm.store.manifest import read_splits

_SPLITS = ("train", "val", "test")

# key of params.yaml -> what it is to a reader
_MAIN = {
    "seed": "seed of every random choice",
    "import_fonts.weights": "weights taken of a family",
    "rasterize.size": "pixels a side of a glyph",
    "slice_cells.grid": "cells a side",
    "cluster_primitives.vocabulary": "primitives",
    "filter_labels.split.kind": "how families are divided",
    "filter_labels.drop_shaped": "letters in isolated form only",
    "train_phase1.epochs": "epochs of phase 1",
    "train_phase2.epochs": "epochs of phase 2",
    "train_phase2.backbone.kind": "network of phase 2",
    "train_baseline.epochs": "epochs of the baseline",
    "train_embedder.epochs": "epochs of an embedder",
}


@dataclass(frozen=True)
class SplitFacts:
    """Who is in a split: names of families, fonts and glyphs of labels in use."""

    families: tuple[str, ...]
    fonts: int
    glyphs: int


def split_facts(outputs: Path) -> dict[str, SplitFacts]:
    """Train, val and test of the glyphs; empty where the run has not divided them."""
    ids = [outputs / f"splits/{name}_ids.json" for name in _SPLITS]
    manifest, label_map = outputs / "meta/meta.jsonl", outputs / "meta/label_map.json"
    if not all(path.is_file() for path in (*ids, manifest, label_map)):
        return {}
    rosters = read_splits(manifest, label_map, *ids)
    return {
        name: SplitFacts(
            tuple(sorted(set(roster.families.tolist()))),
            len(set(roster.fonts.tolist())),
            len(roster),
        )
        for name, roster in zip(_SPLITS, rosters, strict=True)
    }


@dataclass(frozen=True)
class RunParams:
    """The parameters of a run: the file, and what it says."""

    text: str
    content: dict[str, Any]

    @property
    def main(self) -> list[tuple[str, str, object]]:
        """Those that say most: key, meaning, value. A key that is not there is left out."""
        found = [(key, about, self._at(key)) for key, about in _MAIN.items()]
        return [row for row in found if row[2] is not None]

    @property
    def sha256(self) -> str:
        """As the history of runs names them."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    def names(self, section: str) -> list[str]:
        """The entries of a section such as `corpora`."""
        return list(self.content.get(section) or {})

    def _at(self, key: str) -> object:
        found: Any = self.content
        for part in key.split("."):
            found = found.get(part) if isinstance(found, dict) else None
        return found


def read_params_file(path: Path) -> RunParams | None:
    """The parameters; None where there is no file. Raises ValueError for what is no mapping."""
    if not path.is_file():
        return None
    text = path.read_bytes().decode()
    try:
        content = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise ValueError(f"{path} is not YAML: {' '.join(str(error).split())}") from None
    if not isinstance(content, dict):
        raise ValueError(f"{path} holds no sections: restore it with git")
    return RunParams(text, content)


@dataclass(frozen=True)
class History:
    """What the history says of the runs with these very parameters, the last of each stage."""

    last: dict[str, Any]
    seconds: dict[str, float]
    commits: tuple[str, ...]  # with `+` for changes that were not committed


def read_history(path: Path, params: RunParams | None) -> History | None:
    """None where there is no history, or none of these parameters; ValueError names a bad line."""
    if params is None or not path.is_file():
        return None
    lines = parse_json_lines(path.read_bytes().splitlines(), path, dict[str, Any])
    ran = [line for line in lines if line.get("params_sha256") == params.sha256]
    if not ran:
        return None
    seconds: dict[str, float] = {}
    for line in ran:
        seconds |= line.get("seconds", {})
    commits = Counter(
        f"{(line.get('commit') or 'none')[:12]}{'+' if line.get('dirty') else ''}" for line in ran
    )
    return History(ran[-1], seconds, tuple(commits))
