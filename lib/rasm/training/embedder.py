"""What an embedder learns: pictures of one class near each other, those of others far.

A batch holds K pictures of each of P classes. Classes are drawn evenly, so that none is rare in
training; with K = 1, where no loss compares pictures, one may come twice.
The network and what its loss learns (a place for each class, say) are trained as one module; the
network alone is kept.
"""

import math
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from rasm.augment.mixing import Mix
from rasm.losses.embedding import EmbeddingLoss
from rasm.nets.embedder import Embedder, last_blocks
from rasm.training.choosing.trials import Validate
from rasm.training.embedder_params import EmbedderParams, TorchvisionBackboneParams
from rasm.training.task import Batch, Task

Vary = Callable[[Tensor, torch.Generator], Tensor]
"""Row numbers (B,) of training pictures to disturbed pictures (B, C, S, S)."""

_COLLAPSED = 0.05  # mean distance on the unit sphere; at random it is 1.41


def start_weights(network: Embedder, params: EmbedderParams) -> None:
    """Fetch the weights that the backbone is to start from, if any.

    Raises OSError where they cannot be fetched, which says how to bring them.
    """
    wanted = params.backbone
    if isinstance(wanted, TorchvisionBackboneParams) and wanted.weights != "none":
        backbone: Any = network.backbone
        backbone.start_from(wanted.weights)


class Learner(nn.Module):
    """The network and its loss: pictures (B, C, S, S) and their classes to a scalar.

    Classes are (B,) int64, or shares (B, classes) float where the loss takes them.
    """

    def __init__(self, network: Embedder, loss: EmbeddingLoss) -> None:
        super().__init__()
        self.network, self.loss = network, loss

    def forward(self, pictures: Tensor, classes: Tensor, progress: float) -> Tensor:
        """The loss when a share `progress` of all steps is done."""
        value: Tensor = self.loss(self.network(pictures), classes, progress)
        return value


def embedding_task(
    vary: Vary,
    classes: NDArray[np.int64],
    validate: Validate,
    params: EmbedderParams,
    device: torch.device,
    mix: Mix | None = None,
    ahead: int = 1,
) -> Task:
    """Task over N pictures of `classes` (N,), numbered from 0 without a gap, for a Learner.

    `validate` is asked about the network alone. Where it gives `val_spread`, a collapse of the
    embeddings is told. `mix` makes pictures between the classes of each batch; `ahead` batches are
    varied at once. Raises ValueError when the loss takes no such pictures; drawing raises it when
    there are fewer classes than a batch is to hold.
    """
    if mix and not params.loss.takes_shares:
        raise ValueError(
            f"loss {params.loss.kind} takes no pictures that are mixed of two classes: train"
            " without MixUp and CutMix, or by softmax, arcface or subcenter_arcface"
        )
    steps = params.steps(len(classes))
    members = [np.flatnonzero(classes == c) for c in range(int(classes.max()) + 1)]
    ways = params.batch_size // params.per_class

    def batches(generator: torch.Generator) -> Iterator[Batch]:
        if params.per_class > 1 and ways > len(members):
            raise ValueError(
                f"batch_size {params.batch_size} at per_class {params.per_class} asks for {ways}"
                f" classes, there are {len(members)}: lower batch_size or raise per_class"
            )
        drawn = (_drawn(members, ways, params.per_class, generator) for _ in range(steps))
        while several := list(islice(drawn, ahead)):
            rows, labels = (torch.cat(column).to(device) for column in zip(*several, strict=True))
            pictures = vary(rows, generator)
            size = len(several[0][0])
            for batch in zip(torch.split(pictures, size), torch.split(labels, size), strict=True):
                yield mix(*batch, generator) if mix else batch

    def loss(model: nn.Module, batch: Batch, progress: float) -> Tensor:
        value: Tensor = model(*batch, progress)
        return value

    def start_epoch(model: nn.Module, epoch: int) -> None:
        assert isinstance(model, Learner)
        set_free(model.network, params, epoch)

    return Task(
        batches,
        steps,
        loss,
        lambda model: validate(network_of(model)),
        params.chosen_by.monitor,
        groups=lambda model: _groups(model, params),
        start_epoch=start_epoch,
        after_epoch=(tell_collapse,),
        accumulate=params.accumulate,
    )


def tell_collapse(model: nn.Module, epoch: int, metrics: dict[str, float]) -> None:
    """Say so where embeddings have all become one: every loss allows it, and none shows it."""
    if metrics.get("val_spread", math.inf) < _COLLAPSED:
        print(
            "  embeddings have collapsed: pictures of different classes are"
            f" {metrics['val_spread']:.2g} apart on average, of 2 at most; where it lasts, lower"
            " lr, or change the loss or its margin",
            flush=True,
        )


def set_free(network: Embedder, params: EmbedderParams, epoch: int) -> None:
    """Freeze the backbone for the first epochs; then free all of it, or its last blocks only."""
    frozen = epoch < params.frozen_epochs
    whole = not frozen and params.unfreeze_last == 0
    free = [] if frozen else last_blocks(network, params.unfreeze_last)
    for part, learns in [(network.backbone, whole), *((block, True) for block in free)]:
        part.requires_grad_(learns)
        part.train(learns)  # the statistics of batch norm are weights too


def network_of(model: Any) -> nn.Module:
    """The network of a learner, which the loop may have wrapped."""
    network: nn.Module = getattr(model, "module", model).network
    return network


def _drawn(
    members: list[NDArray[np.int64]], ways: int, per_class: int, generator: torch.Generator
) -> tuple[Tensor, Tensor]:
    """Rows and classes of `per_class` pictures each of `ways` classes."""
    if per_class == 1:
        chosen = torch.randint(len(members), (ways,), generator=generator)
    else:
        chosen = torch.randperm(len(members), generator=generator)[:ways]
    rows = torch.cat([_draw(members[c], per_class, generator) for c in chosen])
    return rows, chosen.repeat_interleave(per_class)


def _draw(members: NDArray[np.int64], count: int, generator: torch.Generator) -> Tensor:
    """`count` pictures of a class; each once before any twice."""
    rounds = -(-count // len(members))
    order = [torch.randperm(len(members), generator=generator) for _ in range(rounds)]
    return torch.from_numpy(members)[torch.cat(order)[:count]]


def _groups(model: nn.Module, params: EmbedderParams) -> list[dict[str, Any]]:
    """The backbone at its own rate; what the loss learns is not decayed.

    The head comes first: its rate is the one that the curve shows.
    """
    assert isinstance(model, Learner)
    backbone = list(model.network.backbone.parameters())
    groups: list[dict[str, Any]] = [
        {"params": list(model.network.head.parameters())},
        {"params": backbone, "rate": params.backbone_lr},
    ]
    places = list(model.loss.parameters())
    return [*groups, {"params": places, "weight_decay": 0.0}] if places else groups
