"""The metrics as one table to read: `python -m rasm.report.summary outputs`."""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rasm.metrics.labels import READINGS
from rasm.store.json_file import Fields, read_json
from rasm.trust.outliers import DETECTORS


def corpus_summary(metrics: Mapping[str, Mapping[str, Any]]) -> str:
    """Text on metrics by corpus name, as the tests of characters, letters and retrieval give."""
    return "\n\n".join(_about(name, found) for name, found in metrics.items())


def _about(name: str, found: Mapping[str, Any]) -> str:
    if "one_shot_error_embedding" in found:
        return _characters(name, found)
    if "signs_told" in found:
        return _signs(found)
    if "adjacent" in found:
        return _ranking(name.removesuffix("_ranker"), found)
    return _retrieval(name, found) if "recall_at_1" in found else _letters(name, found)


def _characters(name: str, found: Mapping[str, Any]) -> str:
    return "\n".join(
        [
            f"Corpus {name}: one of {found['ways']} characters of a script by one picture of each,"
            " in another font",
            f"  {found['trials']} trials in {found['scripts']} scripts that no training saw",
            f"  wrong answers {found['one_shot_error_embedding']:.4f}"
            f"{_interval(found, 'one_shot_error_embedding')}"
            f"   raw pixels {found['one_shot_error_pixels']:.4f}",
            *_pairs(found),
            *_open(found),
        ]
    )


_ASKED = {
    "held_out": "unseen scripts",
    "held_out_drawn": "the same, by hand",
    "seen": "training's scripts",
    "seen_drawn": "the same, by hand",
}


def _open(found: Mapping[str, Any]) -> list[str]:
    """A table on labels asked for among all; none of metrics of before."""
    if "open_labels" not in found:
        return []
    lines = [
        f"  which of {found['open_labels']} labels, by what other fonts draw; means of scripts",
        f"  {'':20}{'pictures':>9}{'scripts':>9}{'top-1':>8}{'top-5':>8}{'top-10':>8}"
        f"{'ok':>8}{'right when ok':>15}",
    ]
    for name, title in _ASKED.items():
        key = f"open_{name}"
        if f"{key}_top1" not in found:
            continue
        row = f"  {title:20}{found[f'{key}_queries']:9}{found[f'{key}_groups']:9}"
        row += "".join(f"{found[f'{key}_top{most}']:8.4f}" for most in (1, 5, 10))
        for score, room in (("verdict_ok", 8), ("ok_precision", 15)):
            known = found.get(f"{key}_{score}")
            row += f"{'-':>{room}}" if known is None else f"{known:{room}.4f}"
        lines.append(row + _interval(found, f"{key}_top1"))
    for name, title in _ASKED.items():
        lines += _probable(found, f"open_{name}_", f"; {title}")
    return lines


def _probable(found: Mapping[str, Any], asked: str = "", of: str = "") -> list[str]:
    """A line on the probability of the answers that are voted for; none of metrics of before."""
    if f"{asked}vote_brier" not in found:
        return []
    told = []
    for title, key in (("calibration error", "vote_calibration_error"), ("Brier", "vote_brier")):
        before = found[f"{asked}uncalibrated_{key}"]
        told.append(f"{title} {found[f'{asked}{key}']:.4f} (shares of the votes {before:.4f})")
    return [f"  how probable an answer by vote is{of}: {'   '.join(told)}"]


def _pairs(found: Mapping[str, Any]) -> list[str]:
    """A line on the judgement whether two pictures show the same; none of metrics of before."""
    if "verification_brier" not in found:
        return []
    return [
        f"  the same letter or not, of two pictures: right {found['verification_accuracy']:.4f}"
        f"   ROC-AUC {found['verification_roc_auc']:.4f}   Brier {found['verification_brier']:.4f}"
        f"   calibration error {found['verification_calibration_error']:.4f}"
    ]


_JUDGED = {
    "same?": "accuracy",
    "at 1.0": "accuracy_fixed",
    "ROC-AUC": "roc_auc",
    "EER": "eer",
    "Brier": "brier",
    "calib.": "calibration_error",
}


