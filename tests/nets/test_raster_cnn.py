"""The one-stage baseline: shapes, size by hand, and that every layer is used."""

import pytest
import torch

from tests.nets.small import raster_cnn


@pytest.mark.parametrize(("width", "blocks", "size"), [(4, 1, 128), (4, 2, 128), (8, 3, 64)])
def test_shapes(width: int, blocks: int, size: int) -> None:
    network = raster_cnn(classes=11, width=width, blocks=blocks).eval()
    rasters = torch.rand(3, 1, size, size)
    assert network(rasters).shape == (3, 11)
    maps = network.maps(rasters)
    assert maps.shape == (3, 4 * width, size // 32, size // 32)
    torch.testing.assert_close(network.features(rasters), maps.mean(dim=(2, 3)))


def test_the_stem_reads_every_channel() -> None:
    torch.manual_seed(0)
    network = raster_cnn(channels=["ink", "distance", "skeleton"]).eval()
    assert network.channels == ("ink", "distance", "skeleton")
    rasters = torch.rand(1, 3, 64, 64)
    logits = network(rasters)
    for place in range(3):
        less = rasters.clone()
        less[:, place] = 0
        assert not torch.allclose(network(less), logits)


def test_size_is_what_adds_up_by_hand() -> None:
    """Width 4, one block a halving, 10 classes; a norm has two numbers a channel."""

    def halving(inputs: int, outputs: int) -> int:
        body = 9 * inputs * outputs + 9 * outputs * outputs + 2 * 2 * outputs
        shortcut = 0 if inputs == outputs else inputs * outputs + 2 * outputs  # 1x1 and its norm
        return body + shortcut

    stem = 8 * 8 * 4 + 2 * 4
    expected = stem + halving(4, 4) + halving(4, 8) + halving(8, 16) + 17 * 10
    assert sum(p.numel() for p in raster_cnn(classes=10).parameters()) == expected


def test_every_parameter_learns() -> None:
    torch.manual_seed(0)
    network = raster_cnn(blocks=2)
    torch.nn.functional.cross_entropy(network(torch.rand(4, 1, 64, 64)), torch.arange(4)).backward()
    assert all(p.grad is not None and p.grad.any() for p in network.parameters())


def test_a_glyph_s_answer_does_not_depend_on_its_company() -> None:
    torch.manual_seed(0)
    network = raster_cnn().eval()
    rasters = torch.rand(4, 1, 64, 64)
    torch.testing.assert_close(network(rasters)[1:2], network(rasters[1:2]))
