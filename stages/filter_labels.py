"""glyphs.db -> label map, leak-proof splits, and an audit of what was left out and why."""

from collections import defaultdict
from functools import partial
from pathlib import Path
from typing import Self

from pydantic import BaseModel, Field, model_validator

from rasm.fonts.database import GlyphDatabase
from rasm.labels.drawings import family_pictures
from rasm.labels.families import group_families, shared_fractions
from rasm.labels.filtering import class_indices, count_labels, reason_to_drop, unreadable
from rasm.labels.splits import SPLITS, Split, assign_groups, pins_of_groups
from rasm.store.audit import write_audit
from rasm.store.json_file import read_json, write_json
from stages.progress import Track


class Shares(BaseModel, frozen=True, extra="forbid"):
    """How the family groups that are not pinned are divided."""

    train: float = Field(gt=0)
    val: float = Field(gt=0)
    test: float = Field(gt=0)

    @model_validator(mode="after")
    def _sum_to_one(self) -> Self:
        if abs(self.train + self.val + self.test - 1) > 1e-6:
            raise ValueError("train, val and test must sum to 1")
        return self


class Params(BaseModel, frozen=True, extra="forbid"):
    """The section filter_labels of params.yaml."""

    min_count: int = Field(ge=1)
    min_families: int = Field(ge=1)
    drop_shaped: bool
    max_shared: float = Field(ge=0, le=1)
    shares: Shares


def main(
    params: Params,
    track: Track,
    *,
    glyphs: Path,
    pins: Path,
    label_map: Path,
    splits: Path,
    audit: Path,
    seed: int,
) -> None:
    """Decide which labels are classes and which fonts train, validate and test."""
    with GlyphDatabase(glyphs) as database:
        fonts = {font.file_hash: font for font in database.fonts()}
        dropped = [
            {"glyph_id": row.glyph_id, "label": row.label, "reason": f"no font {row.f_id}"}
            for row in database.orphans()
        ]
        rows = []
        for row in track(database.glyphs(), database.glyph_count(), "reading", "glyph"):
            if reason := unreadable(row.contours):
                dropped.append({"glyph_id": row.glyph_id, "label": row.label, "reason": reason})
            else:
                rows.append(row)
    family_of = {name: font.family for name, font in fonts.items()}
    counts = count_labels((row.label, family_of[row.f_id]) for row in rows)
    kept = set()
    for label, count in counts.items():
        reason = reason_to_drop(
            label, count, **params.model_dump(include={"min_count", "min_families", "drop_shaped"})
        )
        if reason is None:
            kept.add(label)
        else:
            dropped.append({"label": label, "glyphs": count.glyphs, "reason": reason})
    if not kept:
        raise ValueError(
            f"{glyphs}: none of {len(counts)} labels is in {params.min_count} fonts of "
            f"{params.min_families} families: add fonts, or lower filter_labels.min_count"
        )

    fractions = shared_fractions(
        family_pictures(fonts, rows, partial(track, desc="comparing families", unit="glyph"))
    )
    group_of = group_families(family_of.values(), fractions, params.max_shared)
    labels_of: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        if row.label in kept:
            labels_of[group_of[family_of[row.f_id]]].add(row.label)
    pinned, disputed = pins_of_groups(group_of, read_json(pins))
    dropped += [
        {"family_group": group, "reason": f"pinned to {' and '.join(two)}: it goes to train"}
        for group, two in disputed.items()
    ]
    shares: dict[Split, float] = {s: getattr(params.shares, s) for s in SPLITS}
    split_of = assign_groups(labels_of, shares, pinned, seed)
    dropped += [
        {"family": family, "reason": "none of its labels is a class"}
        for family, group in sorted(group_of.items())
        if group not in split_of
    ]
    learnable = {
        lab for group, labs in labels_of.items() for lab in labs if split_of[group] == "train"
    }
    dropped += [
        {"label": label, "glyphs": counts[label].glyphs, "reason": "no training family draws it"}
        for label in sorted(kept - learnable)
    ]

    write_json(label_map, class_indices(learnable))
    families = {f: {"group": g, "split": split_of[g]} for f, g in group_of.items() if g in split_of}
    for split in SPLITS:
        hashes = [h for h, f in family_of.items() if families.get(f, {}).get("split") == split]
        write_json(splits / f"{split}_ids.json", sorted(hashes))
        print(f"  {split}: {len(hashes)} fonts of {_count(families, split)} families")
    write_json(splits / "families.json", families)
    write_audit(audit, dropped)
    print(f"  {len(learnable)} of {len(counts)} labels are classes; {audit} says why the rest not")


def _count(families: dict[str, dict[str, str]], split: str) -> int:
    return sum(entry["split"] == split for entry in families.values())
