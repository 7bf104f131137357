"""A ranker whose score is the contrast of a picture, over an embedder of random weights."""

from pathlib import Path
from typing import Any

import torch

from rasm.nets.ranker import RankerNet
from rasm.nets.weights import save_weights, weights_sha256
from rasm.reading.legibility import MEASURES

CONTRAST = 2  # its place among the measures


def save_ranker(folder: Path, over: Path, limit: float = 0.5, **card: Any) -> Path:
    """Write it as `train_ranker` does, over that embedder; below `limit`, a contrast, reshoot."""
    network = RankerNet(0, 0, MEASURES, (1,), 0.0, False, (2, 16))
    with torch.no_grad():
        for weight in network.parameters():
            weight.zero_()
        network.siamese_tower[0].weight[0, CONTRAST] = 1
        network.comparison_head.weight[0, 0] = 1
    features = {"clip": {"kind": "none"}, "embedding": False, "quality": True, "gap": False}
    features["turns"] = 0
    told = {
        "architecture": network.metadata,
        "embedder": weights_sha256(over),
        "clip": "",
        "features": features,
        "reject": {"by": "ranker", "limit": limit},
    }
    save_weights(folder, network, {**told, **card})
    return folder
