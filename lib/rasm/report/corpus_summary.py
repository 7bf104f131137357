"""What the tests of the corpora found, in a few lines to read."""

from collections.abc import Mapping
from typing import Any

_LEVELS = ("light", "seed", "heavy")


def corpus_summary(metrics: Mapping[str, Mapping[str, Any]]) -> str:
    """Text on metrics by corpus name, as `examine_characters` and `examine_letters` give them."""
    return "\n\n".join(
        _characters(name, found) if "one_shot_error_embedding" in found else _letters(name, found)
        for name, found in metrics.items()
    )


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
