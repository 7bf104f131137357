"""Embedders of every backbone, how their weights are found, and what is set free first.

One backbone of each family is run; of the large ones the shapes are worked out without numbers.
"""

from pathlib import Path
from typing import Any, get_args
from urllib.error import URLError

import pytest
import torch
from torch import Tensor, nn
from torchvision.models import mobilenet_v3_small
from torchvision.transforms.v2.functional import normalize

from rasm.nets.embedder import Backbone, Embedder, last_blocks
from rasm.nets.imagenet import MEAN, STD

RUN = ("small", "resnet18", "efficientnet_b0", "mobilenet_v2", "mobilenet_v3_small")
LARGE = tuple(name for name in get_args(Backbone) if name not in RUN)
FILE = "mobilenet_v3_small-047dcff4.pth"  # as torchvision names it


def pictures(channels: int) -> Tensor:
    return torch.rand(2, channels, 64, 64, generator=torch.Generator().manual_seed(0))


def made(backbone: Any, **settings: Any) -> Embedder:
    torch.manual_seed(0)
    return Embedder(backbone, 5, **settings).eval()


def weightless(backbone: Any, **settings: Any) -> Embedder:
    """Built, but with no memory for its weights."""
    with torch.device("meta"):
        return Embedder(backbone, 5, **settings).eval()


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("backbone", RUN)
def test_embeddings_have_unit_length(backbone: str, channels: int) -> None:
    with torch.inference_mode():
        # In evaluation, fresh norms let next to nothing through a deep network.
        embeddings = made(backbone, channels=channels).train()(pictures(channels))
    assert embeddings.shape == (2, 5) and embeddings.dtype == torch.float32
    torch.testing.assert_close(embeddings.norm(dim=1), torch.ones(2))
    assert not torch.equal(embeddings[0], embeddings[1])


@pytest.mark.parametrize("backbone", LARGE)
def test_large_backbones_fit_their_heads(backbone: str) -> None:
    with torch.inference_mode():
        shapes = weightless(backbone)(torch.empty(2, 1, 64, 64, device="meta")).shape
    assert shapes == (2, 5)


def test_a_grey_picture_is_shown_as_a_photograph_of_ink_on_white() -> None:
    grey, colour = made("mobilenet_v3_small", channels=1), made("mobilenet_v3_small", channels=3)
    with torch.inference_mode():
        seen = grey(pictures(1))
        paper = normalize(torch.cat([1 - pictures(1)] * 3, dim=1), list(MEAN), list(STD))
        torch.testing.assert_close(seen, colour(paper))
        assert not torch.equal(seen, colour(pictures(3)))


def test_length_is_one_in_low_precision_too() -> None:
    with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16):
        embeddings = made("small", width=4)(pictures(1))
    assert embeddings.dtype == torch.float32
    torch.testing.assert_close(embeddings.norm(dim=1), torch.ones(2))


def test_sizes_are_what_adds_up_by_hand() -> None:
    """Width 4, RGB; a norm has two numbers a channel."""

    def halving(inputs: int, outputs: int) -> int:
        body = 9 * inputs * outputs + 9 * outputs * outputs + 2 * 2 * outputs
        return body + inputs * outputs + 2 * outputs  # the 1x1 shortcut and its norm

    body = 5 * 5 * 3 * 4 + 2 * 4 + halving(4, 8) + halving(8, 16) + halving(16, 32)
    heads = {"linear": 33 * 7, "mlp": 33 * 7 + 8 * 7}
    for head, size in heads.items():
        network = Embedder("small", 7, head=head, channels=3, width=4)  # type: ignore[arg-type]
        assert sum(p.numel() for p in network.parameters()) == body + size
        assert network.dimension == 7


def test_every_parameter_learns_and_dropout_is_where_it_is_asked_for() -> None:
    network = made("small", width=4, head="mlp", dropout=0.5).train()
    network(pictures(1))[:, 0].sum().backward()
    assert all(p.grad is not None and p.grad.isfinite().all() for p in network.parameters())
    assert [module.p for module in network.modules() if isinstance(module, nn.Dropout)] == [0.5]


def test_an_answer_does_not_depend_on_its_company() -> None:
    network = made("small", width=4)
    with torch.inference_mode():
        torch.testing.assert_close(network(pictures(1))[1:], network(pictures(1)[1:]))


def test_what_does_not_exist_is_refused() -> None:
    with pytest.raises(ValueError, match="small backbone has no ImageNet weights: set weights"):
        Embedder("small", 5, weights="IMAGENET1K_V1")
    with pytest.raises(ValueError, match=r"2 channels: .* grey \(1\) or RGB \(3\)"):
        Embedder("small", 5, channels=2)


def test_without_a_connection_the_error_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise URLError("no route to host")

    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    monkeypatch.setattr(torch.hub, "urlopen", refuse)
    with pytest.raises(OSError) as caught:
        Embedder("mobilenet_v3_small", 5, weights="IMAGENET1K_V1")
    message = str(caught.value)
    assert "weights of mobilenet_v3_small could not be fetched" in message
    assert "no route to host" in message
    assert f"put {FILE} into {tmp_path}/hub/checkpoints, or set weights to none" in message


def test_weights_that_lie_where_the_error_says_are_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    folder = tmp_path / "hub" / "checkpoints"
    folder.mkdir(parents=True)
    trained = mobilenet_v3_small()
    torch.save(trained.state_dict(), folder / FILE)
    backbone: Any = Embedder("mobilenet_v3_small", 5, weights="IMAGENET1K_V1").backbone
    for (name, own), given in zip(
        backbone.features.state_dict().items(), trained.features.state_dict().values(), strict=True
    ):
        assert torch.equal(own, given), name


@pytest.mark.parametrize(
    ("backbone", "names"),
    [
        ("small", ["body.4", "body.5"]),
        ("resnet18", ["layer3", "layer4"]),
        ("resnet50", ["layer3", "layer4"]),
        ("efficientnet_b0", ["features.7", "features.8"]),
        ("efficientnet_v2_s", ["features.6", "features.7"]),
        ("mobilenet_v2", ["features.17", "features.18"]),
        ("mobilenet_v3_small", ["features.11", "features.12"]),
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
            for features in (made("small", width=4, layout=n).backbone for n in (1, 2))
        ]
    assert apart[0] < 0.3 < 1 < apart[1]


def test_a_neck_spreads_fresh_embeddings() -> None:
    shown = torch.rand(16, 1, 64, 64, generator=torch.Generator().manual_seed(0))
    crowded, around = (
        made("small", width=4, neck=neck).train()(shown).detach() for neck in (False, True)
    )
    assert torch.pdist(around).mean() > 1 > 2 * torch.pdist(crowded).mean()
    torch.testing.assert_close(around.norm(dim=1), torch.ones(16))
