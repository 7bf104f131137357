"""What a step is made by: AdamW for every parameter, or Muon for kernels and matrices.

Muon (Jordan et al. 2024, https://kellerjordan.github.io/posts/muon) makes the momentum of a matrix
orthogonal: every direction in which it would move gets the same length, where Adam lets a few
prevail. Kernels are matrices of one row an output. Embeddings, biases, norms and the places of
classes are no maps between vectors, and stay with AdamW.

PyTorch has `torch.optim.Muon` for matrices alone, and it multiplies in bfloat16 on processors that
must emulate it, too. Here products are as autocast has them, and one optimizer serves both kinds of
parameters, as a gradient scaler asks.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Annotated, Any, Literal

import torch
from pydantic import BaseModel, Field
from torch import Tensor, nn

_QUINTIC = (3.4445, -4.7750, 2.0315)  # of Jordan et al.: steepest at 0 of those that stay near 1
_ROUNDS = 5
_MOMENTUM = 0.95

Groups = list[dict[str, Any]]


class AdamWParams(BaseModel, frozen=True, extra="forbid"):
    """AdamW (Loshchilov and Hutter 2019) for all."""

    kind: Literal["adamw"]


class MuonParams(BaseModel, frozen=True, extra="forbid"):
    """Muon for kernels and matrices, at a rate of their own; AdamW for the rest."""

    kind: Literal["muon"]
    matrix_lr: float = Field(gt=0)


OptimizerParams = Annotated[AdamWParams | MuonParams, Field(discriminator="kind")]


class AdamWithMuon(torch.optim.AdamW):
    """AdamW, but for parameters of groups with `matrices`, whose updates Muon makes."""

    @torch.no_grad()
    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """One step of either kind."""
        matrices = [
            (parameter, parameter.grad, group)
            for group in self.param_groups
            if group["matrices"]
            for parameter in group["params"]
            if parameter.grad is not None
        ]
        for parameter, gradient, group in matrices:
            self._turn(parameter, gradient, group["lr"], group["weight_decay"])
            parameter.grad = None  # AdamW passes over it
        return super().step(closure)

    def _turn(self, parameter: Tensor, gradient: Tensor, lr: float, weight_decay: float) -> None:
        state = self.state[parameter]
        if not state:
            state["momentum"] = torch.zeros_like(gradient)
            state["step"] = torch.zeros(())  # AdamW asks for it of every state that it loads
        momentum = state["momentum"].lerp_(gradient, 1 - _MOMENTUM)
        ahead = gradient.lerp(momentum, _MOMENTUM).flatten(1)  # Nesterov's
        rows, columns = ahead.shape
        update = orthogonalized(ahead).to(parameter.dtype)
        parameter.mul_(1 - lr * weight_decay)
        parameter.sub_(update.view(parameter.shape), alpha=lr * max(1.0, rows / columns) ** 0.5)


def orthogonalized(matrix: Tensor) -> Tensor:
    """The matrix (R, C) with singular values of 0.7 to 1.2 in place of its own, by Newton-Schulz.

    Those far below the largest stay smaller.
    """
    turned = matrix.T if matrix.shape[0] > matrix.shape[1] else matrix
    turned = turned / turned.norm().clamp_min(1e-7)
    a, b, c = _QUINTIC
    for _ in range(_ROUNDS):
        gram = turned @ turned.T
        turned = torch.addmm(turned, torch.addmm(gram, gram, gram, beta=b, alpha=c), turned, beta=a)
    return turned.T if matrix.shape[0] > matrix.shape[1] else turned


def make_optimizer(
    params: AdamWParams | MuonParams,
    model: nn.Module,
    groups: Groups,
    *,
    lr: float,
    weight_decay: float,
    device: torch.device,
) -> AdamWithMuon:
    """The optimizer of `groups` of the model's parameters.

    A group has `params`, and may have a `rate` by which all rates are multiplied and a
    `weight_decay` of its own. Norms and biases are never decayed.
    """
    muon = params if isinstance(params, MuonParams) else None
    turned = {id(weight) for weight in maps_between_vectors(model)} if muon else set()
    made: Groups = []
    for group in groups:
        rate, decay = group.get("rate", 1.0), group.get("weight_decay", weight_decay)
        parameters = list(group["params"])
        matrices = [p for p in parameters if id(p) in turned]
        others = [p for p in parameters if id(p) not in turned]
        kinds: Iterable[tuple[list[nn.Parameter], float, float, bool]] = (
            ([p for p in others if p.ndim > 1], lr, decay, False),
            ([p for p in others if p.ndim <= 1], lr, 0.0, False),
            (matrices, muon.matrix_lr if muon else lr, decay, True),
        )
        made += [
            {"params": chosen, "lr": rate * peak, "weight_decay": decayed, "matrices": by_muon}
            for chosen, peak, decayed, by_muon in kinds
            if chosen
        ]
    # One kernel a step. On a GPU the fused one takes no gradient scaler that clips.
    return AdamWithMuon(made, fused=device.type == "cpu")


def maps_between_vectors(model: nn.Module) -> Iterator[Tensor]:
    """Weights that multiply features: of linear layers, convolutions and attention."""
    for module in model.modules():
        if isinstance(module, nn.Linear | nn.Conv2d):
            yield module.weight
        elif isinstance(module, nn.MultiheadAttention) and module.in_proj_weight is not None:
            yield module.in_proj_weight
