"""Error of 20-way one-shot trials: `python bench/one_shot.py FOLDER [--outputs outputs]`.

The folder holds one folder a trial, and each of these

    training/*.png     one reference of each character
    test/*.png         one query of each
    class_labels.txt   a line a query: the query's file, and the reference that shows its character

as the official handwritten one-shot task has it (Lake, Salakhutdinov and Tenenbaum 2015). Files are
compared by name, so paths before it do not matter. A query is answered by the nearest reference.
Prints the error of every trial and their mean; the embedder was chosen without these pictures.
"""

import argparse
from pathlib import Path

import numpy as np

from rasm.corpora.pictures import open_picture
from rasm.metrics.one_shot import one_shot_errors
from rasm.query.search import Search

_MAX_PIXELS = 10_000_000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--outputs", type=Path, default=Path("outputs"))
    arguments = parser.parse_args()
    trials = sorted(path.parent for path in arguments.folder.glob("*/class_labels.txt"))
    if not trials:
        raise SystemExit(f"{arguments.folder} holds no trial, a folder with class_labels.txt")
    search = Search.load(outputs=arguments.outputs)
    errors = [error_of(trial, search) for trial in trials]
    for trial, error in zip(trials, errors, strict=True):
        print(f"{trial.name}  {error:.4f}")
    print(f"mean of {len(trials)} trials: {np.mean(errors):.4f}")


def error_of(trial: Path, search: Search) -> float:
    """Share of queries whose nearest reference shows another character."""
    references = sorted((trial / "training").glob("*.png"))
    names = [path.name for path in references]
    lines = (trial / "class_labels.txt").read_text(encoding="utf-8").split("\n")
    pairs = [[Path(word).name for word in line.split()] for line in lines if line.strip()]
    truth = np.array([names.index(reference) for _, reference in pairs])
    queries = [trial / "test" / query for query, _ in pairs]
    shown, asked = (
        search.embed([open_picture(path, "grey", _MAX_PIXELS) for path in paths])
        for paths in (references, queries)
    )
    return float(one_shot_errors(shown[None], asked[None], truth[None])[0])


if __name__ == "__main__":
    main()
