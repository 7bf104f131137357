"""Error of 20-way one-shot trials: `python -m bench.one_shot FOLDER [--outputs outputs]`.

The folder holds one folder a trial, and each of these

    training/*.png     one reference of each character
    test/*.png         one query of each
    class_labels.txt   a line a query: the query's file, and the reference that shows its character

as the official handwritten one-shot task has it (Lake, Salakhutdinov and Tenenbaum 2015). Files are
compared by name, so paths before it do not matter. A query is answered by the nearest reference;
the alternative to the embedding is the raw pixels that the network is shown. Errors are means over
trials, the ratio that of the means, between the ends of the middle 95% of resampled trials. The
embedder was chosen without these pictures.
"""

from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from bench.rows import Entry, Row, answer
from rasm.corpora.pictures import open_picture
from rasm.metrics.one_shot import one_shot_errors
from rasm.query.search import Search

_MAX_PIXELS = 10_000_000
RESAMPLES = 1000


def rows(folder: Path, outputs: Path) -> Iterator[Entry]:
    trials = sorted(path.parent for path in folder.glob("*/class_labels.txt"))
    if not trials:
        raise FileNotFoundError(f"{folder} holds no trial, a folder with class_labels.txt")
    search = Search.load(outputs=outputs)
    # (trials, 2): by embedding, by pixels
    errors = np.array([errors_of(trial, search) for trial in trials])
    for trial, (embedding, pixels) in zip(trials, errors, strict=True):
        print(f"{trial.name}  {embedding:.4f}  raw pixels {pixels:.4f}")
    drawn = np.random.default_rng(0).integers(len(trials), size=(RESAMPLES, len(trials)))
    (ours, theirs), resampled = errors.mean(axis=0), errors[drawn].mean(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):  # an embedding may make no error
        low, high = np.nanquantile(resampled[:, 1] / resampled[:, 0], [0.025, 0.975])
        ratio = float(theirs / ours), float(low), float(high)
    what = f"one-shot answers of {len(trials)} trials"
    yield Row(what, "wrong", float(ours), "raw pixels", float(theirs), ratio)


def errors_of(trial: Path, search: Search) -> list[float]:
    """Share of queries whose nearest reference shows another character: embedding, pixels."""
    references = sorted((trial / "training").glob("*.png"))
    names = [path.name for path in references]
    lines = (trial / "class_labels.txt").read_text(encoding="utf-8").split("\n")
    pairs = [[Path(word).name for word in line.split()] for line in lines if line.strip()]
    truth = np.array([names.index(reference) for _, reference in pairs])
    queries = [trial / "test" / query for query, _ in pairs]
    shown, asked = (
        [open_picture(path, "grey", _MAX_PIXELS) for path in paths]
        for paths in (references, queries)
    )

    def pixels(pictures: list[NDArray[np.uint8]]) -> NDArray[np.float32]:
        embedder = search.embedder
        seen = embedder.view.inputs(pictures, embedder.device)
        rows = torch.arange(len(pictures), device=embedder.device)
        return seen.clean(rows).float().flatten(1).cpu().numpy()

    return [
        float(one_shot_errors(embed(shown)[None], embed(asked)[None], truth[None])[0])
        for embed in (search.embed, pixels)
    ]


def main() -> None:
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--outputs", type=Path, default=Path("outputs"))
    answer(rows, parser)


if __name__ == "__main__":
    main()
