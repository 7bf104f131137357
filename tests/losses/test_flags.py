"""Flags beside the class, while it is learnt."""

import numpy as np
import pytest
import torch

from rasm.losses.flags import Flagged, flag_loss
from tests.nets.small import raster_cnn

RASTERS = torch.rand(3, 1, 64, 64, generator=torch.Generator().manual_seed(0))
CUES = torch.ones(3, 4)


def flagged(size_cues: bool = False) -> Flagged:
    torch.manual_seed(0)
    return Flagged(raster_cnn(size_cues=size_cues), 7)


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


def test_flag_loss_by_hand() -> None:
    """Logit 0 costs log 2 either way; what is not known costs nothing, even if all is unknown."""
    marks = torch.tensor([[0.0, 50.0], [0.0, 50.0]])
    flags = torch.tensor([[1.0, float("nan")], [0.0, float("nan")]])
    assert float(flag_loss(marks, flags)) == pytest.approx(np.log(2))
    assert float(flag_loss(marks, flags * float("nan"))) == 0.0
