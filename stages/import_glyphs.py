"""Rasters of the font database -> a corpus of glyphs by shape, split by family."""

from pathlib import Path

import numpy as np
from pydantic import BaseModel

from rasm.corpora.corpus import write_items, write_pictures
from rasm.corpora.glyphs import drawn, glyph_items
from rasm.labels.homoglyphs import read_shape_file
from rasm.labels.splits import SPLITS
from rasm.store.label_map import read_label_map
from rasm.store.manifest import read_splits
from rasm.store.records import Records, key_of
from stages.progress import Track


class Params(BaseModel, frozen=True, extra="forbid"):
    """No section of params.yaml: what glyphs are is said where they are drawn."""


def main(
    params: Params,
    track: Track,
    *,
    rasters: Path,
    manifest: Path,
    label_map: Path,
    homoglyphs: Path,
    train_ids: Path,
    val_ids: Path,
    test_ids: Path,
    corpus: Path,
) -> None:
    """Carry pictures and splits over; nothing is chosen or measured here."""
    rosters = read_splits(manifest, label_map, train_ids, val_ids, test_ids)
    shapes = read_shape_file(homoglyphs)
    names = list(read_label_map(label_map, shapes.files))
    by_split = dict(zip(SPLITS, rosters, strict=True))
    items = glyph_items(by_split, names, shapes.shapes.class_of, shapes.members)
    corpus.mkdir(parents=True, exist_ok=True)
    with Records(rasters) as store:
        write_pictures(
            corpus,
            (
                (item.picture, drawn(np.frombuffer(store[key_of(item.picture)], dtype=np.uint8)))
                for item in track(items, desc="pictures", unit="picture")
            ),
        )
    write_items(corpus, items, [], [])
    for split, roster in by_split.items():
        print(f"  {split}: {len(roster)} glyphs of {len(np.unique(roster.families))} families")
