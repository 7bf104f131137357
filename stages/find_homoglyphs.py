"""Rasters of the training families -> shape classes, with the ceilings that remain."""

from pathlib import Path

import numpy as np
from pydantic import BaseModel, Field

from rasm.labels.homoglyphs import ShapeFile, coincidence, label_prior, merge, write_shape_file
from rasm.metrics.labels import ceiling
from rasm.store.label_map import read_label_map
from rasm.store.manifest import read_splits
from rasm.store.records import Records
from rasm.store.sealed import marks_of
from stages.progress import Track


class Params(BaseModel, frozen=True, extra="forbid"):
    """The section find_homoglyphs of params.yaml."""

    min_share: float = Field(gt=0, le=1)
    min_fonts: int = Field(ge=1)


def main(
    params: Params,
    track: Track,
    *,
    rasters: Path,
    manifest: Path,
    label_map: Path,
    train_ids: Path,
    train_regular_ids: Path,
    homoglyphs: Path,
) -> None:
    """Merge labels that training families draw alike; the other splits are not looked at.

    One font a family votes: its other weights say the same again, and classes that moved with
    their number would make scores of different trainings incomparable.
    """
    names = list(read_label_map(label_map))
    every_font, roster = read_splits(manifest, label_map, train_ids, train_regular_ids)
    with Records(rasters) as store:
        pictures = [row.tobytes() for row in track(store.stack(roster.glyph_ids), unit="glyph")]
    same, both = coincidence(roster.fonts, roster.labels, pictures, len(names))
    class_of = merge(same, both, min_share=params.min_share, min_fonts=params.min_fonts)
    counts = np.bincount(roster.labels, minlength=len(names))
    members: list[list[str]] = [[] for _ in range(class_of.max() + 1)]
    for label in np.argsort(-counts, kind="stable").tolist():
        members[class_of[label]].append(names[label])
    strict, shape = ceiling(pictures, roster.labels), ceiling(pictures, class_of[roster.labels])
    found = ShapeFile(
        class_of=class_of.tolist(),
        prior=label_prior(class_of, counts).tolist(),
        members=tuple(map(tuple, members)),
        train_counts=np.bincount(every_font.labels, minlength=len(names)).tolist(),
        train_ceiling_strict=strict,
        train_ceiling_shape=shape,
        files=marks_of(label_map),
    )
    write_shape_file(homoglyphs, found)
    print(
        f"  {len(names)} labels are {len(members)} shapes; on training fonts the ceiling rises "
        f"from {strict:.3f} to {shape:.3f}"
    )
