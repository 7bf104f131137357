"""Backbones of torchvision: how their weights are found, and what they are shown.

One backbone of each family is run; of the large ones the shapes are worked out without numbers.
"""

from pathlib import Path
from typing import Any, get_args
from urllib.error import URLError

import pytest
import torch
from torch import Tensor
from torchvision.models import mobilenet_v3_small
from torchvision.transforms.v2.functional import normalize

from rasm.nets.imagenet import MEAN, STD
from rasm.nets.torchvision_backbone import TorchvisionBackbone, TorchvisionName
from tests.nets.small import embedder

RUN = ("resnet18", "efficientnet_b0", "mobilenet_v2", "mobilenet_v3_small")
LARGE = tuple(name for name in get_args(TorchvisionName) if name not in RUN)
FILE = "mobilenet_v3_small-047dcff4.pth"  # as torchvision names it


def pictures(channels: int) -> Tensor:
    return torch.rand(2, channels, 64, 64, generator=torch.Generator().manual_seed(0))


@pytest.mark.parametrize(("name", "channels"), [*zip(RUN, (1, 3, 1, 3), strict=True)])
def test_embeddings_have_unit_length(name: str, channels: int) -> None:
    torch.manual_seed(0)
    network = embedder(backbone={"kind": "torchvision", "name": name}, channels=channels)
    with torch.inference_mode():
        # In evaluation, fresh norms let next to nothing through a deep network.
        embeddings = network.train()(pictures(channels))
    assert embeddings.shape == (2, 5) and embeddings.dtype == torch.float32
    torch.testing.assert_close(embeddings.norm(dim=1), torch.ones(2))
    assert not torch.equal(embeddings[0], embeddings[1])


@pytest.mark.slow
@pytest.mark.parametrize("name", LARGE)
def test_large_backbones_fit_their_heads(name: str) -> None:
    with torch.device("meta"), torch.inference_mode():  # no memory for weights
        network = embedder(backbone={"kind": "torchvision", "name": name}).eval()
        assert network(torch.empty(2, 1, 64, 64)).shape == (2, 5)


def test_a_grey_picture_is_shown_as_a_photograph_of_ink_on_white() -> None:
    torch.manual_seed(0)
    grey = TorchvisionBackbone("mobilenet_v3_small", channels=1).eval()
    colour = TorchvisionBackbone("mobilenet_v3_small", channels=3).eval()
    colour.load_state_dict(grey.state_dict())
    with torch.inference_mode():
        seen = grey(pictures(1))
        paper = normalize(torch.cat([1 - pictures(1)] * 3, dim=1), list(MEAN), list(STD))
        torch.testing.assert_close(seen, colour(paper))
        assert not torch.equal(seen, colour(pictures(3)))


def test_an_unknown_name_is_refused() -> None:
    with pytest.raises(ValueError, match="no backbone 'resnet19': there are resnet18, "):
        TorchvisionBackbone("resnet19", channels=3)


def test_without_a_connection_the_error_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise URLError("no route to host")

    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    monkeypatch.setattr(torch.hub, "urlopen", refuse)
    with pytest.raises(OSError) as caught:
        TorchvisionBackbone("mobilenet_v3_small", channels=3).start_from("IMAGENET1K_V1")
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
    backbone: Any = TorchvisionBackbone("mobilenet_v3_small", channels=1)
    before = backbone.body.features.state_dict()["0.0.weight"].clone()
    backbone.start_from("IMAGENET1K_V1")
    own, given = backbone.body.features.state_dict(), trained.features.state_dict()
    assert not torch.equal(own["0.0.weight"], before)
    assert own.keys() == given.keys()
    assert all(torch.equal(own[name], given[name]) for name in own)
