"""What damage costs when letters are looked up, and what each step of `rasm.raster.enhance` brings.

`python -m bench.enhancing [--outputs models/1] [--corpora outputs/corpora]`, after `make run` or
`dvc repro import_letters import_scripts`. Clean pictures are damaged, each kind by `AMOUNTS`, and
looked up among clean ones: turned drawings of `safaitic` among its ideals, and of `world`
characters of test scripts among one picture of each from another font. Printed are the shares of
right answers, then by kind of damage what each step adds to them, and the measures of quality by
which the limits of the presets were set.
"""

from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rasm.augment.damage import damaged
from rasm.corpora.corpus import Pictures, read_corpus
from rasm.corpora.letter_set import Letters
from rasm.nets.compute import HERE
from rasm.raster.enhance import ARTIFACT, BASIC, STEPS, enhanced
from rasm.reading.embeddings import PictureEmbedder
from rasm.trust.image_quality import measure_quality, quality_score

AMOUNTS = {
    "defocus": (4.0, 7.0),
    "motion": (14.0, 24.0),
    "grain": (40.0, 90.0),
    "fading": (0.6, 0.8),
    "darkness": (0.8, 0.92),
    "coarseness": (8.0, 13.0),
    "shadow": (0.75, 0.95),
    "compression": (93.0,),
}
CHAINS = {**{name: (name,) for name in STEPS}, "basic": BASIC, "artifact": ARTIFACT}
_TURNS, _CHARACTERS, _SEED = 3, 300, 0

Asked = tuple[list[NDArray[np.uint8]], NDArray[np.str_], list[NDArray[np.uint8]], NDArray[np.str_]]
"""Queries and their labels, references and theirs."""


def letters(corpora: Path) -> Asked:
    """Drawings of all letters, each in its own size, and the ideals."""
    known = Letters.read(corpora / "safaitic")
    queries = [np.rot90(one, turn) for one in known.pictures for turn in range(_TURNS)]
    ideals = [known.pictures[row] for row in known.ideals]
    return queries, np.repeat(known.labels, _TURNS), ideals, known.names


def characters(corpora: Path) -> Asked:
    """One font's characters of test scripts, and another font's of the same labels."""
    items: dict[str, list[int]] = {}
    for item in read_corpus(corpora / "world").of("test"):
        items.setdefault(item.label, []).append(item.picture)
    twice = {label: numbers for label, numbers in items.items() if len(numbers) > 1}
    chosen = np.random.default_rng(_SEED).permutation(sorted(twice))[:_CHARACTERS]
    with Pictures(corpora / "world") as pictures:
        asked = [pictures[twice[label][0]] for label in chosen.tolist()]
        known = [pictures[twice[label][1]] for label in chosen.tolist()]
    return asked, chosen, known, chosen


def right(
    embedder: PictureEmbedder,
    queries: Sequence[NDArray[np.uint8]],
    truth: NDArray[np.str_],
    references: NDArray[np.float32],
    labels: NDArray[np.str_],
) -> float:
    """Share of queries whose nearest reference is of their label; what is blank is wrong."""
    hits = []
    for picture, label in zip(queries, truth.tolist(), strict=True):
        try:
            (point,) = embedder.embed([picture])
        except ValueError:
            hits.append(False)
            continue
        hits.append(labels[int((references @ point).argmax())] == label)
    return float(np.mean(hits))


def changed(queries: Sequence[NDArray[np.uint8]], steps: Sequence[str]) -> list[NDArray[np.uint8]]:
    """Through the steps; what is blank for one of them stays as it is."""
    done = []
    for picture in queries:
        try:
            done.append(enhanced(picture, steps))
        except ValueError:
            done.append(picture)
    return done


def lines(outputs: Path, corpora: Path) -> Iterator[str]:
    """The tables, in Markdown."""
    for corpus, ask in (("safaitic", letters), ("world", characters)):
        embedder = PictureEmbedder.load(outputs / "checkpoints/embedder" / corpus, HERE)
        asked, truth, shown, labels = ask(corpora)
        references = embedder.embed(shown)
        yield f"| {corpus}, {len(asked)} pictures | plain | {' | '.join(CHAINS)} |"
        yield "| --- |" + " ---: |" * (1 + len(CHAINS))
        cases: list[tuple[str, str, float]] = [("none", "defocus", 0.0)]
        cases += [(f"{k} {amount:g}", k, amount) for k, most in AMOUNTS.items() for amount in most]
        measures = []
        for name, kind, amount in cases:
            bad = [damaged(one, kind, amount, _SEED + place) for place, one in enumerate(asked)]
            plain = right(embedder, bad, truth, references, labels)
            gains = [
                right(embedder, changed(bad, steps), truth, references, labels) - plain
                for steps in CHAINS.values()
            ]
            yield f"| {name} | {plain:.3f} | " + " | ".join(f"{g:+.3f}" for g in gains) + " |"
            measures.append(f"| {name} | {plain:.3f} | {_measured(bad)} |")
        yield ""
        yield "| medians | right | blur | brightness | contrast | resolution | noise | score |"
        yield "| --- |" + " ---: |" * 7
        yield from measures
        yield ""


def _measured(pictures: Sequence[NDArray[np.uint8]]) -> str:
    found = []
    for picture in pictures:
        try:
            quality = measure_quality(picture)
        except ValueError:
            continue
        found.append([*vars(quality).values(), quality_score(quality)])
    if not found:
        return " | ".join("-" * 6)
    return " | ".join(f"{value:.3g}" for value in np.median(found, axis=0))


def main() -> None:
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--outputs", type=Path, default=Path("models/1"))
    parser.add_argument("--corpora", type=Path, default=Path("outputs/corpora"))
    asked = parser.parse_args()
    for line in lines(asked.outputs, asked.corpora):
        print(line, flush=True)


if __name__ == "__main__":
    main()
