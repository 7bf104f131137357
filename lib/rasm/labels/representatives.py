"""The font that stands for its family: upright, and nearest weight 400.

The weights of a family are one drawing, so one of them is enough to compare families by. And a
score is comparable only if it is over the same fonts: validation and test families can be asked
about through their one font alone, however many weights were imported to train on.
"""

from collections.abc import Iterable, Mapping
from typing import Literal

from rasm.fonts.database import FontRow
from rasm.fonts.weights import REGULAR, distance_from_regular
from rasm.labels.splits import SPLITS, Split

EvaluateWeights = Literal["regular", "all"]
_SLANTED = ("italic", "oblique")
_PLAIN = ("", "normal", "regular")


def representatives(fonts: Iterable[FontRow]) -> dict[str, str]:
    """File hash of the font that stands for each family.

    Upright before slanted, then nearest weight 400 (of two equally near the heavier; unknown counts
    as 400), then plain before any other style such as `Condensed`, then by hash.
    """
    chosen: dict[str, str] = {}
    for font in sorted(fonts, key=_rank):
        chosen.setdefault(font.family, font.file_hash)
    return chosen


def _rank(font: FontRow) -> tuple[bool, tuple[float, float], bool, str]:
    style = (font.style or "").casefold()
    return (
        any(word in style for word in _SLANTED),
        distance_from_regular(font.weight or REGULAR),
        style not in _PLAIN,
        font.file_hash,
    )


def fonts_of_splits(
    fonts: Mapping[str, FontRow],
    split_of: Mapping[str, Split],
    evaluate_weights: EvaluateWeights,
) -> tuple[dict[Split, list[str]], dict[str, str]]:
    """Sorted file hashes of each split, and of each font left out the one that stands for it.

    `fonts` by file hash, `split_of` by family; fonts of other families are in no split. Training
    has all fonts of its families; so have validation and test where `evaluate_weights` is all.
    """
    chosen = representatives(fonts.values())
    hashes: dict[Split, list[str]] = {split: [] for split in SPLITS}
    left_out: dict[str, str] = {}
    for name in sorted(fonts):
        family = fonts[name].family
        split = split_of.get(family)
        if split is None:
            continue
        if split == "train" or evaluate_weights == "all" or chosen[family] == name:
            hashes[split].append(name)
        else:
            left_out[name] = chosen[family]
    return hashes, left_out
