"""What both backbones of phase 2 share: an embedding that may start as pictures of primitives."""

import torch

from rasm.nets.grid_net import GridNet

CENTROIDS = torch.rand(19, 64, generator=torch.Generator().manual_seed(0))


def test_embedding_starts_as_the_pictures_and_empty_as_nothing() -> None:
    network = GridNet(20, 64)
    network.start_from(CENTROIDS)
    assert not network.embed.weight[0].any()
    torch.testing.assert_close(network.embed.weight[1:].detach(), 2 * CENTROIDS)
    assert network.embed.weight.requires_grad


def test_more_features_than_pixels_keep_all_distances() -> None:
    """Rows of an orthogonal matrix: a rotation into the larger space."""
    torch.manual_seed(0)
    network = GridNet(20, 96)
    network.start_from(CENTROIDS)
    embedded = network.embed.weight[1:].detach()
    torch.testing.assert_close(
        torch.cdist(embedded, embedded), 2 * torch.cdist(CENTROIDS, CENTROIDS), atol=1e-3, rtol=1e-3
    )


def test_fewer_features_than_pixels_never_enlarge_a_distance() -> None:
    torch.manual_seed(0)
    network = GridNet(20, 16)
    network.start_from(CENTROIDS)
    embedded = network.embed.weight[1:].detach()
    before, after = 2 * torch.cdist(CENTROIDS, CENTROIDS), torch.cdist(embedded, embedded)
    assert (after <= before + 1e-3).all()
    assert after.max() > 0
