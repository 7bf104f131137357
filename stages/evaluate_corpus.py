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
from rasm.metrics.pairs import match_scores, pairs_elsewhere, pairs_with_known
from rasm.metrics.separation import separation
from rasm.metrics.verification import JudgedPairs
from rasm.nets.compute import Compute
from rasm.reading.embeddings import PictureEmbedder
from rasm.retrieval.elsewhere import Sourced
from rasm.retrieval.index_folder import load_index, read_index_card
from rasm.retrieval.prototypes import as_embedded
from rasm.store.json_file import write_json
from rasm.trust.matching import MatchRule
from stages.progress import Track

_EVERY, _SAMPLES = 4, 3  # letters from one to the next on the sheet of wear, and copies a level


class ScriptTestParams(CharacterTestParams, frozen=True, extra="forbid"):
    """Trials; `pairs` of two fonts' pictures of one script; `queries` a script among all labels.

    Those are asked of scripts that have as many as a trial has ways, as fonts draw them, and bent
    with `strength` of `waved`.
    """

    pairs: int = Field(ge=8)
    queries: int = Field(ge=1)
    strength: float = Field(gt=0)


class LetterTestParams(BaseModel, frozen=True, extra="forbid"):
    """`queries` and `pairs` a level; `sheet` are the levels that the sheet of wear shows."""

    kind: Literal["letters"]
    queries: int = Field(ge=2)
    pairs: int = Field(ge=8)
    levels: tuple[Severity, ...] = Field(min_length=1)
    sheet: tuple[Severity, ...]


class RetrievalTestParams(BaseModel, frozen=True, extra="forbid"):
    """The test split looked up in the training split, and `pairs` of one picture of each."""

    kind: Literal["retrieval"]
    pairs: int = Field(ge=8)


class Params(BaseModel, frozen=True, extra="forbid"):
    """The section evaluate_corpus of params.yaml."""

    test: Annotated[
        ScriptTestParams | LetterTestParams | RetrievalTestParams, Field(discriminator="kind")
    ]
    intervals: IntervalParams


def main(
    params: Params,
    track: Track,
    *,
    corpus: Path,
    embedder: Path,
    train_index: Path,
    metrics: Path,
    analysis: Path,
    seed: int,
    compute: dict[str, Any],
) -> None:
    """Trials on held-out scripts, worn letters among clean ones, or the test split looked up."""
    network = PictureEmbedder.load(embedder, Compute.model_validate(compute))
    analysis.mkdir(parents=True, exist_ok=True)
    if isinstance(params.test, ScriptTestParams):
        found = _characters(
            corpus, train_index, network, params.test, params.intervals, seed, track
        )
    elif isinstance(params.test, LetterTestParams):
        found = _letters(
            corpus, train_index, network, params.test, params.intervals, analysis, seed
        )
    else:
        found = _retrieval(
            corpus, train_index, network, params.test, params.intervals, analysis, seed, track
        )
    write_json(metrics, found)
    for name, value in found.items():
        print(f"  {name} {value:.4g}")


def _characters(
    corpus: Path,
    index: Path,
    network: PictureEmbedder,
    params: ScriptTestParams,
    intervals: IntervalParams,
    seed: int,
    track: Track,
) -> dict[str, float]:
    from rasm.augment.drawings import waved_drawings
    from rasm.inputs.scripts import ScriptInputParams
    from rasm.metrics.one_shot import score_characters
    from rasm.metrics.open_retrieval import open_queries, score_open

    known, progress = read_corpus(corpus), partial(track, desc="embeddings", unit="batch")
    with Pictures(corpus) as pictures:
        train = as_embedded(
            *load_index(index, network.fingerprint), len(known.of("train"))
        ) or Sourced.embedding(known.of("train"), pictures, network.embed, progress)
        val, test = (
            Sourced.embedding(known.of(split), pictures, network.embed, progress)
            for split in ("val", "test")
        )
        pixels = np.stack([255.0 - pictures[item.picture].ravel() for item in known.of("test")])
        queries = {}
        for name, items, asked in (
            ("held_out", known.of("test"), test),
            ("seen", known.of("train"), train),
        ):
            rows = open_queries(asked, params.ways, params.queries, seed)
            queries[name] = asked.rows(rows)
            if isinstance(network.view, ScriptInputParams):
                chosen = [items[row] for row in rows]
                shown = pictures.of(chosen)
                drawings = waved_drawings(shown, network.view, params.strength, seed)
                queries[f"{name}_drawn"] = Sourced.of(network.embed(drawings), chosen)
    vectors = {"embedding": test.embeddings, "pixels": pixels.astype(np.float32)}
    card, gallery = read_index_card(index), train.and_of(val).and_of(test)
    columns = test.groups, test.labels, test.sources
    return {
        **score_characters(*columns, vectors, params, intervals, seed),
        **_judged(card.matching, pairs_elsewhere(test, params.pairs, seed)),
        **separation(test.embeddings, test.labels),
        **score_open(queries, gallery, card.rule, card.votes, intervals, seed),
    }


