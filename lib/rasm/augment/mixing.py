"""MixUp and CutMix: pictures between the classes, with targets to match.

A blend of two pictures, or one picture with a window into another, belongs to both classes by the
share of each. Trained so, a network changes its mind gradually and is less sure of nothing.
torchvision mixes each picture with its neighbour in the batch. In a balanced batch the neighbour is
of the same class, so partners are shuffled first.
"""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F
from torchvision.transforms import v2

from rasm.augment.presets import Preset
from rasm.augment.seeding import fresh_seeds, seeded

Mix = Callable[[Tensor, Tensor, torch.Generator], tuple[Tensor, Tensor]]
"""A batch's pictures (B, C, H, W) and classes (B,) int64 to mixed ones and (B, classes) shares."""


def mix(
    pictures: Tensor, targets: Tensor, classes: int, preset: Preset, seed: int
) -> tuple[Tensor, Tensor]:
    """Pictures (B, C, H, W) float and targets (B,) int64 to mixed ones and (B, `classes`) shares.

    One of MixUp and CutMix, with equal chances, for the whole batch; the one whose alpha is 0 is
    never taken, and if both are 0 the pictures stay as they are.
    """
    mixers: list[Any] = []
    if preset.mixup_alpha:
        mixers.append(v2.MixUp(alpha=preset.mixup_alpha, num_classes=classes))
    if preset.cutmix_alpha:
        mixers.append(v2.CutMix(alpha=preset.cutmix_alpha, num_classes=classes))
    if not mixers:
        return pictures, F.one_hot(targets, classes).float()
    with seeded(seed):
        order = torch.randperm(len(pictures)).to(pictures.device)
        mixer = mixers[int(torch.randint(len(mixers), ()))]
        mixed, shares = mixer(pictures[order], targets[order])
    back = order.argsort()
    return mixed[back], shares[back]


def mixer(preset: Preset, classes: int) -> Mix | None:
    """`mix` with a seed from the generator for each batch; None for a preset that mixes nothing."""
    if not (preset.mixup_alpha or preset.cutmix_alpha):
        return None

    def mixed(
        pictures: Tensor, targets: Tensor, generator: torch.Generator
    ) -> tuple[Tensor, Tensor]:
        seed = int(fresh_seeds(1, generator))
        return mix(pictures, targets, classes, preset, seed)

    return mixed
