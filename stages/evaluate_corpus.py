"""The test of a corpus -> how well its embedder matches what it has never seen."""

from functools import partial
from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import BaseModel, Field

from rasm.augment.severity import Severity
from rasm.corpora.corpus import Pictures, read_corpus
from rasm.metrics.intervals import IntervalParams, with_interval
from rasm.metrics.one_shot import CharacterTestParams
from rasm.nets.compute import Compute
from rasm.reading.embeddings import PictureEmbedder, embed_items
from rasm.store.json_file import write_json
from stages.progress import Track

_EVERY, _SAMPLES = 4, 3  # letters from one to the next on the sheet of wear, and copies a level


class LetterTestParams(BaseModel, frozen=True, extra="forbid"):
    """`queries` and `pairs` a level; the threshold is learnt at the first of `levels`.

    `sheet` are the levels that the sheet of wear shows.
    """

    kind: Literal["letters"]
    queries: int = Field(ge=2)
    pairs: int = Field(ge=8)
    levels: tuple[Severity, ...] = Field(min_length=1)
    sheet: tuple[Severity, ...]


class RetrievalTestParams(BaseModel, frozen=True, extra="forbid"):
    """The test split looked up in the training split."""

    kind: Literal["retrieval"]


class Params(BaseModel, frozen=True, extra="forbid"):
    """The section evaluate_corpus of params.yaml."""

    test: Annotated[
        CharacterTestParams | LetterTestParams | RetrievalTestParams, Field(discriminator="kind")
    ]
    intervals: IntervalParams


def main(
    params: Params,
    track: Track,
    *,
    corpus: Path,
    embedder: Path,
    index: Path,
    metrics: Path,
    analysis: Path,
    seed: int,
    compute: dict[str, Any],
) -> None:
    """Trials on held-out scripts, worn letters among clean ones, or the test split looked up."""
    network = PictureEmbedder.load(embedder, Compute.model_validate(compute))
    analysis.mkdir(parents=True, exist_ok=True)
    if isinstance(params.test, CharacterTestParams):
        found = _characters(corpus, network, params.test, params.intervals, seed, track)
    elif isinstance(params.test, LetterTestParams):
        found = _letters(corpus, network, params.test, params.intervals, analysis, seed)
    else:
        found = _retrieval(corpus, index, network, params.intervals, analysis, seed, track)
    write_json(metrics, found)
    for name, value in found.items():
        print(f"  {name} {value:.4g}")


def _characters(
    corpus: Path,
    network: PictureEmbedder,
    params: CharacterTestParams,
    intervals: IntervalParams,
    seed: int,
    track: Track,
) -> dict[str, float]:
    from rasm.metrics.one_shot import score_characters

    items = read_corpus(corpus).of("test")
    with Pictures(corpus) as pictures:
        shown = [pictures[i.picture] for i in track(items, desc="pictures", unit="picture")]
    scripts, labels, fonts = (
        np.array([getattr(item, name) for item in items]) for name in ("group", "label", "source")
    )
    pixels = np.stack([255.0 - picture.ravel() for picture in shown]).astype(np.float32)
    vectors = {"embedding": network.embed(shown), "pixels": pixels}
    return score_characters(scripts, labels, fonts, vectors, params, intervals, seed)


def _letters(
    corpus: Path,
    network: PictureEmbedder,
    params: LetterTestParams,
    intervals: IntervalParams,
    analysis: Path,
    seed: int,
) -> dict[str, float]:
    from rasm.augment.worn import wear_samples, worn
    from rasm.corpora.letter_set import Letters
    from rasm.metrics.letters import score_letters
    from rasm.metrics.verification import Matching
    from rasm.report.letter_sheets import write_heatmap, write_wear_sheet

    letters = Letters.read(corpus)
    references = network.embed([letters.pictures[row] for row in letters.ideals])

    def match(level: Severity, split: Literal["val", "test"]) -> Matching:
        asked = worn(letters, params.queries, level, split, seed)
        vectors = network.embed(list(asked.pictures))
        return Matching(vectors, asked.labels, references, letters.names)

    learning = match(params.levels[0], "val")
    tests = {level.name: match(level, "test") for level in params.levels}
    result = score_letters(learning, tests, params.pairs, seed)
    write_json(analysis / "closest.json", [vars(pair) for pair in result.closest])
    some = letters.names[::_EVERY].tolist()
    shown = wear_samples(letters, some, params.sheet, _SAMPLES, seed)
    write_wear_sheet(analysis / "wear.png", shown)
    threshold = result.metrics["verification_threshold"]
    write_heatmap(analysis / "distances.png", result.distances, result.names, threshold)
    metrics = dict(result.metrics)
    for name, test in tests.items():
        metrics |= with_interval(f"{name}_top1", test.right(), test.truth, intervals, seed)
    return metrics


def _retrieval(
    corpus: Path,
    index: Path,
    network: PictureEmbedder,
    intervals: IntervalParams,
    analysis: Path,
    seed: int,
    track: Track,
) -> dict[str, float]:
    from rasm.metrics.lookup import score_lookup
    from rasm.report.letter_sheets import write_heatmap
    from rasm.retrieval.index import Searcher
    from rasm.retrieval.index_folder import load_index, read_index_card
    from rasm.retrieval.prototypes import as_embedded
    from rasm.retrieval.voting import hold_votes

    rule = read_index_card(index).rule
    if rule is None:
        raise ValueError(f"{index} gives no verdict: validation shares no class with training")
    known, progress = read_corpus(corpus), partial(track, desc="embeddings", unit="batch")
    built, entries = load_index(index, network.fingerprint)
    with Pictures(corpus) as pictures:
        queries = embed_items(known.of("test"), pictures, network.embed, progress)
        gallery = as_embedded(built, entries) or embed_items(
            known.of("train"), pictures, network.embed, progress
        )
    nearest = Searcher(built).search(queries.embeddings, rule.voters)
    ballots = hold_votes(*nearest, [entry.label for entry in entries], rule.voters)
    result = score_lookup(gallery, queries, ballots, rule)
    write_json(analysis / "confusions.json", [vars(pair) for pair in result.confusions])
    if layout := result.layout:
        write_json(analysis / "closest.json", [vars(pair) for pair in layout.closest])
        limit = rule.limits.distance
        write_heatmap(analysis / "distances.png", layout.distances, layout.names, limit)
    nearest_right = with_interval("recall_at_1", result.right, queries.groups, intervals, seed)
    return {**result.metrics, **nearest_right}
