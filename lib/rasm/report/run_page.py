"""A finished run for someone who was not there: `python -m rasm.report.run_page outputs`.

One page, `outputs/report.html`: what was trained on what, how well with which interval, and where
it fails. Every number is read from a file of the run; of a part that the run lacks the page says
so. The same files make the same bytes.
"""

import sys
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

from rasm.report.confusion_page import confusion_cards
from rasm.report.page import html_table, png_figure, write_html
from rasm.report.plot_page import training_charts
from rasm.report.run_facts import (
    History,
    RunParams,
    SplitFacts,
    read_history,
    read_params_file,
    split_facts,
)
from rasm.report.summary import RECOGNISERS, corpus_summary, read_metrics
from rasm.report.table import read_table

_NAMES = {
    "phase2": "two phases: cells, then their grid",
    "baseline": "one network on the pixels",
    "fusion": "both, weighed together",
    "font": "both, and the glyphs of a font read together",
}
_SCORES = {
    "letter_top1": "right letter, whatever its form",
    "text_top1": "right code points",
    "shape_top1": "right shape",
    "strict_top1": "the very label",
    "shape_top5": "right shape among five",
    "shape_macro_f1": "F1 of shapes, each alike",
    "shape_balanced_accuracy": "balanced accuracy of shapes",
    "strict_balanced_accuracy": "balanced accuracy of labels",
}
_CALIBRATION = {
    "calibration_error": "calibration error",
    "uncalibrated_calibration_error": "the same before calibration",
    "calibration_error_adaptive": "the same, bins of equal size",
    "calibration_error_family_mean": "mean of families",
    "calibration_error_family_chance": "that much by chance",
    "brier": "Brier score",
    "uncalibrated_brier": "the same before calibration",
    "nll": "negative log-likelihood",
    "uncalibrated_nll": "the same before calibration",
}
_SETS = {
    "conformal_coverage": "sets of 90%: hold the truth",
    "conformal_coverage_family_mean": "mean of families",
    "conformal_coverage_family_min": "worst family",
    "conformal_set_size": "shapes in a set",
    "conformal_95_coverage": "sets of 95%: hold the truth",
    "conformal_95_coverage_family_mean": "mean of families",
    "conformal_95_coverage_family_min": "worst family",
    "conformal_95_set_size": "shapes in a set",
}
_SHIPPED = "fusion"  # what answers a single picture
_WORST, _CARDS, _FAMILIES = 20, 6, 2
_CHARTED = {"confusion_matrix": "drawn"}  # pictures that are charts
_CHARTS = '<div class="charts">\n{}</div>\n'

_Metrics = Mapping[str, Mapping[str, Any]]


def write_run_page(outputs: Path) -> Path:
    """Write `report.html` into a folder of outputs, and give its path.

    `params.yaml` is looked for beside the folder. Raises FileNotFoundError when there are no
    metrics, ValueError naming the file that is not as it should be.
    """
    metrics, corpora = (read_metrics(outputs / name) for name in ("metrics", "corpus_metrics"))
    if not metrics and not corpora:
        raise FileNotFoundError(f"{outputs} holds no metrics: run `make run`")
    params = read_params_file(outputs.parent / "params.yaml")
    history = read_history(outputs / "meta/run_history.jsonl", params)
    plots = outputs / "plots"
    validation = read_metrics(outputs / "val_metrics")
    parts = [
        _headline(metrics, corpora),
        _made_of(metrics, params, history, split_facts(outputs)),
        _recognisers(metrics, validation),
        _families(plots / "evaluate" / _SHIPPED),
        _trust(metrics, plots / "evaluate"),
        _unknowns(metrics, plots / "evaluate/unknowns/detectors.csv"),
        _corpora(corpora, params, outputs),
        _failures(plots / "evaluate", outputs / "analysis"),
        _training(plots),
    ]
    path = outputs / "report.html"
    write_html(path, "Report of a run of Rasm", "".join(parts))
    return path


def _part(heading: str, body: str, lacking: str = "") -> str:
    said = body or f'<p class="absent-part">{lacking}</p>\n'
    return f"<section>\n<h2>{heading}</h2>\n{said}</section>\n"


