"""Drawn glyphs -> label map, leak-proof splits, and an audit of what was left out and why."""

from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, Field, model_validator

from rasm.corpora.group_split import Shares
from rasm.fonts.database import GlyphDatabase
from rasm.labels.census import Census, learnable
from rasm.labels.families import group_families, shared_fractions
from rasm.labels.filtering import class_indices
from rasm.labels.pins import read_pins
from rasm.labels.representatives import EvaluateWeights, fonts_of_splits, representatives
from rasm.labels.splits import SPLITS, Split, split_families
from rasm.labels.strata import deal, read_strata
from rasm.store.json_file import write_audit, write_json
from rasm.store.manifest import read_manifest, seal_splits
from rasm.store.records import Records, key_of


class Pinned(BaseModel, frozen=True, extra="forbid"):
    """Families are where dataset/splits.json puts them."""

    kind: Literal["pinned"]
    shares: Shares


class Fold(BaseModel, frozen=True, extra="forbid"):
    """Family groups are dealt into `count` folds: the one `at` tests, the next validates."""

    kind: Literal["fold"]
    count: int = Field(ge=3)
    at: int = Field(ge=0)

    @model_validator(mode="after")
    def _there_is_one(self) -> Self:
        if self.at >= self.count:
            raise ValueError(f"at is the number of a fold, from 0 to {self.count - 1}")
        return self

    def split_of(self, fold: int) -> Split:
        """What a fold is for."""
        after = (fold - self.at) % self.count
        return "test" if after == 0 else "val" if after == 1 else "train"


class Params(BaseModel, frozen=True, extra="forbid"):
    """The section filter_labels of params.yaml."""

    min_count: int = Field(ge=1)
    min_families: int = Field(ge=1)
    drop_shaped: bool
    max_shared: float = Field(ge=0, le=1)
    split: Annotated[Pinned | Fold, Field(discriminator="kind")]
    evaluate_weights: EvaluateWeights


def main(
    params: Params,
    *,
    glyphs: Path,
    rasters: Path,
    manifest: Path,
    pins: Path,
    strata: Path,
    label_map: Path,
    splits: Path,
    audit: Path,
    seed: int,
) -> None:
    """Decide which fonts train, validate and test, and which labels are classes.

    The second is asked of training and validation alone: what test families draw changes nothing.
    """
    with GlyphDatabase(glyphs) as database:
        fonts = {font.file_hash: font for font in database.fonts()}
    records = list(read_manifest(manifest))
    census = Census((record.label, record.family) for record in records)
    chosen = set(representatives(fonts.values()).values())
    with Records(rasters) as store:
        fractions = shared_fractions(
            (record.family, store[key_of(record.glyph_id)])
            for record in records
            if record.font_hash in chosen
        )
    group_of = group_families((f.family for f in fonts.values()), fractions, params.max_shared)
    disputed: dict[str, list[Split]] = {}
    if params.split.kind == "pinned":
        shares: dict[Split, float] = {s: getattr(params.split.shares, s) for s in SPLITS}
        every = census.labels_of(census.counts.keys())
        placed, disputed = split_families(every, group_of, shares, read_pins(pins), seed)
    else:
        fold_of = deal(read_strata(strata), set(group_of.values()), params.split.count)
        placed = {family: params.split.split_of(fold_of[g]) for family, g in group_of.items()}
    seen = census.of({family for family, split in placed.items() if split != "test"})
    kept, dropped = seen.kept(
        **params.model_dump(include={"min_count", "min_families", "drop_shaped"})
    )
    if not kept:
        raise ValueError(
            f"{glyphs}: none of {len(census.counts)} labels is in {params.min_count} fonts of "
            f"{params.min_families} families: add fonts, or lower filter_labels.min_count"
        )
    labels_of = census.labels_of(kept)
    groups = {group_of[family] for family in labels_of}
    split_of = {family: split for family, split in placed.items() if group_of[family] in groups}
    classes = learnable(labels_of, split_of)
    fonts_of, left_out = fonts_of_splits(fonts, split_of, params.evaluate_weights)

    write_json(label_map, class_indices(classes))
    families = {f: {"group": group_of[f], "split": split} for f, split in split_of.items()}
    write_json(splits / "families.json", families)
    for split, hashes in fonts_of.items():
        write_json(splits / f"{split}_ids.json", hashes)
        held = sum(where == split for where in split_of.values())
        print(f"  {split}: {len(hashes)} fonts of {held} families")
    standing = sorted(representatives(fonts[name] for name in fonts_of["train"]).values())
    write_json(splits / "train_regular_ids.json", standing)
    seal_splits(splits, label_map)
    untrained = dict.fromkeys(kept - classes, "no training family draws it")
    unseen = dict.fromkeys(census.counts.keys() - seen.counts, "test families alone draw it")
    families_left = sorted(group_of.keys() - split_of.keys())
    write_audit(
        audit,
        [
            *dropped,
            *(
                {
                    "family_group": group,
                    "reason": f"pinned to {' and '.join(two)}: it goes to train",
                }
                for group, two in disputed.items()
            ),
            *({"family": f, "reason": "none of its labels is a class"} for f in families_left),
            *census.left_out(untrained | unseen),
            *(
                {
                    "font": name,
                    "family": fonts[name].family,
                    "reason": f"evaluated by its regular font {at}",
                }
                for name, at in left_out.items()
            ),
        ],
    )
    counted = f"{len(classes)} of {len(census.counts)} labels are classes"
    print(f"  {counted}; {audit} says why the rest not")
