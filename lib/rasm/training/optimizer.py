"""What a step is made by: AdamW for every parameter, or Muon for kernels and matrices.

Muon (Jordan et al. 2024, https://kellerjordan.github.io/posts/muon) makes the momentum of a matrix
orthogonal: every direction in which it would move gets the same length, where Adam lets a few
prevail. Kernels are matrices of one row an output. Embeddings, biases, norms and the places of
classes are no maps between vectors, and stay with AdamW.

PyTorch has `torch.optim.Muon` for matrices alone, and it multiplies in bfloat16 on processors that
must emulate it, too. Here products are as autocast has them, and one optimizer serves both kinds of
parameters, as a gradient scaler asks.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Annotated, Any, Literal, cast

import torch
from pydantic import BaseModel, Field
from torch import Tensor, nn
from torch.nn import functional as F

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
        for group in self.param_groups:
            if group["matrices"]:
                learnt = [p for p in group["params"] if p.grad is not None]
                for batch in _together(learnt):
                    self._turn(batch, group["lr"], group["weight_decay"])
        return super().step(closure)

    def _turn(self, parameters: list[Tensor], lr: float, weight_decay: float) -> None:
        """Move some matrices.

        Their gradients are taken off them, so that AdamW passes over them.
        """
        gradients = [cast(Tensor, parameter.grad) for parameter in parameters]
        for parameter, gradient in zip(parameters, gradients, strict=True):
            parameter.grad = None
            if not self.state[parameter]:
                self.state[parameter]["momentum"] = torch.zeros_like(gradient)
                self.state[parameter]["step"] = torch.zeros(())  # which AdamW asks of all it loads
        momenta = [self.state[parameter]["momentum"] for parameter in parameters]
        torch._foreach_lerp_(momenta, gradients, 1 - _MOMENTUM)
        torch._foreach_lerp_(gradients, momenta, _MOMENTUM)  # Nesterov's
        updates = orthogonalized([gradient.flatten(1) for gradient in gradients])
        lengths = [-lr * max(1.0, len(update) / update.shape[1]) ** 0.5 for update in updates]
        torch._foreach_mul_(parameters, 1 - lr * weight_decay)
        torch._foreach_mul_(updates, lengths)
        moves = [update.view_as(one) for update, one in zip(updates, parameters, strict=True)]
        torch._foreach_add_(parameters, moves)


def _together(parameters: Sequence[Tensor]) -> Iterable[list[Tensor]]:
    """Matrices to be turned as one batch: on a GPU, which waits for calls and not for sums, all."""
    batches: dict[object, list[Tensor]] = {}
    for one in parameters:
        batches.setdefault(one.shape if one.device.type == "cpu" else None, []).append(one)
    return batches.values()


def orthogonalized(matrices: Sequence[Tensor]) -> list[Tensor]:
    """Matrices (R, C) with singular values of 0.7 to 1.2 in place of their own, by Newton-Schulz.

    Those far below the largest stay smaller. All are turned at once, with zeros beside the smaller
    ones, which stay zeros.
    """
    lying = [matrix.T if len(matrix) > matrix.shape[1] else matrix for matrix in matrices]
    rows, columns = (max(sizes) for sizes in zip(*(one.shape for one in lying), strict=True))
    turned = torch.stack(
        [F.pad(one, (0, columns - one.shape[1], 0, rows - one.shape[0])) for one in lying]
    )
    turned = turned / turned.norm(dim=(1, 2), keepdim=True).clamp_min(1e-7)
    a, b, c = _QUINTIC
    for _ in range(_ROUNDS):
        gram = turned @ turned.mT
        powers = torch.baddbmm(gram, gram, gram, beta=b, alpha=c)
        turned = torch.baddbmm(turned, powers, turned, beta=a)
    turned = turned.to(matrices[0].dtype)
    return [
        (one.T if len(matrix) > matrix.shape[1] else one)[
            : len(matrix), : matrix.shape[1]
        ].contiguous()
        for one, matrix in zip(turned, matrices, strict=True)
    ]


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
