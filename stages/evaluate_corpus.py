"""The test of a corpus -> how well its embedder matches what it has never seen."""

from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel

from rasm.corpora.corpus import Pictures, read_corpus
from rasm.corpora.letter_set import Letters
from rasm.report.characters import CharacterTestParams, examine_characters
from rasm.report.letters import LetterTestParams, examine_letters
from rasm.retrieval.heatmap import write_heatmap
from rasm.store.json_file import write_json
from rasm.training.device import Compute
from rasm.training.embedding_reading import PictureEmbedder
from stages.progress import Track


class Params(BaseModel, frozen=True, extra="forbid"):
    """The section evaluate_corpus of params.yaml."""

    test: Literal["characters", "letters"]
    characters: CharacterTestParams
    letters: LetterTestParams


def main(
    params: Params,
    track: Track,
    *,
    corpus: Path,
    embedder: Path,
    metrics: Path,
    analysis: Path,
    seed: int,
    compute: dict[str, Any],
) -> None:
    """Trials on scripts that are held out, or worn letters among clean ones."""
    network = PictureEmbedder.load(embedder, Compute.model_validate(compute))
    analysis.mkdir(parents=True, exist_ok=True)
    if params.test == "characters":
        items = read_corpus(corpus).of("test")
        with Pictures(corpus) as pictures:
            shown = [pictures[i.picture] for i in track(items, desc="pictures", unit="picture")]
        found = examine_characters(items, shown, network.embed, params.characters, seed)
        write_json(metrics, found)
    else:
        result = examine_letters(Letters.read(corpus), network.embed, params.letters, seed)
        found = result.metrics
        write_json(metrics, found)
        write_json(analysis / "closest.json", [vars(pair) for pair in result.closest])
        threshold = found["verification_threshold"]
        write_heatmap(analysis / "distances.png", result.distances, result.names, threshold)
    for name, value in found.items():
        print(f"  {name} {value:.4g}")