def _headline(metrics: _Metrics, corpora: _Metrics) -> str:
    """The few numbers to read first, each with its interval and its ceiling."""
    figures = []
    shipped = metrics.get(_SHIPPED, {})
    for key in ("letter_top1", "shape_top1"):
        if key in shipped:
            figures.append(_figure(shipped, key, f"{_SCORES[key]}, of one glyph"))
    if "letter_top1" in metrics.get("font", {}):
        about = f"{_SCORES['letter_top1']}, a font read together"
        figures.append(_figure(metrics["font"], "letter_top1", about))
    if "conformal_coverage_family_mean" in shipped:
        about = "of sets of 90% hold the truth, mean of families"
        figures.append(_figure(shipped, "conformal_coverage_family_mean", about))
    if "calibration_error_family_mean" in shipped:
        about = "calibration error, mean of families; 0 is best"
        figures.append(_figure(shipped, "calibration_error_family_mean", about))
    for name, found in corpora.items():
        for key, about in _CORPUS_FIRST.items():
            if key in found:
                figures.append(_figure(found, key, f"{name}: {about}"))
    unseen = "Fractions, 1 is perfect, on families and pictures that no training and no choice saw."
    interval = "In brackets the 95% interval, families drawn anew and then their glyphs."
    items = "".join(figures)
    return f'<p class="lead">{unseen} {interval}</p>\n<ul class="figures">\n{items}</ul>\n'


_CORPUS_FIRST = {
    "recall_at_1": "nearest picture is of the right class",
    "one_shot_error_embedding": "wrong, by one picture of each character; 0 is best",
    "seed_top1": "worn letters found among clean ones",
    "adjacent": "the more legible of two pictures is told",
    "ascii_top1": "printed characters of ASCII read",
}


def _figure(found: Mapping[str, Any], key: str, about: str) -> str:
    spread = _ends(found, key)
    top = f"{key}_ceiling"
    most = f'<span class="quiet">at most {found[top]:.3f}</span>' if top in found else ""
    shown = f' <span class="quiet">({spread})</span>' if spread else ""
    return (
        f'<li data-key="{escape(key)}"><b>{found[key]:.3f}</b>{shown}'
        f"<span>{escape(about)}</span>{most}</li>\n"
    )


def _ends(found: Mapping[str, Any], key: str) -> str:
    if f"{key}_low" not in found:
        return ""
    return f"{found[f'{key}_low']:.2f} to {found[f'{key}_high']:.2f}"


def _made_of(
    metrics: _Metrics,
    params: RunParams | None,
    history: History | None,
    splits: Mapping[str, SplitFacts],
) -> str:
    said = []
    if history is None:
        said.append(
            '<p class="absent-part">The history of runs has no line of these parameters: commit and'
            " times are not known.</p>\n"
        )
    else:
        commits = ", ".join(history.commits)
        said.append(
            f"<p>Made at commit {escape(commits)}, last stage at {escape(history.last['utc'])}"
            f"{' (+: with changes that were not committed)' if '+' in commits else ''}.</p>\n"
        )
    if "machine" in metrics:
        said.append(f"<p>Measured on {escape(str(metrics['machine']['machine']))}.</p>\n")
    if splits:
        rows = [
            (name, len(split.families), split.fonts, f"{split.glyphs:,}")
            for name, split in splits.items()
        ]
        about = "Train teaches, val chooses, test reports"
        said.append(html_table(about, ("split", "families", "fonts", "glyphs"), rows))
        names = "".join(
            f"<p><b>{name}</b>: {escape(', '.join(split.families))}</p>\n"
            for name, split in splits.items()
        )
        said.append(f"<details><summary>Families of each split</summary>\n{names}</details>\n")
    else:
        said.append('<p class="absent-part">This folder holds no splits.</p>\n')
    if params:
        values = [(about, value, key) for key, about, value in params.main]
        said.append(html_table("Main parameters", ("what", "value", "key"), values))
        said.append(_whole("All parameters", params.text))
    if history:
        longest = sorted(history.seconds.items(), key=lambda item: -item[1])
        times = [*longest, ("together", sum(history.seconds.values()))]
        table = html_table(
            "Seconds, the last run of each stage with these parameters",
            ("stage", "seconds"),
            [(name, f"{seconds:,.1f}") for name, seconds in times],
        )
        said.append(f"<details><summary>Times</summary>\n{table}</details>\n")
        versions = history.last.get("versions", {})
        said.append(f"<p>{escape(', '.join(f'{k} {v}' for k, v in versions.items()))}</p>\n")
    return _part("What was trained on what", "".join(said))


def _whole(title: str, text: str) -> str:
    return f"<details><summary>{title}</summary>\n<pre>{escape(text)}</pre>\n</details>\n"


def _recognisers(metrics: _Metrics, validation: _Metrics) -> str:
    body = _scores("Test families", metrics) + _scores("Validation families", validation)
    if cells := metrics.get("phase1"):
        body += (
            f"<p>Phase 1 names the primitive of {cells['accuracy_inked']:.4f} of inked cells,"
            f" {cells['accuracy']:.4f} of all.</p>\n"
        )
    return _part("How well glyphs are read", body, "This run has no recogniser of glyphs.")


