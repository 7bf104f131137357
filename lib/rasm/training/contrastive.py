"""Supervised contrastive loss: like cells near, unlike cells far, judged within one batch.

Khosla et al. 2020, "Supervised Contrastive Learning" (arXiv 2004.11362), equation 2, the variant
with the sum outside the logarithm, which they found the better one.
"""

import torch
from torch import Tensor


def supervised_contrastive(embeddings: Tensor, classes: Tensor, temperature: float) -> Tensor:
    """Scalar loss of embeddings (B, E) of unit length with classes (B,).

    The positives of a row are the other rows of its class; a row without any is no anchor. For an
    anchor i with positives P(i), the loss is the mean over p in P(i) of
    -log(exp(z_i z_p / t) / sum over a != i of exp(z_i z_a / t)). Computed in float32.
    """
    with torch.autocast(embeddings.device.type, enabled=False):
        similarity = embeddings.float() @ embeddings.float().T / temperature
        itself = torch.eye(len(classes), dtype=torch.bool, device=classes.device)
        log_share = torch.log_softmax(similarity.masked_fill(itself, -torch.inf), dim=1)
        positive = (classes[:, None] == classes) & ~itself
        count = positive.sum(dim=1)
        loss = -log_share.masked_fill(~positive, 0).sum(dim=1) / count.clamp_min(1)
        return loss.sum() / (count > 0).sum().clamp_min(1)
