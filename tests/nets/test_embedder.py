"""Embedders of the small backbone, and what of every backbone is set free first."""

from typing import Any

import pytest
import torch
from torch import Tensor, nn

from rasm.nets.embedder import Embedder, last_blocks
from tests.nets.small import embedder


def pictures(channels: int) -> Tensor:
    return torch.rand(2, channels, 64, 64, generator=torch.Generator().manual_seed(0))


def made(layout: int = 1, **settings: Any) -> Embedder:
    torch.manual_seed(0)
    return embedder(backbone={"kind": "small", "width": 4, "layout": layout}, **settings).eval()


def weightless(name: str) -> Embedder:
    """Built, but with no memory for its weights."""
    of_ours = {"kind": "small", "width": 4, "layout": 1}
    with torch.device("meta"):
        return embedder(
            backbone=of_ours if name == "small" else {"kind": "torchvision", "name": name}
        )


@pytest.mark.parametrize("channels", [1, 3])
def test_embeddings_have_unit_length(channels: int) -> None:
    with torch.inference_mode():
        embeddings = made(channels=channels)(pictures(channels))
    assert embeddings.shape == (2, 5) and embeddings.dtype == torch.float32
    torch.testing.assert_close(embeddings.norm(dim=1), torch.ones(2))
    assert not torch.equal(embeddings[0], embeddings[1])


def test_length_is_one_in_low_precision_too() -> None:
    with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16):
        embeddings = made()(pictures(1))
    assert embeddings.dtype == torch.float32
    torch.testing.assert_close(embeddings.norm(dim=1), torch.ones(2))


def test_sizes_are_what_adds_up_by_hand() -> None:
    """Width 4, RGB; a norm has two numbers a channel."""

    def halving(inputs: int, outputs: int) -> int:
        body = 9 * inputs * outputs + 9 * outputs * outputs + 2 * 2 * outputs
        return body + inputs * outputs + 2 * outputs  # the 1x1 shortcut and its norm

    body = 5 * 5 * 3 * 4 + 2 * 4 + halving(4, 8) + halving(8, 16) + halving(16, 32)
    sizes: list[tuple[dict[str, Any], int]] = [
        ({"kind": "linear"}, 33 * 7),
        ({"kind": "mlp", "dropout": 0.5}, 33 * 7 + 8 * 7),
    ]
    for head, size in sizes:
        network = made(head=head, channels=3, dimension=7)
        assert sum(p.numel() for p in network.parameters()) == body + size
        assert network.dimension == 7


def test_every_parameter_learns_and_dropout_is_where_it_is_asked_for() -> None:
    network = made(head={"kind": "mlp", "dropout": 0.5}).train()
    network(pictures(1))[:, 0].sum().backward()
    assert all(p.grad is not None and p.grad.isfinite().all() for p in network.parameters())
    assert [module.p for module in network.modules() if isinstance(module, nn.Dropout)] == [0.5]


def test_an_answer_does_not_depend_on_its_company() -> None:
    network = made()
    with torch.inference_mode():
        torch.testing.assert_close(network(pictures(1))[1:], network(pictures(1)[1:]))


def test_what_does_not_exist_is_refused() -> None:
    with pytest.raises(ValueError, match="there is no backbone 'vgg'; there are small and"):
        embedder(backbone={"kind": "vgg"})
    with pytest.raises(ValueError, match=r"2 channels: .* grey \(1\) or RGB \(3\)"):
        embedder(channels=2)


@pytest.mark.parametrize(
    ("backbone", "names"),
    [
        ("small", ["body.4", "body.5"]),
        ("resnet18", ["body.layer3", "body.layer4"]),
        ("resnet50", ["body.layer3", "body.layer4"]),
        ("efficientnet_b0", ["body.features.7", "body.features.8"]),
        ("efficientnet_v2_s", ["body.features.6", "body.features.7"]),
        ("mobilenet_v2", ["body.features.17", "body.features.18"]),
        ("mobilenet_v3_small", ["body.features.11", "body.features.12"]),
    ],
)
def test_last_blocks(backbone: str, names: list[str]) -> None:
    network = weightless(backbone)
    name_of = {module: name for name, module in network.backbone.named_modules()}
    assert [name_of[block] for block in last_blocks(network, 2)] == names
    assert [name_of[block] for block in last_blocks(network, 1)] == names[1:]
    assert last_blocks(network, 0) == []
    every = last_blocks(network, 99)
    assert {p for block in every for p in block.parameters()} == set(network.backbone.parameters())
    assert last_blocks(network, len(every) + 1) == every


def test_layout_tells_where_ink_lies() -> None:
    """Of the same ink in another quarter, a mean over all sees little."""
    here, there = torch.zeros(2, 1, 1, 128, 128)
    here[..., 24:40, 24:40] = there[..., 88:104, 88:104] = 1
    with torch.inference_mode():
        apart = [
            float((features(here) - features(there)).norm() / features(here).norm())
            for features in (made(layout=n).backbone for n in (1, 2))
        ]
    assert apart[0] < 0.3 < 1 < apart[1]


def test_a_neck_spreads_fresh_embeddings() -> None:
    shown = torch.rand(16, 1, 64, 64, generator=torch.Generator().manual_seed(0))
    crowded, around = (made(neck=neck).train()(shown).detach() for neck in (False, True))
    assert torch.pdist(around).mean() > 1 > 2 * torch.pdist(crowded).mean()
    torch.testing.assert_close(around.norm(dim=1), torch.ones(16))