def _scores(title: str, metrics: _Metrics) -> str:
    shown = [name for name in RECOGNISERS if name in metrics]
    if not shown:
        return ""
    first = metrics[shown[0]]
    columns = ("", *(_NAMES[name] for name in shown), "at most")
    rows = [
        (
            about,
            *(_with_ends(metrics[name], key) for name in shown),
            _number(first, f"{key}_ceiling"),
        )
        for key, about in _SCORES.items()
        if key in first
    ]
    size = f"{first['glyphs']:,} glyphs, {first['labels']:,} labels, {first['families']} families"
    return html_table(f"{title}: {size}", columns, rows)


def _with_ends(found: Mapping[str, Any], key: str) -> str:
    spread = _ends(found, key)
    return _number(found, key) + (f" ({spread})" if spread else "")


def _number(found: Mapping[str, Any], key: str) -> str:
    return f"{found[key]:.4f}" if key in found else ""


def _families(folder: Path) -> str:
    """Each family's share of right answers beside its sets and its calibration, the worst first."""
    scores, trust = (_read(folder / f"{name}.csv") for name in ("families", "trust"))
    sure = {row["family"]: row for row in trust}
    rows = [
        (
            *(row["family"], row["glyphs"], _short(row["letter_top1"]), _short(row["shape_top1"])),
            _short(row.get("shape_top1_ceiling", "")),
            *(
                _short(sure.get(row["family"], {}).get(column, ""))
                for column in ("coverage", "set_size", "calibration_error")
            ),
        )
        for row in sorted(scores, key=lambda row: (float(row["shape_top1"]), row["family"]))
    ]
    columns = (
        *("family", "glyphs", "right letter", "right shape", "at most"),
        *("set of 90% holds the truth", "shapes in a set", "calibration error"),
    )
    title = f"Test families, the hardest first; {_NAMES[_SHIPPED]}"
    body = html_table(title, columns, rows) if rows else ""
    return _part("Family by family", body, "The table of families is not there.")


def _read(path: Path) -> list[dict[str, str]]:
    return read_table(path) if path.is_file() else []


def _short(text: str) -> str:
    return f"{float(text):.3f}" if text else ""


def _trust(metrics: _Metrics, folder: Path) -> str:
    shown = [name for name in RECOGNISERS if "calibration_error" in metrics.get(name, {})]
    tables = []
    for title, scores in (
        ("Probabilities, 0 is best", _CALIBRATION),
        ("Conformal sets: a shortlist with a promise", _SETS),
    ):
        rows = [
            (about, *(_number(metrics[name], key) for name in shown))
            for key, about in scores.items()
            if any(key in metrics[name] for name in shown)
        ]
        if rows:
            tables.append(html_table(title, ("", *(_NAMES[name] for name in shown)), rows))
    drawn = [
        png_figure(f"Reliability: {_NAMES[name]}", folder / name / "reliability.png", "", "drawn")
        for name in shown
        if (folder / name / "reliability.png").is_file()
    ]
    note = (
        "<p>On the line, answers of a confidence are right that often; below it they promise too"
        " much. Every family weighs the same.</p>\n"
    )
    if tables and not drawn:
        tables.append('<p class="absent-part">The diagrams of this run are not there.</p>\n')
    figures = _CHARTS.format("".join(drawn)) + note if drawn else ""
    lacking = "This run says nothing of its probabilities."
    return _part("Whether probabilities mean what they say", "".join(tables) + figures, lacking)


def _unknowns(metrics: _Metrics, table: Path) -> str:
    body = ""
    if found := metrics.get("unknowns"):
        shares = [
            (about, _number(found, key))
            for key, about in (
                ("flagged_near", "unknown glyphs of like scripts that are told"),
                ("flagged_far", "other unknown pictures that are told"),
                ("false_rejects", "known glyphs that are refused"),
                ("false_rejects_family_max", "the same, of the worst family"),
            )
            if key in found
        ]
        body = html_table(f"The rule in use: {found['rule']}", ("", "share"), shares)
    rows = [
        (r["detector"], r["unknown"], r["pictures"], _short(r["auroc"]), _short(r["fpr95"]))
        for r in _read(table)
    ]
    if rows:
        columns = ("detector", "unknown", "pictures", "AUROC", "pass where 95% of known do")
        inner = html_table("Every detector on every kind of unknown", columns, rows)
        body += f"<details><summary>All detectors</summary>\n{inner}</details>\n"
    return _part("What is no known glyph", body, "No unknowns were shown to this run.")


