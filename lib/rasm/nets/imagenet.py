"""How networks that were trained on ImageNet are shown pictures."""

from torch import Tensor

MEAN = (0.485, 0.456, 0.406)
STD = (0.229, 0.224, 0.225)


def photograph(ink: Tensor) -> Tensor:
    """Ink (B, 1, S, S) in [0, 1] as dark on white paper: (B, 3, S, S), normalised."""
    mean, std = (ink.new_tensor(of).view(1, 3, 1, 1) for of in (MEAN, STD))
    shown: Tensor = (1 - ink - mean) / std
    return shown
