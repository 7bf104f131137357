"""The test of a ranker -> how well it ranks what it has never seen, and what to refuse is worth."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, Field, PositiveFloat

from rasm.augment.ladders import (
    LadderKind,
    LadderParams,
    Ladders,
    aged_queries,
    ladders_of,
    letters_among,
)
from rasm.augment.severity import Severity
from rasm.corpora.letter_set import Letters
from rasm.metrics.intervals import IntervalParams, with_interval
from rasm.metrics.ranking import adjacent_right, anew_right, rejection_scores
from rasm.nets.compute import Compute
from rasm.nets.weights import read_card
from rasm.reading.embeddings import PictureEmbedder
from rasm.report.legibility_sheet import write_legibility_sheet
from rasm.store.json_file import write_json
from rasm.trust.ranker import Legibility, QualityRanker, RejectBy, ranker_metadata
from stages.progress import Track

_STREAM = 1  # of wear, the test's
_WAYS: tuple[RejectBy, ...] = ("ranker", "gap")


@dataclass(frozen=True)
class Asked:
    """N worn letters."""

    right: NDArray[np.bool_]  # (N,), whether the embedder reads it rightly
    labels: NDArray[np.str_]  # (N,)
    seen: Legibility

    @classmethod
    def joined(cls, parts: Sequence["Asked"]) -> "Asked":
        """Those of all levels, one after the other."""
        scores, gaps = (
            np.concatenate([getattr(part.seen, name) for part in parts])
            for name in ("scores", "gaps")
        )
        return cls(
            np.concatenate([part.right for part in parts]),
            np.concatenate([part.labels for part in parts]),
            Legibility(scores, gaps),
        )


class Params(BaseModel, frozen=True, extra="forbid"):
    """The section evaluate_ranker of params.yaml."""

    views: int = Field(ge=2)
    unseen: dict[LadderKind, PositiveFloat] = Field(min_length=1)
    queries: int = Field(ge=2)
    levels: tuple[Severity, ...] = Field(min_length=1)
    reject: float = Field(gt=0, lt=1)
    intervals: IntervalParams


def main(
    params: Params,
    track: Track,
    *,
    corpus: Path,
    embedder: Path,
    ranker: Path,
    metrics: Path,
    analysis: Path,
    seed: int,
    compute: dict[str, Any],
) -> None:
    """Ladders of letters that did not train, and worn letters read, the worst of them refused."""
    judge = QualityRanker.load(
        ranker, PictureEmbedder.load(embedder, Compute.model_validate(compute))
    )
    card, known = read_card(ranker), Letters.read(corpus)
    trained, lot = LadderParams.model_validate(card["params"]["ladders"]), card["letters"]
    if both := sorted(params.unseen.keys() & (trained.most.keys() | trained.unseen.keys())):
        raise ValueError(
            f"'{both[0]}' has trained or chosen the ranker: test other kinds as unseen"
        )
    letters = letters_among(known, known.names.tolist())
    tested = letters_among(letters, lot["test"])
    found: dict[str, Any] = {"letters": len(lot["test"]), "letters_trained": len(lot["train"])}
    for name, most in (("adjacent", trained.most), ("unseen", params.unseen)):
        drawn = ladders_of(
            tested, most, trained.severity, trained.steps, params.views, seed + _STREAM
        )
        found |= _ordered(name, drawn, _judged(judge, drawn), params.intervals, seed)
    analysis.mkdir(parents=True, exist_ok=True)
    asked = []
    for level in params.levels:
        worn = aged_queries(letters, params.queries, [level], _STREAM, seed)
        right = judge.features.reads(list(worn.pictures), letters.names) == worn.labels
        asked.append(Asked(right, worn.labels, judge.judge(list(worn.pictures))))
        found |= _refused(level.name, asked[-1], lot["test"], judge, params, seed)
        sheet = analysis / f"{level.name}.png"
        write_legibility_sheet(sheet, worn.pictures, asked[-1].seen.scores, right)
    found |= _refused("aged", Asked.joined(asked), lot["test"], judge, params, seed)
    write_json(metrics, found)
    write_json(
        analysis / "test_results.json", {"architecture": ranker_metadata(ranker), "metrics": found}
    )
    for name, value in found.items():
        print(f"  {name} {value:.4g}")


def _judged(judge: QualityRanker, drawn: Ladders) -> Legibility:
    """Scores and gaps, (L, K) each."""
    shape = drawn.pictures.shape[:2]
    flat = judge.judge(list(drawn.pictures.reshape(-1, *drawn.pictures.shape[2:])))
    return Legibility(flat.scores.reshape(shape), flat.gaps.reshape(shape))


def _ordered(
    name: str, drawn: Ladders, seen: Legibility, intervals: IntervalParams, seed: int
) -> dict[str, float]:
    """Pairs one step apart: of one ladder, of two ladders of a letter, by kind, and by the gap."""
    right = adjacent_right(seen.scores)
    labels = np.repeat(drawn.labels, right.shape[1])
    found = with_interval(name, right.ravel(), labels, intervals, seed)
    for kind in dict.fromkeys(drawn.kinds.tolist()):
        found[f"{name}_{kind}"] = float(right[drawn.kinds == kind].mean())
    found[f"{name}_gap"] = float(adjacent_right(seen.gaps).mean())
    groups = np.char.add(np.char.add(drawn.kinds, " "), drawn.labels)
    found[f"{name}_anew"] = float(anew_right(seen.scores, groups).mean())
    return found


def _refused(
    name: str, asked: Asked, tested: Sequence[str], judge: QualityRanker, params: Params, seed: int
) -> dict[str, float]:
    """Errors on worn letters, the worst refused by either way; and by the rule that is in use."""
    found: dict[str, float] = {}
    right, seen = asked.right, asked.seen
    for group, rows in (("", np.ones_like(right)), ("_new", np.isin(asked.labels, tested))):
        for way in _WAYS if judge.features.params.gap else _WAYS[:1]:
            scores = rejection_scores(
                right[rows],
                seen.by(way)[rows],
                asked.labels[rows],
                params.reject,
                params.intervals,
                seed,
            )
            found[f"{name}{group}_error"] = scores.pop("error")
            for key, value in scores.items():
                what = key.removesuffix("_low").removesuffix("_high")
                found[f"{name}{group}_{what}_{way}{key[len(what) :]}"] = value
    passed = seen.by(judge.rule.by) >= judge.rule.limit
    found[f"{name}_reshoot"] = float(1 - passed.mean())
    if passed.any():
        found[f"{name}_reshoot_error"] = float(1 - right[passed].mean())
    return found
