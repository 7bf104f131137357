"""Ink as a photograph, against torchvision's own transform for ImageNet's weights."""

import torch
from torchvision.models import ResNet18_Weights
from torchvision.transforms.v2 import functional as F

from rasm.nets.imagenet import MEAN, STD, photograph


def test_the_numbers_are_those_of_the_weights() -> None:
    transform = ResNet18_Weights.IMAGENET1K_V1.transforms()
    assert (tuple(transform.mean), tuple(transform.std)) == (MEAN, STD)


def test_ink_is_dark_and_paper_white() -> None:
    ink = torch.tensor([0.0, 0.25, 1.0]).reshape(3, 1, 1, 1)
    paper = (1 - ink).expand(3, 3, 1, 1)
    torch.testing.assert_close(photograph(ink), F.normalize(paper, list(MEAN), list(STD)))
