"""glyphs.db -> label map, leak-proof splits, and an audit of what was left out and why."""

from collections import Counter, defaultdict
from functools import partial
from pathlib import Path
from typing import Any, Self

from pydantic import BaseModel, Field, model_validator

from rasm.fonts.database import GlyphDatabase
from rasm.labels.families import family_pictures, group_families, shared_fractions
from rasm.labels.filtering import class_indices, count_labels, reason_to_drop, unreadable
from rasm.labels.representatives import EvaluateWeights, fonts_of_splits, representatives
from rasm.labels.splits import SPLITS, Split, split_families
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
    evaluate_weights: EvaluateWeights


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
    dropped: list[dict[str, Any]] = []
    drawn: list[tuple[str, str]] = []  # (label, family) of every readable glyph
    with GlyphDatabase(glyphs) as database:
        fonts = {font.file_hash: font for font in database.fonts()}
        family_of = {name: font.family for name, font in fonts.items()}
        for row in database.orphans():
            dropped.append(
                {"glyph_id": row.glyph_id, "label": row.label, "reason": f"no font {row.f_id}"}
            )
        for row in track(database.glyphs(), database.glyph_count(), "reading", "glyph"):
            if reason := unreadable(row.contours):
                dropped.append({"glyph_id": row.glyph_id, "label": row.label, "reason": reason})
            else:
                drawn.append((row.label, family_of[row.f_id]))
        counts = count_labels(drawn)
        floors = params.model_dump(include={"min_count", "min_families", "drop_shaped"})
        reasons = {
            label: reason
            for label, count in counts.items()
            if (reason := reason_to_drop(label, count, **floors))
        }
        dropped += [
            {"label": label, "glyphs": counts[label].glyphs, "reason": reason}
            for label, reason in reasons.items()
        ]
        if not (kept := counts.keys() - reasons.keys()):
            raise ValueError(
                f"{glyphs}: none of {len(counts)} labels is in {params.min_count} fonts of "
                f"{params.min_families} families: add fonts, or lower filter_labels.min_count"
            )
        comparing = partial(track, desc="comparing families", unit="glyph")
        fractions = shared_fractions(family_pictures(fonts, database.glyphs(), comparing))

    group_of = group_families(family_of.values(), fractions, params.max_shared)
    labels_of: dict[str, set[str]] = defaultdict(set)  # by family
    for label, family in drawn:
        if label in kept:
            labels_of[family].add(label)
    shares: dict[Split, float] = {s: getattr(params.shares, s) for s in SPLITS}
    split_of, disputed = split_families(labels_of, group_of, shares, read_json(pins), seed)
    learnable = {lab for f, labels in labels_of.items() if split_of[f] == "train" for lab in labels}
    dropped += [
        {"family_group": group, "reason": f"pinned to {' and '.join(two)}: it goes to train"}
        for group, two in disputed.items()
    ]
    dropped += [
        {"family": family, "reason": "none of its labels is a class"}
        for family in sorted(group_of.keys() - split_of.keys())
    ]
    dropped += [
        {"label": label, "glyphs": counts[label].glyphs, "reason": "no training family draws it"}
        for label in sorted(kept - learnable)
    ]
    fonts_of, left_out = fonts_of_splits(fonts, split_of, params.evaluate_weights)
    dropped += [
        {"font": name, "family": family_of[name], "reason": f"evaluated by its regular font {at}"}
        for name, at in left_out.items()
    ]

    write_json(label_map, class_indices(learnable))
    families = {f: {"group": group_of[f], "split": split} for f, split in split_of.items()}
    write_json(splits / "families.json", families)
    held = Counter(split_of.values())
    for split, hashes in fonts_of.items():
        write_json(splits / f"{split}_ids.json", hashes)
        print(f"  {split}: {len(hashes)} fonts of {held[split]} families")
    standing = sorted(representatives(fonts[name] for name in fonts_of["train"]).values())
    write_json(splits / "train_regular_ids.json", standing)
    write_audit(audit, dropped)
    print(f"  {len(learnable)} of {len(counts)} labels are classes; {audit} says why the rest not")