def _letters(name: str, found: Mapping[str, Any]) -> str:
    levels = [key.removesuffix("_top1") for key in found if key.endswith("_top1")]
    levels.sort(key=lambda level: -found[f"{level}_top1"])
    judged = {  # metrics of before have nothing on the probability
        title: key
        for title, key in _JUDGED.items()
        if all(f"{level}_verification_{key}" in found for level in levels)
    }
    lines = [
        f"Corpus {name}: worn letters among clean ones; same or different by a threshold of "
        f"{found['verification_threshold']:.3f}",
        f"  {'wear':8}{'top-1':>8}" + "".join(f"{title:>9}" for title in judged),
    ]
    for level in levels:
        shown = "".join(f"{found[f'{level}_verification_{key}']:9.4f}" for key in judged.values())
        top1 = f"{level}_top1"
        lines.append(f"  {level:8}{found[top1]:8.4f}{shown}{_interval(found, top1)}")
    for level in levels:
        lines += _probable(found, f"{level}_", f"; {level}")
    return "\n".join(lines)


_SIGNS = {
    "ascii": "ASCII",
    "Latn": "Latin",
    "Grek": "Greek",
    "Cyrl": "Cyrillic",
    "Hebr": "Hebrew",
    "common": "digits, stops, symbols",
}


def _signs(found: Mapping[str, Any]) -> str:
    """Which printed sign beyond Arabic a glyph is, and whether it is one at all."""
    lines = [
        f"Printed signs: {found['signs']} beyond Arabic, on {found['glyphs']} glyphs of"
        f" {found['packages']} font packages that no training saw; the script being known",
        f"  {'':24}{'top-1':>8}{'case aside':>12}",
    ]
    lines += [
        f"  {title:24}{found[f'{key}_top1']:8.4f}{found[f'{key}_folded']:12.4f}"
        f"{_interval(found, f'{key}_top1')}"
        for key, title in _SIGNS.items()
        if f"{key}_top1" in found
    ]
    lines += [
        f"  {title} {found[key]:.4f}{_interval(found, key)}"
        for key, title in (
            ("signs_told", "signs taken for signs"),
            ("arabic_told", "Arabic glyphs taken for none"),
        )
        if key in found
    ]
    return "\n".join(lines)


def _ranking(name: str, found: Mapping[str, Any]) -> str:
    """Which of two pictures is the more legible, and what refusing the least legible is worth."""
    lines = [
        f"Ranker {name}: which of two pictures is the more legible, one step of damage apart, on"
        f" {found['letters']} letters that it never saw"
    ]
    for key, title in (("adjacent", "kinds of damage of training"), ("unseen", "unseen kinds")):
        kinds = [
            f"{name.removeprefix(f'{key}_')} {value:.2f}"
            for name, value in found.items()
            if name.startswith(f"{key}_") and name.rpartition("_")[2] not in _NO_KINDS
        ]
        lines += [
            f"  {title:28}{found[key]:.4f}{_interval(found, key)}   by the gap alone"
            f" {found[f'{key}_gap']:.4f}   of two views {found[f'{key}_anew']:.4f}",
            f"    {', '.join(kinds)}",
        ]
    for key in found:
        level, end, way = key.rpartition("_error_ratio_")
        if end and way in ("ranker", "gap"):
            spread = f"({found[f'{key}_low']:.2f} to {found[f'{key}_high']:.2f})"
            about = level.replace("_new", ", unseen letters")
            lines.append(
                f"  {about}: error {found[f'{level}_error']:.4f},"
                f" the worst refused by {way} {found[f'{level}_error_kept_{way}']:.4f}, a share of"
                f" {found[key]:.2f} {spread}"
            )
    return "\n".join(lines)


_NO_KINDS = {"low", "high", "gap", "anew"}