def _corpora(corpora: _Metrics, params: RunParams | None, outputs: Path) -> str:
    """A section a corpus, a ranker, and printed signs, by params.yaml, else what is there."""
    wanted = list(corpora)
    if params:
        rankers = [f"{name}_ranker" for name in params.names("rankers")]
        signs = ["signs"] if "train_signs" in params.content else []
        wanted = [*params.names("corpora"), *rankers, *signs]
    parts = []
    for name in wanted:
        called = name.replace("_ranker", ", ranker of legibility").replace("signs", "printed signs")
        heading = f"<h3>{escape(called)}</h3>\n"
        if name not in corpora:
            lacking = "It is in params.yaml, but this run has not measured it."
            parts.append(f'{heading}<p class="absent-part">{lacking}</p>\n')
            continue
        body = f"<pre>{escape(corpus_summary({name: corpora[name]}))}</pre>\n"
        body += _separation(corpora[name])
        folder = outputs / "corpus_analysis" / name
        if name.endswith("_ranker"):
            folder = outputs / "ranker_analysis" / name.removesuffix("_ranker")
        body += _worst_classes(folder / "classes.csv", "")
        drawn = [
            png_figure(f"{name}: {p.stem.replace('_', ' ')}", p)
            for p in sorted(folder.glob("*.png"))
        ]
        body += _CHARTS.format("".join(drawn)) if drawn else ""
        parts.append(heading + body)
    absent = [name for name in ("arabic", "safaitic", "world") if name not in wanted]
    if absent:
        parts.append(f'<p class="absent-part">Switched off: {", ".join(absent)}.</p>\n')
    return _part("Corpora: what embedders find", "".join(parts), "This run has no corpora.")


def _separation(found: Mapping[str, Any]) -> str:
    key = "similarity_effect_size"
    rows = [
        (
            name.removesuffix(key).rstrip("_") or "all pictures",
            _number(found, name.replace("effect_size", "within")),
            _number(found, name.replace("effect_size", "between")),
            f"{value:.2f}",
        )
        for name, value in found.items()
        if name.endswith(key)
    ]
    columns = ("", "one class", "two classes", "effect size (Cohen's d)")
    return html_table("Mean likeness (cosine) of two pictures", columns, rows) if rows else ""


def _worst_classes(path: Path, title: str) -> str:
    rows = _read(path)
    if not rows:
        return ""
    wrong = [row for row in rows if float(row["f1"]) < 1]
    shown = [
        (r["class"], r["support"], *(_short(r[c]) for c in ("precision", "recall", "f1")))
        for r in wrong[:_WORST]
    ]
    about = f"{title}{len(rows):,} classes, {len(rows) - len(wrong):,} without a fault; the worst"
    if not shown:
        return f"<p>{escape(about.removesuffix('; the worst'))}.</p>\n"
    return html_table(about, ("class", "asked", "precision", "recall", "F1"), shown)


def _failures(plots: Path, analysis: Path) -> str:
    body = _worst_classes(plots / _SHIPPED / "classes.csv", "Shapes: ")
    rows = [(r["pair"], r["glyphs"]) for r in _read(plots / _SHIPPED / "confusions.csv")[:_WORST]]
    if rows:
        body += html_table("Most confused, true → answered", ("pair", "glyphs"), rows)
    matrix = plots / _SHIPPED / "confusion_matrix.png"
    if matrix.is_file():
        title = "The most confused shapes: rows asked for, columns answered"
        body += _CHARTS.format(png_figure(title, matrix, "", "drawn"))
    page = analysis / "confusions.html"
    if page.is_file():
        cards = confusion_cards(page)[:_CARDS]
        body += "<h3>The worst confusions of the two phases, in pictures</h3>\n" + "".join(cards)
    else:
        body += '<p class="absent-part">The pictures of confusions are not there.</p>\n'
    sheets = [
        png_figure(f"Errors of {name}", sheet)
        for name in _hardest(_read(plots / _SHIPPED / "families.csv"))
        if (sheet := analysis / "families" / f"{name}.png").is_file()
    ]
    if sheets:
        body += "<h3>The hardest families, in pictures</h3>\n" + _CHARTS.format("".join(sheets))
    return _part("Where it fails", body)


def _hardest(rows: Sequence[Mapping[str, str]]) -> list[str]:
    ordered = sorted(rows, key=lambda row: (float(row["shape_top1"]), row["family"]))
    return [row["family"] for row in ordered[:_FAMILIES]]


def _training(plots: Path) -> str:
    body = "".join(
        f"<h3>{heading}</h3>\n{_CHARTS.format(''.join(figures))}"
        for heading, figures in training_charts(plots).items()
    )
    return _part("How training went", body, "The curves of this run are not there.")


def main(outputs: Path) -> int:
    """Write the page of a folder of outputs and print its path; 1 when that cannot be."""
    try:
        page = write_run_page(outputs)
    except (ValueError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    print(f"Report of the run: {page}")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
