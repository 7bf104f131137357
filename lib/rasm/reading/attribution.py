"""Where on a picture an output of a network rests, of any network and any picture.

Grad-CAM (Selvaraju et al. 2017) weighs the last feature maps of a CNN by the gradient of what was
asked. Here each place keeps its own gradient (HiResCAM, Draelos and Carin 2020): over the mean of
the maps, which classifiers here read, the two are the same, and an embedder that keeps its layout
is shown rightly. With a linear head behind, the sum over places is the output but for the bias.

Occlusion (Zeiler and Fergus 2014) asks no network how it works: ink is wiped out around one cell
after the other, and what the output loses by it is the heat. It is finer than the maps, which are a
few places a side, and it holds for several networks that answer together.
"""

from collections.abc import Callable, Sequence
from copy import deepcopy
from typing import TypeVar

import torch
from torch import Tensor, nn
from torch.nn import functional as F

_Network = TypeVar("_Network", bound=nn.Module)

_CHUNK = 64  # wiped pictures at a time


def grad_cam(
    network: _Network,
    maps_of: Callable[[_Network], nn.Module],
    inputs: Tensor,
    questions: Callable[[Tensor], Sequence[Tensor]],
) -> list[Tensor]:
    """Heat (B, h, w) of each of the numbers (B,) that `questions` makes of the network's output.

    `maps_of` names the part of the network that makes the feature maps (B, F, h, w) of inputs
    (B, ...) float; above zero speaks for the number, below against it. The network stays as it is.
    """
    private = deepcopy(network).eval()  # other threads may ask the network meanwhile
    maps: list[Tensor] = []
    maps_of(private).register_forward_hook(lambda *seen: maps.append(seen[2]))
    with torch.inference_mode(False), torch.enable_grad():
        asked = questions(private(inputs.clone().requires_grad_()))
        slopes = [torch.autograd.grad(one.sum(), maps[0], retain_graph=True)[0] for one in asked]
    return [(slope * maps[0]).sum(dim=1).detach() for slope in slopes]


def occlusion(
    lead: Callable[[Tensor], Tensor], picture: Tensor, cells: int, reach: int = 1
) -> Tensor:
    """What `lead` loses where a cell and those around it are wiped out, (cells, cells) float32.

    `lead` makes numbers (N,) of pictures (N, ..., S, S), of which `picture` (..., S, S) is one, 0
    its background; `reach` is how many cells are wiped out on each side of one, for small cells are
    filled in by their neighbours. Nothing is lost where nothing was to be wiped out.
    """
    side = picture.shape[-1]
    edges = [round(side * place / cells) for place in range(cells + 1)]
    places, wiped = list[tuple[int, int]](), list[Tensor]()
    for row in range(cells):
        for column in range(cells):
            top, left = (edges[max(0, place - reach)] for place in (row, column))
            low, right = (edges[min(cells, place + reach + 1)] for place in (row, column))
            if picture[..., top:low, left:right].any():
                other = picture.clone()
                other[..., top:low, left:right] = 0
                places.append((row, column))
                wiped.append(other)
    heat = torch.zeros(cells, cells)
    if wiped:
        whole = lead(picture[None])
        left_over = torch.cat([lead(part) for part in torch.split(torch.stack(wiped), _CHUNK)])
        rows, columns = zip(*places, strict=True)
        heat[list(rows), list(columns)] = (whole - left_over).float().cpu()
    return heat


def over_cells(heat: Tensor, cells: int) -> Tensor:
    """Heat (B, h, w) of coarse places over (B, cells, cells) smoothly."""
    if heat.shape[1:] == (cells, cells):
        return heat
    return F.interpolate(heat[:, None], (cells, cells), mode="bilinear")[:, 0]
