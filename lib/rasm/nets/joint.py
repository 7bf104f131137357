"""Both phases as one differentiable network, for joint fine-tuning.

The forward pass stays hard: each cell is the embedding of its most probable primitive, so that the
tuned pair still works with discrete primitives. The gradient goes through the softmax mixture
instead (straight-through estimator, Bengio et al. 2013).
"""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from rasm.nets.cell_cnn import CellCNN
from rasm.nets.grid_net import GridNet


class JointRecogniser(nn.Module):
    """(B, G * G) pattern numbers to glyph logits and the logits of the distinct cells."""

    def __init__(self, phase1: CellCNN, phase2: GridNet, cells: Tensor) -> None:
        """`cells` (P, 1, c, c) float pictures of all patterns; pattern 0 is empty.

        Raises ValueError for a phase 2 with size cues, which would have nothing to read here.
        """
        super().__init__()
        if phase2.head.cues is not None:
            raise ValueError(
                "joint tuning gives no size cues: tune a phase 2 that was trained without"
            )
        self.phase1, self.phase2 = phase1, phase2
        self.register_buffer("cells", cells, persistent=False)

    def train(self, mode: bool = True) -> "JointRecogniser":
        """Training mode, but frozen features keep their batch statistics too."""
        super().train(mode)
        if not any(p.requires_grad for p in self.phase1.features.parameters()):
            self.phase1.features.eval()
        return self

    def forward(self, grids: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """(B, classes) glyph logits, (U, vocabulary) cell logits, (U,) their pattern numbers."""
        patterns, where = torch.unique(grids, return_inverse=True)
        cells: Tensor = self.get_buffer("cells")
        cell_logits = self.phase1(cells[patterns])
        soft = F.softmax(cell_logits.float(), dim=1)
        hard = F.one_hot(soft.argmax(dim=1), soft.shape[1]).to(soft.dtype)
        # Empty cells are known to be empty; the network is not asked.
        hard = torch.where((patterns == 0)[:, None], F.one_hot(patterns * 0, soft.shape[1]), hard)
        chosen = hard + soft - soft.detach()
        embedded = (chosen @ self.phase2.embed.weight)[where]
        side = int(grids.shape[1] ** 0.5)
        logits = self.phase2.classify(embedded.reshape(len(grids), side, side, -1))
        return logits, cell_logits, patterns
