"""Photographs of stripes, and the colours that a network is shown of them."""

import numpy as np
import torch

from rasm.inputs.pictures import PixelArray

RED, GREEN, BLUE = (255, 0, 0), (0, 255, 0), (0, 0, 255)


def stripes(*colours: tuple[int, int, int], width: int = 32, height: int = 32) -> PixelArray:
    """Upright stripes of these colours, equally wide."""
    row = np.repeat(np.array(colours, dtype=np.uint8), width // len(colours), axis=0)
    return np.tile(row, (height, 1, 1))


FLAG = stripes(RED, BLUE)


def shown(seen: torch.Tensor) -> list[list[float]]:
    """The colours of the pixels down the left, the middle and the right."""
    scaled = seen * torch.tensor([0.229, 0.224, 0.225])[:, None, None]
    levels = (255 * (scaled + torch.tensor([0.485, 0.456, 0.406])[:, None, None])).round()
    return [levels[:, 16, column].tolist() for column in (4, 16, 28)]
