"""Text fonts, and the Arabic fonts of the run -> printed signs beyond Arabic, split by package."""

from pathlib import Path

import numpy as np
from pydantic import BaseModel

from rasm.corpora.printed import draw_printed, write_printed
from rasm.corpora.scripts import locked_packages
from rasm.fonts.sources import locked_versions, metadata
from rasm.labels.signs import NO_SIGN
from rasm.labels.splits import SPLITS
from rasm.raster.glyph import RasterPolicy
from rasm.store.manifest import read_splits
from rasm.store.raster_policy import read_policy
from rasm.store.records import Records
from stages.progress import Track


class Params(BaseModel, frozen=True, extra="forbid"):
    """The section import_signs of params.yaml."""

    packages: list[str]
    val: list[str]
    test: list[str]


def main(
    params: Params,
    track: Track,
    *,
    prints: Path,
    prints_lock: Path,
    fonts: Path,
    fonts_lock: Path,
    rasters: Path,
    manifest: Path,
    label_map: Path,
    train_ids: Path,
    val_ids: Path,
    test_ids: Path,
    signs: Path,
) -> None:
    """Draw them as the glyphs of the run are drawn; an Arabic package is where its family is."""
    printed = locked_packages(prints, prints_lock, params.packages)
    splits = dict.fromkeys([package.name for package in printed], "train")
    for split, named in (("val", params.val), ("test", params.test)):
        if unknown := sorted(set(named) - set(locked_versions(prints_lock))):
            raise ValueError(f"{prints_lock} does not pin {', '.join(unknown)}")
        splits |= {name: split for name in named if name in splits}
    rosters = read_splits(manifest, label_map, train_ids, val_ids, test_ids)
    of_family = {
        family: split
        for split, roster in zip(SPLITS, rosters, strict=True)
        for family in np.unique(roster.families).tolist()
    }
    placed = {
        package: of_family[family]
        for package in locked_packages(fonts, fonts_lock, [])
        if (family := metadata(package)[0]) in of_family
    }
    splits |= {package.name: split for package, split in placed.items()}
    with Records(rasters) as store:
        policy = RasterPolicy.model_validate(read_policy(store))
    packages = track([*printed, *placed], desc="fonts", unit="font")
    glyphs = draw_printed(packages, splits, policy)
    of_split = {split: glyphs.rows(glyphs.splits == split) for split in SPLITS}
    for split, own in of_split.items():
        if not np.any(own.texts != NO_SIGN):
            raise ValueError(f"no package of '{split}' draws a sign: name others in its section")
    write_printed(signs, glyphs)
    for split, own in of_split.items():
        beyond = own.rows(own.texts != NO_SIGN)
        print(
            f"  {split}: {len(beyond.texts)} signs and {len(own.texts) - len(beyond.texts)} Arabic "
            f"glyphs of {len(np.unique(own.packages))} packages"
        )
