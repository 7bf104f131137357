"""Curves and tables of a run as charts on one page: `python -m rasm.report.plot_page outputs`.

The page stands alone, charts inside as SVG, so that it opens without a network and can be mailed.
It is made of the files that are there: a run that is under way has a page too. The same files make
the same bytes.
"""

import csv
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from rasm.report.charts import bar_chart, line_chart
from rasm.report.page import png_figure, write_html

_MODELS = ("phase1", "phase2", "baseline", "fusion")
_EMBEDDER = "embedder_"

_STRICT, _SHAPE = "strict top-1, fraction of glyphs", "shape top-1, fraction of glyphs"
_CELLS = "accuracy, fraction of inked cells"

# column of a curve -> title, label of its axis; any other column is shown by its own name
_QUANTITIES = {
    "train_loss": ("training loss", "loss, mean of the epoch"),
    "val_loss": ("validation loss", "cross-entropy, nats"),
    "val_accuracy": ("right primitives on validation", "fraction of all cells"),
    "val_accuracy_inked": ("right primitives, inked cells of validation", _CELLS),
    "val_strict_top1": ("right labels on validation", _STRICT),
    "val_shape_top1": ("right shapes on validation", _SHAPE),
    "val_one_shot": ("characters found by one picture, validation", "fraction of queries"),
    "val_recall_at_1": ("nearest picture is right, validation", "recall at 1, of queries"),
    "val_recall_at_10": ("one of ten nearest is right, validation", "recall at 10, of queries"),
    "val_verification": ("same letter or not, validation", "fraction of pairs judged rightly"),
    "val_spread": ("spread of embeddings on validation", "mean distance of two pictures, 0 to 2"),
    "lr": ("learning rate", "learning rate after the epoch"),
}

# table, its column of names, what it counts
_FAMILIES = ("families", "family", "glyphs")
_TRAINING_GLYPHS = ("frequency", "training_glyphs", "glyphs")
_TRAINING_CELLS = ("frequency", "training_cells", "cells")
# title, the above, column of values, label of their axis
_BREAKDOWNS = (
    ("Right labels by family", *_FAMILIES, "strict_top1", _STRICT),
    ("Right shapes by family", *_FAMILIES, "shape_top1", _SHAPE),
    ("Right labels by training glyphs", *_TRAINING_GLYPHS, "strict_top1", _STRICT),
    ("Right shapes by training glyphs", *_TRAINING_GLYPHS, "shape_top1", _SHAPE),
    ("Right primitives by training cells", *_TRAINING_CELLS, "accuracy", _CELLS),
)

_PRIMITIVES = "A column a pair, in the order of the chart: a cell, its primitive, and the answer."

Row = Mapping[str, str]
Tables = Mapping[str, Sequence[Row]]
"""Rows of a table by the name of the run that made it."""


def write_plot_page(path: Path, plots: Path) -> None:
    """Write the HTML of all charts that the folder `plots` has data for.

    `plots/curves` holds a .tsv a training, `plots/evaluate` a folder of .csv a recogniser. Raises
    FileNotFoundError when there is nothing to draw, ValueError naming the run and the row of what
    is no number.
    """
    body = "".join(
        f'<h2>{heading}</h2>\n<div class="charts">\n{"".join(figures)}</div>\n'
        for heading, figures in (training_charts(plots) | evaluation_charts(plots)).items()
    )
    if not body:
        raise FileNotFoundError(f"{plots} holds no curves and no tables: run `make run`")
    about = """<p>phase1 names the primitive of a cell, phase2 the glyph of a grid of primitives.
baseline reads the pixels directly, fusion weighs both. Strict asks for the very label, shape for
its class of labels that look alike. An epoch is one pass of training.</p>
"""
    write_html(path, "Curves and tables of a run", about + body)


