"""Norms folded for use: the same answers, without a pass over the maps."""

import torch
from torch import nn

from rasm.nets.folding import fold_norms
from rasm.nets.raster_cnn import RasterCNN


def test_a_folded_network_answers_alike_and_has_no_norm_left() -> None:
    torch.manual_seed(2)
    network = RasterCNN(7, 8, 1, 0.1, cosine_scale=None, size_cues=False, channels=["ink"]).eval()
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d):  # as if trained: fresh ones change next to nothing
            for tensor in (module.running_mean, module.bias.data):
                tensor.normal_(0, 0.5)
            for tensor in (module.running_var, module.weight.data):
                tensor.uniform_(0.5, 2)
    rasters = torch.rand(5, 1, 128, 128)
    with torch.inference_mode():
        before = network(rasters)
        after = fold_norms(network)(rasters)
    torch.testing.assert_close(after, before, rtol=1e-4, atol=1e-4)
    assert before.std() > 0.01
    assert not [m for m in network.modules() if isinstance(m, nn.BatchNorm2d)]
