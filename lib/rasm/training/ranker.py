"""What the quality ranker learns: which of two pictures is the more legible.

Two kinds of pairs teach it. Of one ladder of a glyph, see `rasm.augment.ladders`, the less damaged
picture is the better one. Of two worn letters, the one that the embedder reads rightly is better
than the one that it misreads: what counts in the end is being read. Letters are divided by lot into
those that train, validate and test, so that validation and test are of glyphs that the ranker never
saw; the frozen embedder has seen clean ones of all.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import torch
from numpy.typing import NDArray
from pydantic import BaseModel, Field, model_validator
from torch import Tensor, nn

from rasm.augment.ladders import LadderParams, Ladders, aged_queries, ladders_of, letters_among
from rasm.augment.severity import Severity
from rasm.corpora.letter_set import Letters
from rasm.losses.ranking import margin_ranking_loss
from rasm.metrics.ranking import adjacent_right, kept_of
from rasm.nets.ranker import RankerNet
from rasm.reading.legibility import FeatureParams, PictureFeatures
from rasm.training.feature_cache import Arrays
from rasm.training.task import Batch, FitParams, Task
from rasm.trust.ranker import RejectBy, RejectRule, judged_features

_TRAIN, _VAL = 2, 0  # streams of wear; 1 is the test's


class LetterShares(BaseModel, frozen=True, extra="forbid"):
    """Shares of the letters, of at most `most`, that validate and test; the others train."""

    most: int = Field(ge=4)
    val: float = Field(gt=0, lt=1)
    test: float = Field(gt=0, lt=1)

    @model_validator(mode="after")
    def _some_train(self) -> Self:
        if self.val + self.test >= 1:
            raise ValueError(f"val {self.val} and test {self.test} leave no letters to train")
        return self


class ReadParams(BaseModel, frozen=True, extra="forbid"):
    """`queries` worn letters a level, read by the embedder; `share` of the pairs are of them."""

    queries: int = Field(ge=2)
    levels: tuple[Severity, ...] = Field(min_length=1)
    share: float = Field(ge=0, le=1)


class RankerParams(FitParams, frozen=True, extra="forbid"):
    """The section train_ranker; batches are of `batch_size` pairs."""

    steps_per_epoch: int = Field(ge=1)
    features: FeatureParams
    tower: tuple[int, ...] = Field(min_length=1)
    dropout: float = Field(ge=0, lt=1)
    layer_norm: bool
    margin: float = Field(gt=0)
    letters: LetterShares
    ladders: LadderParams
    read: ReadParams
    reject: float = Field(gt=0, lt=1)


@dataclass(frozen=True)
class LetterLot:
    """Letters by name, as they fell."""

    train: tuple[str, ...]
    val: tuple[str, ...]
    test: tuple[str, ...]


def draw_lot(names: NDArray[np.str_], shares: LetterShares, seed: int) -> LetterLot:
    """Divide letters by lot, one of each at least. Raises ValueError for fewer than three."""
    if len(names) < 3:
        raise ValueError(f"a ranker needs three letters, to train, validate, test: {len(names)}")
    drawn = np.random.default_rng(seed).permutation(names)[: shares.most].tolist()
    val, test = (max(1, round(share * len(drawn))) for share in (shares.val, shares.test))
    parts = drawn[:val], drawn[val : val + test], drawn[val + test :]
    chosen, reported, rest = (tuple(sorted(part)) for part in parts)
    if not rest:
        raise ValueError("no letter is left to train on: lower the shares of val and test")
    return LetterLot(rest, chosen, reported)


def make_examples(
    letters: Letters,
    lot: LetterLot,
    params: RankerParams,
    features: PictureFeatures,
    seed: int,
) -> Arrays:
    """Features that train and validate, by split:

    `ladders` (L, K, F), `unseen` (U, K, F) of the kinds that do not train (of val alone), `queries`
    (Q, F) of worn letters, `right` (Q,) whether the embedder reads each rightly, named
    `train_ladders` and so on. `letters` are all of the corpus, among which it reads.
    """
    made: Arrays = {}
    spec = params.ladders
    for split, names, stream in (("train", lot.train, _TRAIN), ("val", lot.val, _VAL)):
        own = letters_among(letters, names)
        for name, most in (("ladders", spec.most), ("unseen", spec.unseen)):
            if name == "ladders" or split == "val":
                drawn = ladders_of(own, most, spec.severity, spec.steps, spec.views, seed + stream)
                made[f"{split}_{name}"] = ladder_features(drawn, features)
        asked = aged_queries(own, params.read.queries, params.read.levels, stream, seed)
        made[f"{split}_queries"] = features.take(list(asked.pictures))
        made[f"{split}_right"] = features.reads(list(asked.pictures), letters.names) == asked.labels
    return made


def ladder_features(ladders: Ladders, features: PictureFeatures) -> NDArray[np.float32]:
    """Features (L, K, F) of the pictures of ladders."""
    count, steps = ladders.pictures.shape[:2]
    flat = ladders.pictures.reshape(count * steps, *ladders.pictures.shape[2:])
    return features.take(list(flat)).reshape(count, steps, -1)


def ranker_task(
    examples: Arrays, params: RankerParams, device: torch.device, features: PictureFeatures
) -> Task:
    """Task over the `examples` for a RankerNet, whose batches are pairs (B, F), (B, F).

    After each epoch `val_adjacent` is the share of val's pairs one step apart that are ranked
    rightly, `val_unseen` the same of the kinds that do not train, `val_reading` how often a letter
    that is read rightly scores above a misread one; the mean of the three, `val_ranking`, chooses.
    """
    ladders = torch.from_numpy(examples["train_ladders"])
    queries = torch.from_numpy(examples["train_queries"])
    right = torch.from_numpy(examples["train_right"])
    read, misread = queries[right], queries[~right]
    of_reading = round(params.read.share * params.batch_size)
    if not (len(read) and len(misread)):
        print("  every worn letter is read alike: ladders alone teach", flush=True)
        of_reading = 0

    def batches(generator: torch.Generator) -> Iterator[Batch]:
        for _ in range(params.steps_per_epoch):
            better, worse = _of_ladders(ladders, params.batch_size - of_reading, generator)
            if of_reading:
                parts = (_drawn(one, of_reading, generator) for one in (read, misread))
                better, worse = (
                    torch.cat(pair) for pair in zip((better, worse), parts, strict=True)
                )
            yield better.to(device), worse.to(device)

    def loss(model: nn.Module, batch: Batch, progress: float) -> Tensor:
        # One pass for both: nothing in the tower looks from one picture to another.
        better, worse = model(torch.cat(batch)).chunk(2)
        return margin_ranking_loss(better, worse, params.margin)

    def validate(model: nn.Module) -> dict[str, float]:
        def scores(found: NDArray[np.float32]) -> NDArray[np.float32]:
            return judged_features(ranker_of(model), found, features).scores

        found = {
            f"val_{name}": float(adjacent_right(_by_ladder(examples[key], scores)).mean())
            for name, key in (("adjacent", "val_ladders"), ("unseen", "val_unseen"))
            if key in examples
        }
        read_rightly = examples["val_right"]
        if read_rightly.any() and not read_rightly.all():
            from sklearn.metrics import roc_auc_score

            points = scores(examples["val_queries"])
            found["val_reading"] = float(roc_auc_score(read_rightly, points))
        return {**found, "val_ranking": float(np.mean(list(found.values())))}

    return Task(batches, params.steps_per_epoch, loss, validate, "val_ranking")


def ranker_of(model: nn.Module) -> RankerNet:
    """The ranker, which the loop may have wrapped."""
    inner: Any = getattr(model, "module", model)
    network: RankerNet = inner
    return network


def choose_rule(
    network: RankerNet, examples: Arrays, features: PictureFeatures, reject: float
) -> RejectRule:
    """Whichever leaves fewer errors on val's worn letters once the worst `reject` are refused.

    The network where both leave as many. The limit is the number below which that share lies.
    """
    found = judged_features(network, examples["val_queries"], features)
    right = examples["val_right"]
    ways: list[RejectBy] = ["ranker", "gap"] if features.params.gap else ["ranker"]
    errors = {way: 1 - right[kept_of(found.by(way), reject)].mean() for way in ways}
    print("  val's error once the worst are refused: ", end="")
    print(", ".join(f"by {way} {error:.4f}" for way, error in errors.items()), end="")
    print(f"; of all {1 - right.mean():.4f}", flush=True)
    chosen = min(ways, key=lambda way: errors[way])
    return RejectRule(by=chosen, limit=float(np.quantile(found.by(chosen), reject)))


def _by_ladder(
    found: NDArray[np.float32], scores: Callable[[NDArray[np.float32]], NDArray[np.float32]]
) -> NDArray[np.float32]:
    """Scores (L, K) of features (L, K, F)."""
    return scores(found.reshape(-1, found.shape[2])).reshape(found.shape[:2])


def _of_ladders(ladders: Tensor, count: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """Features (count, F) of better and of worse pictures; neighbours on a ladder most often."""
    rows = torch.randint(len(ladders), (count,), generator=generator)
    first = torch.randint(ladders.shape[1] - 1, (count,), generator=generator)
    farther = torch.rand(count, generator=generator) ** 2
    second = first + 1 + (farther * (ladders.shape[1] - 1 - first)).long()
    return ladders[rows, first], ladders[rows, second]


def _drawn(found: Tensor, count: int, generator: torch.Generator) -> Tensor:
    return found[torch.randint(len(found), (count,), generator=generator)]