def _retrieval(name: str, found: Mapping[str, Any]) -> str:
    lines = [
        f"Corpus {name}: {found['queries']} unseen pictures looked up among {found['gallery']} of"
        f" {found['classes']} classes",
        f"  recall at 1 {found['recall_at_1']:.4f}{_interval(found, 'recall_at_1')}"
        f"   at 5 {found['recall_at_5']:.4f}"
        f"   at 10 {found['recall_at_10']:.4f}   mAP {found['map']:.4f}"
        f"   mAP@R {found['map_at_r']:.4f}",
        f"  right label among the nearest 5 labels {found['label_recall_at_5']:.4f}"
        f"   10 {found['label_recall_at_10']:.4f}",
        f"  right by vote {found['vote_top1']:.4f}   by nearest prototype"
        f" {found['prototype_top1']:.4f}",
        f"  verdicts: ok {found['verdict_ok']:.4f}, uncertain {found['verdict_uncertain']:.4f},"
        f" not a known glyph {found['verdict_not_known']:.4f}",
    ]
    if "ok_precision" in found:
        lines[-1] += f"; right when ok {found['ok_precision']:.4f}"
    if "groups" in found:
        least, mean, most = (found[f"group_recall_at_1_{key}"] for key in ("min", "mean", "max"))
        lines.append(
            f"  recall at 1 of {found['groups']} groups: from {least:.4f} to {most:.4f}, mean"
            f" {mean:.4f}"
        )
    if found["queries_of_no_class"]:
        lines.append(
            f"  {found['queries_of_no_class']} of a class that is not there count as wrong"
        )
    return "\n".join([*lines, *_probable(found), *_pairs(found)])


def _interval(found: Mapping[str, Any], key: str) -> str:
    """` (0.12 to 0.17)` where the ends are known; nothing of metrics of before."""
    if f"{key}_low" not in found:
        return ""
    return f" ({found[f'{key}_low']:.2f} to {found[f'{key}_high']:.2f})"


RECOGNISERS = ("phase2", "baseline", "fusion", "font")
"""Those of glyphs; `font` is the fusion, the glyphs of a font read together."""
LEADS_OVER = {"phase2": "baseline", "fusion": "baseline", "font": "fusion"}
"""Which one each is compared with."""


_GROUPS = ("near", "far")

_ROWS = (
    "strict_top1",
    "strict_top5",
    "strict_top10",
    "strict_macro_f1",
    "strict_weighted_f1",
    "shape_top1",
    "shape_top5",
    "shape_top10",
    "shape_macro_f1",
    "shape_weighted_f1",
    "text_top1",
    "text_top5",
    "text_top10",
    "letter_top1",
    "letter_top5",
    "letter_top10",
    "strict_top1_family_mean",
    "shape_top1_family_mean",
    "text_top1_family_mean",
    "letter_top1_family_mean",
    "diacritics_strict_top1",
    "diacritics_shape_top1",
    "ligatures_strict_top1",
    "ligatures_shape_top1",
    "brier",
    "uncalibrated_brier",
    "calibration_error",
    "uncalibrated_calibration_error",
    "conformal_coverage",
    "conformal_coverage_family_mean",
    "conformal_coverage_family_min",
    "conformal_set_size",
    "conformal_95_coverage_family_mean",
    "conformal_95_set_size",
)


def summary(
    metrics: Mapping[str, Mapping[str, Any]], validation: Mapping[str, Mapping[str, Any]]
) -> str:
    """Text table of metrics by recogniser name, each beside the ceiling where it has one.

    Below stand those on the validation families, which choices are made by.
    """
    shown = [name for name in RECOGNISERS if name in metrics]
    lines = []
    if "phase1" in metrics:
        cells = metrics["phase1"]
        lines += [
            "Phase 1, cell -> primitive, on the cells of the test families (ceiling 1)",
            f"  accuracy {cells['accuracy']:.4f}   inked cells only {cells['accuracy_inked']:.4f}"
            f"   inked cells taken for empty {cells['empty_false_positive_rate']:.4f}",
            "",
        ]
    if shown:
        first = metrics[shown[0]]
        lines += [
            f"Glyph -> label, on {first['glyphs']} glyphs of {first['labels']} labels from "
            f"{first['families']} test families",
        ]
        scores = {name: metrics[name] for name in shown}
        lines += _table(scores, [row for row in _ROWS if row in first])
        lines += _spread(scores)
        lines += _validated({name: validation[name] for name in shown if name in validation})
    if "unknowns" in metrics:
        lines += ["", *_unknowns(metrics["unknowns"])]
    if "analysis" in metrics:
        found = metrics["analysis"]
        mended, made = found["errors_mended_by_true_grid"], found["errors_made_by_true_grid"]
        lines += [
            "",
            f"phase2 takes {found['errors']} glyphs for another shape: {found['errors_of_dots']} "
            f"miss the dots alone, {found['errors_of_form']} the form.",
            f"With true primitives {mended} of these errors vanish and {made} others appear.",
            "The worst, with pictures: outputs/analysis/confusions.html",
        ]
    if "machine" in metrics:
        lines += ["", f"Computed on {metrics['machine']['machine']}."]
    return "\n".join(lines)


