"""What the tests of the corpora found, in a few lines to read."""

from collections.abc import Mapping
from typing import Any

_LEVELS = ("light", "seed", "heavy")


def corpus_summary(metrics: Mapping[str, Mapping[str, Any]]) -> str:
    """Text on metrics by corpus name, as the tests of characters, letters and retrieval give."""
    return "\n\n".join(_about(name, found) for name, found in metrics.items())


def _about(name: str, found: Mapping[str, Any]) -> str:
    if "one_shot_error_embedding" in found:
        return _characters(name, found)
    return _retrieval(name, found) if "recall_at_1" in found else _letters(name, found)


def _characters(name: str, found: Mapping[str, Any]) -> str:
    return "\n".join(
        [
            f"Corpus {name}: one of {found['ways']} characters of a script by one picture of each,"
            " in another font",
            f"  {found['trials']} trials in {found['scripts']} scripts that no training saw",
            f"  wrong answers {found['one_shot_error_embedding']:.4f}"
            f"   raw pixels {found['one_shot_error_pixels']:.4f}",
        ]
    )


def _letters(name: str, found: Mapping[str, Any]) -> str:
    lines = [
        f"Corpus {name}: worn letters among clean ones; same or different by a threshold of "
        f"{found['verification_threshold']:.3f}",
        f"  {'wear':8}{'top-1':>8}{'same?':>8}{'at 1.0':>8}{'ROC-AUC':>9}{'EER':>8}",
    ]
    for level in _LEVELS:
        if f"{level}_top1" in found:
            keys = ("accuracy", "accuracy_fixed", "roc_auc", "eer")
            shown = [found[f"{level}_verification_{key}"] for key in keys]
            lines.append(
                f"  {level:8}{found[f'{level}_top1']:8.4f}{shown[0]:8.4f}{shown[1]:8.4f}"
                f"{shown[2]:9.4f}{shown[3]:8.4f}"
            )
    return "\n".join(lines)


def _retrieval(name: str, found: Mapping[str, Any]) -> str:
    lines = [
        f"Corpus {name}: {found['queries']} unseen pictures looked up among {found['gallery']} of"
        f" {found['classes']} classes",
        f"  recall at 1 {found['recall_at_1']:.4f}   at 5 {found['recall_at_5']:.4f}"
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
    return "\n".join(lines)
