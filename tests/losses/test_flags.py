"""Flags beside the class, while it is learnt."""

import torch

from rasm.losses.flags import Flagged
from rasm.nets.raster_cnn import RasterCNN

RASTERS = torch.rand(3, 1, 64, 64, generator=torch.Generator().manual_seed(0))
CUES = torch.ones(3, 4)


def flagged(size_cues: bool = False) -> Flagged:
    torch.manual_seed(0)
    return Flagged(RasterCNN(5, 4, dropout=0.0, size_cues=size_cues), 7)


def test_in_training_it_answers_both_from_the_same_features() -> None:
    model = flagged().train()
    logits, flags = model(RASTERS)
    features = model.network.encode(RASTERS)
    torch.testing.assert_close(logits, model.network.head(features))
    torch.testing.assert_close(flags, model.flags(features))
    assert flags.shape == (3, 7)


def test_in_evaluation_it_is_the_network() -> None:
    model = flagged().eval()
    assert torch.equal(model(RASTERS), model.network(RASTERS))


def test_cues_pass_through_to_the_head_alone() -> None:
    model = flagged(size_cues=True).train()
    one, two = model(RASTERS, CUES), model(RASTERS, 2 * CUES)
    assert not torch.allclose(one[0], two[0])
    torch.testing.assert_close(one[1], two[1])


def test_flags_teach_the_network_s_features() -> None:
    model = flagged().train()
    model(RASTERS)[1].square().sum().backward()
    assert all(p.grad is not None and p.grad.any() for p in model.network.body.parameters())
    assert model.network.head.linear.weight.grad is None