def _unknowns(found: Mapping[str, Any]) -> list[str]:
    """A line a detector of what is no known glyph, and what the one in use does."""
    lines = [
        "Known glyph or not: AUROC, and share of unknowns that pass where 95% of the known do",
        f"  {'':20}{'near':>8}{'passes':>8}{'far':>8}{'passes':>8}",
    ]
    for detector in DETECTORS:
        keys = [f"{detector}_{group}_{score}" for group in _GROUPS for score in ("auroc", "fpr95")]
        if any(key in found for key in keys):
            cells = [f"{found[key]:8.4f}" if key in found else f"{'-':>8}" for key in keys]
            lines.append(f"  {detector:20}{''.join(cells)}")
    flagged = [
        f"{found[f'flagged_{group}']:.4f} of {group} unknowns"
        for group in _GROUPS
        if f"flagged_{group}" in found
    ]
    lines.append(
        f"  by {found['rule']} {' and '.join([*flagged, format(found['false_rejects'], '.4f')])}"
        f" of known glyphs are no known glyph; of the worst family"
        f" {found['false_rejects_family_max']:.4f}"
    )
    return lines


def _table(shown: Mapping[str, Mapping[str, Any]], rows: Sequence[str]) -> list[str]:
    """A line of names, then one a metric, each with its ceiling if it has one."""
    first = next(iter(shown.values()))
    lines = ["  " + f"{'':34}" + "".join(f"{name:>10}" for name in (*shown, "ceiling"))]
    for row in rows:
        ceiling = first.get(f"{row}_ceiling")
        lines.append(
            f"  {row:34}"
            + "".join(
                f"{found[row]:10.4f}" if row in found else " " * 10 for found in shown.values()
            )
            + (f"{ceiling:10.4f}" if ceiling is not None else "")
        )
    return lines


def _spread(shown: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Lines on how families differ, and how far scores would move had others been asked."""
    lines = []
    for kind in READINGS:
        key = f"{kind}_top1"
        for title, about, ends in (
            ("by family", f"{key}_family", ("_min", "_max")),
            ("interval", key, ("_low", "_high")),
            ("mean interval", f"{key}_family_mean", ("_low", "_high")),
        ):
            if all(about + ends[1] in found for found in shown.values()):
                spans = ["-".join(f"{f[about + end]:.2f}" for end in ends) for f in shown.values()]
                lines.append(f"  {f'{key} {title}':34}" + "".join(f"{s:>10}" for s in spans))
    for name, found in shown.items():
        if "shape_top1_lead" in found:
            low, high = found["shape_top1_lead_low"], found["shape_top1_lead_high"]
            lines.append(
                f"  {name} is {found['shape_top1_lead']:+.4f} ({low:+.3f} to {high:+.3f}) ahead of"
                f" {LEADS_OVER[name]} in shape_top1"
            )
    return lines


def _validated(shown: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """The scores that choices are made by."""
    if not shown:
        return []
    first = next(iter(shown.values()))
    lines = [
        f"On {first['glyphs']} glyphs of {first['families']} validation families, by which choices"
        " are made",
    ]
    keys = [f"{kind}_top1{end}" for kind in READINGS for end in ("", "_family_mean")]
    return lines + _table(shown, keys)


def read_metrics(folder: Path) -> dict[str, Fields]:
    """The JSON files of a folder by name; a metric that one lacks is named with the file."""
    files = sorted(folder.glob("*.json"))
    return {
        path.stem: Fields(read_json(path, dict[str, int | float | str]), path) for path in files
    }


def report(outputs: Path) -> str:
    """All that there is to say about the metrics of a run; empty when there are none."""
    parts = [
        summary(read_metrics(outputs / "metrics"), read_metrics(outputs / "val_metrics")),
        corpus_summary(read_metrics(outputs / "corpus_metrics")),
    ]
    return "\n\n".join(part for part in parts if part)


def main(outputs: Path) -> int:
    """Print the report on a folder of outputs; 1 when there is nothing to say."""
    try:
        text = report(outputs)
    except (ValueError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    if not text:
        print(f"{outputs} holds no metrics: run `make run`", file=sys.stderr)
        return 1
    print(text)
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
