"""The test of a corpus -> how well its embedder matches what it has never seen."""

from functools import partial
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel

from rasm.corpora.corpus import Pictures, read_corpus
from rasm.corpora.letter_set import Letters
from rasm.report.ager_sheet import write_ager_sheet
from rasm.report.characters import CharacterTestParams, examine_characters
from rasm.report.letters import LetterTestParams, examine_letters
from rasm.report.retrieval import examine_retrieval
from rasm.retrieval.answering import hold_votes
from rasm.retrieval.embedded import embed_items
from rasm.retrieval.heatmap import write_heatmap
from rasm.retrieval.index import Searcher
from rasm.retrieval.index_folder import load_index, read_card
from rasm.retrieval.indexed import as_embedded
from rasm.store.json_file import write_json
from rasm.training.device import Compute
from rasm.training.embedding_reading import PictureEmbedder
from stages.progress import Track

_EVERY, _SAMPLES = 4, 3  # letters from one to the next on the sheet of wear, and copies a level


class Params(BaseModel, frozen=True, extra="forbid"):
    """The section evaluate_corpus of params.yaml."""

    test: Literal["characters", "letters", "retrieval"]
    characters: CharacterTestParams
    letters: LetterTestParams


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
    if params.test == "characters":
        items = read_corpus(corpus).of("test")
        with Pictures(corpus) as pictures:
            shown = [pictures[i.picture] for i in track(items, desc="pictures", unit="picture")]
        found = examine_characters(items, shown, network.embed, params.characters, seed)
    elif params.test == "letters":
        found = _letters(Letters.read(corpus), network, params.letters, analysis, seed)
    else:
        found = _retrieval(corpus, index, network, analysis, track)
    write_json(metrics, found)
    for name, value in found.items():
        print(f"  {name} {value:.4g}")


def _letters(
    letters: Letters, network: PictureEmbedder, params: LetterTestParams, analysis: Path, seed: int
) -> dict[str, float]:
    result = examine_letters(letters, network.embed, params, seed)
    write_json(analysis / "closest.json", [vars(pair) for pair in result.closest])
    some = zip(letters.names[::_EVERY].tolist(), letters.ideals[::_EVERY], strict=True)
    glyphs = {name: letters.pictures[row] for name, row in some}
    write_ager_sheet(analysis / "ager.png", glyphs, _SAMPLES, seed)
    threshold = result.metrics["verification_threshold"]
    write_heatmap(analysis / "distances.png", result.distances, result.names, threshold)
    return result.metrics


def _retrieval(
    corpus: Path, index: Path, network: PictureEmbedder, analysis: Path, track: Track
) -> dict[str, float]:
    rule = read_card(index).rule
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
    result = examine_retrieval(gallery, queries, ballots, rule)
    write_json(analysis / "confusions.json", [vars(pair) for pair in result.confusions])
    if layout := result.layout:
        write_json(analysis / "closest.json", [vars(pair) for pair in layout.closest])
        limit = rule.limits.distance
        write_heatmap(analysis / "distances.png", layout.distances, layout.names, limit)
    return result.metrics
