"""Heat lies where the answer comes from, and nowhere else."""

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from rasm.nets.raster_cnn import RasterCNN
from rasm.reading.attribution import grad_cam, occlusion, over_cells


class OneCorner(nn.Module):
    """Its first output is ink at the upper left of (B, 1, 8, 8), the second at the lower right."""

    def __init__(self) -> None:
        super().__init__()
        self.maps = nn.AvgPool2d(4)

    def forward(self, pictures: Tensor) -> Tensor:
        maps: Tensor = self.maps(pictures)
        return torch.stack([maps[:, 0, 0, 0], 3 * maps[:, 0, 1, 1]], dim=1)


def test_heat_lies_on_what_the_output_reads() -> None:
    """All ink: the first output is 1, the second 3, and their difference speaks twice."""
    network = OneCorner()
    given = torch.ones(1, 1, 8, 8)
    first, lead = grad_cam(
        network, lambda it: it.maps, given, lambda out: [out[:, 0], out[:, 0] - out[:, 1]]
    )
    assert first.tolist() == [[[1, 0], [0, 0]]]
    assert lead.tolist() == [[[1, 0], [0, -3]]]
    assert not network.maps._forward_hooks, "the network is as it was"


@torch.no_grad()
def test_of_a_linear_head_the_sum_of_heat_is_the_logit() -> None:
    torch.manual_seed(0)
    network = toy().eval()
    given = torch.rand(3, 1, 64, 64)
    (heat,) = grad_cam(network, last, given, lambda logits: [logits[:, 1]])
    expected = network(given)[:, 1] - network.head.linear.bias[1]
    torch.testing.assert_close(heat.sum(dim=(1, 2)), expected)


def test_what_is_wiped_out_is_missed_by_its_neighbours_too() -> None:
    """Ink of one cell of 4 x 4 counts, in a picture full of ink: its 3 x 3 neighbourhood does."""
    lost = occlusion(lambda one: one[:, 2:4, 2:4].sum(dim=(1, 2)), torch.ones(8, 8), cells=4)
    assert lost[:3, :3].tolist() == [[4.0] * 3] * 3
    assert lost.sum() == 36


def test_without_reach_a_cell_alone_is_wiped_out() -> None:
    lost = occlusion(lambda one: one[:, 2:4, 2:4].sum(dim=(1, 2)), torch.ones(8, 8), 4, reach=0)
    assert lost[1, 1] == lost.sum() == 4


def test_nothing_is_lost_where_there_is_no_ink() -> None:
    picture = torch.zeros(8, 8)
    picture[0, 0] = 1
    lost = occlusion(lambda one: one.sum(dim=(1, 2)) ** 2, picture, cells=4)
    assert lost[:2, :2].tolist() == [[1, 1], [1, 1]] and lost.sum() == 4
    assert not occlusion(lambda one: one.sum(dim=(1, 2)), torch.zeros(8, 8), cells=4).any()


def test_heat_of_cells_is_as_it_was() -> None:
    heat = torch.rand(1, 16, 16)
    assert over_cells(heat, 16) is heat
    assert over_cells(torch.ones(1, 4, 4), 16).tolist() == torch.ones(1, 16, 16).tolist()


def test_training_brings_the_heat_to_the_dot_that_tells_the_classes_apart() -> None:
    """A stroke anywhere, and a dot at the lower right or none: only who learnt it looks there."""
    torch.manual_seed(0)
    network = toy()
    cam, lost = share_on_dot(network)
    optimizer = torch.optim.Adam(network.parameters(), lr=0.01)
    network.train()
    for _ in range(30):
        pictures, dotted = letters(24)
        optimizer.zero_grad()
        F.cross_entropy(network(pictures), dotted).backward()
        optimizer.step()
    trained_cam, trained_lost = share_on_dot(network)
    assert trained_lost > 0.9 and lost < 0.5
    assert trained_cam > cam


def share_on_dot(network: RasterCNN) -> tuple[float, float]:
    """Of warm heat, by both methods, what lies in the quarter that the dot is in."""
    network.eval()
    pictures, dotted = letters(16)
    pictures = pictures[dotted == 1]
    (cam,) = grad_cam(network, last, pictures, lambda logits: [logits[:, 1] - logits[:, 0]])
    with torch.inference_mode():
        lost = torch.stack(
            [occlusion(lambda one: network(one) @ torch.tensor([-1.0, 1]), p, 8) for p in pictures]
        )
    found = []
    for heat in (cam, lost):
        warm, half = heat.clamp_min(0), heat.shape[1] // 2
        share = warm[:, half:, half:].sum() / warm.sum().clamp_min(1e-6)
        found.append(float(share))
    return found[0], found[1]


def letters(count: int) -> tuple[Tensor, Tensor]:
    """Pictures (N, 1, 64, 64), and which have the dot."""
    pictures, dotted = torch.zeros(count, 1, 64, 64), torch.randint(2, (count,))
    for picture, dot in zip(pictures[:, 0], dotted.tolist(), strict=True):
        top, left = torch.randint(4, 28, (2,)).tolist()
        picture[top : top + 3, 4:60] = 1
        picture[4:60, left : left + 3] = 1
        if dot:
            picture[44:52, 44:52] = 1
    return pictures, dotted


def toy() -> RasterCNN:
    plain = {"dropout": 0.0, "cosine_scale": None, "size_cues": False}
    return RasterCNN(2, width=4, blocks=1, channels=["ink"], **plain)  # type: ignore[arg-type]


def last(network: RasterCNN) -> nn.Module:
    return list(network.body.children())[-1]


@pytest.fixture(autouse=True)
def _seeded() -> None:
    torch.manual_seed(0)