def _judged(rule: MatchRule | None, pairs: JudgedPairs | None) -> dict[str, float]:
    """The scores of the pairs by the rule of the index; none where one is missing."""
    return match_scores(pairs, rule) if pairs and rule else {}


def _letters(
    corpus: Path,
    index: Path,
    network: PictureEmbedder,
    params: LetterTestParams,
    intervals: IntervalParams,
    analysis: Path,
    seed: int,
) -> dict[str, float]:
    from rasm.augment.worn import wear_samples
    from rasm.augment.worn_matching import worn_matching
    from rasm.corpora.letter_set import Letters
    from rasm.metrics.letters import score_letters
    from rasm.metrics.lookup import probability_scores
    from rasm.report.letter_sheets import write_heatmap, write_wear_sheet
    from rasm.retrieval.index import Searcher
    from rasm.retrieval.voting import hold_votes

    card = read_index_card(index)
    rule, votes = card.matching, card.votes
    if rule is None or votes is None:
        raise ValueError(f"{index} has not learnt when two letters are the same: see its `pairs`")
    letters = Letters.read(corpus)
    tests = {
        level.name: worn_matching(letters, params.queries, [level], "test", network.embed, seed)
        for level in params.levels
    }
    result = score_letters(rule, tests, params.pairs, seed)
    write_json(analysis / "closest.json", [vars(pair) for pair in result.closest])
    some = letters.names[::_EVERY].tolist()
    shown = wear_samples(letters, some, params.sheet, _SAMPLES, seed)
    write_wear_sheet(analysis / "wear.png", shown)
    write_heatmap(analysis / "distances.png", result.distances, result.names, rule.threshold)
    metrics = dict(result.metrics)
    built, entries = load_index(index, network.fingerprint)
    searcher, labels = Searcher(built), [entry.label for entry in entries]
    for name, test in tests.items():
        found = searcher.search(test.queries, votes.voters)
        ballots, truth = hold_votes(*found, labels, votes.voters), test.truth.tolist()
        scores = probability_scores(ballots, truth, test.truth, votes)
        metrics |= {f"{name}_{key}": value for key, value in scores.items()}
        metrics |= with_interval(f"{name}_top1", test.right(), test.truth, intervals, seed)
        apart = separation(test.queries, test.truth)
        metrics |= {f"{name}_{key}": value for key, value in apart.items()}
    return metrics


def _retrieval(
    corpus: Path,
    index: Path,
    network: PictureEmbedder,
    params: RetrievalTestParams,
    intervals: IntervalParams,
    analysis: Path,
    seed: int,
    track: Track,
) -> dict[str, float]:
    from rasm.metrics.classes import balanced_accuracy
    from rasm.metrics.lookup import probability_scores, score_lookup
    from rasm.report.class_tables import ClassAnswers, write_class_tables
    from rasm.report.letter_sheets import write_heatmap
    from rasm.retrieval.index import Searcher
    from rasm.retrieval.voting import hold_votes

    card = read_index_card(index)
    rule = card.rule
    if rule is None:
        raise ValueError(f"{index} gives no verdict: validation shares no class with training")
    known, progress = read_corpus(corpus), partial(track, desc="embeddings", unit="batch")
    built, entries = load_index(index, network.fingerprint)
    with Pictures(corpus) as pictures:
        queries = Sourced.embedding(known.of("test"), pictures, network.embed, progress)
        gallery = as_embedded(built, entries, len(known.of("train"))) or Sourced.embedding(
            known.of("train"), pictures, network.embed, progress
        )
    nearest = Searcher(built).search(queries.embeddings, rule.voters)
    ballots = hold_votes(*nearest, [entry.label for entry in entries], rule.voters)
    result = score_lookup(gallery, queries, ballots, rule)
    write_json(analysis / "confusions.json", [vars(pair) for pair in result.confusions])
    answered = np.array([ballot.label for ballot in ballots], dtype=np.str_)
    told = ClassAnswers(queries.labels, answered, queries.sources, queries.groups)
    write_class_tables(analysis, told)
    balanced = {"vote_balanced_accuracy": balanced_accuracy(queries.labels, answered)}
    if layout := result.layout:
        write_json(analysis / "closest.json", [vars(pair) for pair in layout.closest])
        limit = rule.limits.distance
        write_heatmap(analysis / "distances.png", layout.distances, layout.names, limit)
    nearest_right = with_interval("recall_at_1", result.right, queries.groups, intervals, seed)
    pairs = pairs_with_known(queries, gallery, params.pairs, seed)
    apart = separation(queries.embeddings, queries.labels)
    judged = _judged(card.matching, pairs)
    truth = queries.labels.tolist()
    probable = probability_scores(ballots, truth, queries.groups, card.votes)
    return {**result.metrics, **balanced, **nearest_right, **judged, **apart, **probable}
