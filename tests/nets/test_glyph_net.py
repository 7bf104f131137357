"""What all classifiers share: encoder, head, and that options reach the head."""

from typing import Any

import pytest
import torch
from torch import Tensor

from rasm.nets.glyph_net import GlyphNet
from rasm.nets.grid_cnn import GridCNN
from rasm.nets.grid_transformer import GridTransformer
from rasm.nets.raster_cnn import RasterCNN

SMALL: dict[str, Any] = {"vocabulary": 20, "embedding": 4, "width": 8}
GRIDS = torch.randint(0, 20, (3, 16, 16), generator=torch.Generator().manual_seed(0))
RASTERS = torch.rand(3, 1, 64, 64, generator=torch.Generator().manual_seed(0))
CUES = torch.randn(3, 4, generator=torch.Generator().manual_seed(0))


def make(kind: type[GlyphNet], **options: Any) -> tuple[GlyphNet, Tensor]:
    torch.manual_seed(0)
    if kind is RasterCNN:
        return RasterCNN(5, 4, **options).eval(), RASTERS
    return kind(5, **SMALL, **options).eval(), GRIDS  # type: ignore[call-arg]


@pytest.mark.parametrize("kind", [GridCNN, GridTransformer, RasterCNN])
def test_logits_are_the_head_of_what_is_encoded(kind: type[GlyphNet]) -> None:
    network, inputs = make(kind)
    features = network.encode(inputs)
    assert features.shape == (3, network.head.features)
    torch.testing.assert_close(network(inputs), network.head(features))


@pytest.mark.parametrize("kind", [GridCNN, GridTransformer, RasterCNN])
def test_cosine_logits_are_within_their_scale(kind: type[GlyphNet]) -> None:
    network, inputs = make(kind, cosine_scale=20.0)
    assert network(inputs).abs().max() <= 20.0 + 1e-4


@pytest.mark.parametrize("kind", [GridCNN, GridTransformer, RasterCNN])
def test_cues_reach_the_head(kind: type[GlyphNet]) -> None:
    network, inputs = make(kind, size_cues=True)
    assert not torch.allclose(network(inputs, CUES), network(inputs, CUES + 1))
    with pytest.raises(ValueError, match="size_cues"):
        network(inputs)