def training_charts(plots: Path) -> dict[str, list[str]]:
    """The curves of trainings that are there, as HTML figures by their heading."""
    curves = _tables(plots.glob("curves/*.tsv"), "\t")
    embedders = {
        f"embedder {name.removeprefix(_EMBEDDER)}": rows
        for name, rows in curves.items()
        if name.startswith(_EMBEDDER)
    }
    models = {name: rows for name, rows in curves.items() if not name.startswith(_EMBEDDER)}
    sections = {
        "Training of the recogniser": _curves(models, "Recogniser", _places(models)),
        "Training of the embedders": _curves(embedders, "Embedders", list(embedders)),
    }
    return {heading: figures for heading, figures in sections.items() if figures}


def evaluation_charts(plots: Path) -> dict[str, list[str]]:
    """The tables of the test families that are there, likewise."""
    figures = _evaluation(plots / "evaluate")
    return {"On the test families": figures} if figures else {}


def _curves(runs: Tables, group: str, places: Sequence[str]) -> list[str]:
    columns = {column for rows in runs.values() for column in rows[0]} - {"epoch"}
    ordered = [column for column in _QUANTITIES if column in columns]
    figures = []
    for column in ordered + sorted(columns - set(ordered)):
        title, label = _QUANTITIES.get(column, (column, column))
        points = {
            name: [(_number(name, row, "epoch"), _number(name, row, column)) for row in rows]
            for name, rows in runs.items()
            if column in rows[0]
        }
        figures.append(line_chart(f"{group}: {title}", label, points, places))
    return figures


def _evaluation(folder: Path) -> list[str]:
    tables = {
        kind: _tables(folder.glob(f"*/{kind}.csv"), ",", by_folder=True)
        for kind in ("families", "frequency", "confusions")
    }
    figures = []
    for title, kind, column, unit, score, label in _BREAKDOWNS:
        runs = {
            name: {_counted(row, column, unit): _number(name, row, score) for row in rows}
            for name, rows in tables[kind].items()
            if column in rows[0]
        }
        if runs:
            figures.append(bar_chart(title, label, runs, _places(runs)))
    for name, rows in tables["confusions"].items():
        unit, things = ("glyphs", "shapes") if "glyphs" in rows[0] else ("cells", "primitives")
        title = f"What {name} confuses most: {things}, true -> answered"
        counts = {name: {row["pair"]: _number(name, row, unit) for row in rows}}
        figures.append(bar_chart(title, f"number of {unit}", counts, _places(counts)))
        picture = folder / name / "confusions.png"
        if picture.is_file():
            title = f"What {name} confuses most, in pictures"
            figures.append(png_figure(title, picture, _PRIMITIVES, "drawn"))
    return figures


def _places(names: Iterable[str]) -> list[str]:
    """Whose colour is the first, the second and so on: a recogniser keeps its own."""
    return list(dict.fromkeys((*_MODELS, *names)))


def _tables(paths: Iterable[Path], delimiter: str, *, by_folder: bool = False) -> Tables:
    """Tables that have rows, the recognisers in their usual order and then the others by name."""
    tables = {}
    for path in paths:
        with path.open(newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file, delimiter=delimiter))
        if rows:
            tables[path.parent.name if by_folder else path.stem] = rows
    known = [name for name in _MODELS if name in tables]
    return {name: tables[name] for name in known + sorted(tables.keys() - set(known))}


def _number(name: str, row: Row, column: str) -> float:
    """NaN of an empty cell, which is not drawn."""
    text = row.get(column) or "nan"
    try:
        return float(text)
    except ValueError:
        raise ValueError(
            f"{column} of {name} is {text!r}, no number, in row {dict(row)}: run `dvc repro` again"
        ) from None


def _counted(row: Row, column: str, unit: str) -> str:
    """The name of a row and how much it counts; a range loses the zeros that sort it."""
    name = re.sub(r"\b0+(?=\d)", "", row[column]) if column != "family" else row[column]
    return f"{name} ({int(row[unit]):,} {unit})"


def main(outputs: Path) -> int:
    """Write the page of a folder of outputs and print its path; 1 when there is nothing to show."""
    page = outputs / "plots/index.html"
    try:
        write_plot_page(page, outputs / "plots")
    except FileNotFoundError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"Curves and tables as charts: {page}")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
