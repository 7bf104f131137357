"""Where on the glyph an answer of phase 2 rests, as heat over the cells.

Of the CNN, class activation maps (Zhou et al. 2016). Its head reads the mean of the last feature
maps, so a logit is the mean of what each place adds to it (times a number of the glyph, where the
head is a cosine), and the lead of one answer over another falls into places exactly: above zero
speaks for the answer, below for its rival.

Of the transformer, attention rollout (Abnar and Zuidema 2020): the attention of all layers,
multiplied through with the shortcuts around them, from the pooled token down to the patches. It
says what was looked at, not for which answer it spoke, so it has no negative side and no rival.
"""

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from rasm.nets.grid_cnn import GridCNN
from rasm.nets.grid_net import GridNet
from rasm.nets.grid_transformer import EncoderLayer, GridTransformer


def saliency(model: GridNet, grids: Tensor, answered: Tensor, rival: Tensor) -> Tensor:
    """Heat (B, G, G) float32 in [-1, 1] over grids (B, G, G) of primitives, int64.

    `answered` and `rival` (B,) are classes. Raises ValueError for a network that shows neither.
    """
    embedded = model.embed(grids)
    if isinstance(model, GridTransformer):
        heat, between = attention_heat(model, embedded), "nearest"
    elif isinstance(model, GridCNN):
        maps = model.maps(embedded).float()
        weights = model.head.weight[:, : maps.shape[1]].float()  # without those of size cues
        heat = activation_map(maps, weights[answered] - weights[rival])
        between = "bilinear"
    else:
        raise ValueError(f"{type(model).__name__} has neither maps nor attention to show")
    side = grids.shape[1]
    if heat.shape[1] < side:
        heat = F.interpolate(heat[:, None], (side, side), mode=between)[:, 0]
    peak = heat.abs().amax(dim=(1, 2), keepdim=True)
    return heat / peak.clamp_min(torch.finfo(heat.dtype).tiny)


def activation_map(maps: Tensor, weights: Tensor) -> Tensor:
    """What each place of maps (B, F, h, w) adds to an output with weights (B, F): (B, h, w).

    Its mean over places is the output, but for the bias.
    """
    return (maps * weights[:, :, None, None]).sum(dim=1)


def attention_heat(model: GridTransformer, embedded: Tensor) -> Tensor:
    """Rollout to each patch (B, side, side), the least attended at 0."""
    weights = attention_weights(model, embedded)
    flow = rollout([layer.mean(dim=1) for layer in weights])  # (B, T, T)
    heat = flow.mean(dim=1) if model.cls is None else flow[:, 0, 1:]
    side = int(heat.shape[1] ** 0.5)
    return (heat - heat.amin(dim=1, keepdim=True)).reshape(-1, side, side)


def attention_weights(model: GridTransformer, embedded: Tensor) -> list[Tensor]:
    """Attention (B, heads, T, T) float32 of each layer, first to last."""
    found: list[Tensor] = []

    def listen(layer: nn.Module, arguments: tuple[Tensor, ...]) -> None:
        assert isinstance(layer, EncoderLayer)
        found.append(layer.attend(arguments[0])[0].float())

    handles = [layer.register_forward_pre_hook(listen) for layer in model.encoder]
    try:
        model.features(embedded)
    finally:
        for handle in handles:
            handle.remove()
    return found


def rollout(attention: Sequence[Tensor]) -> Tensor:
    """From each output token to each input token, (B, T, T), rows summing to 1.

    `attention` (B, T, T) a layer, heads averaged; half of a token comes by the shortcut.
    """
    first = attention[0]
    flow = torch.eye(first.shape[1], device=first.device).expand_as(first)
    # In bf16 the rows would soon sum to something else.
    with torch.autocast(first.device.type, enabled=False):
        for layer in attention:
            flow = (layer @ flow + flow) / 2
    return flow


def legend(model: GridNet) -> str:
    """How to read the heat of this network, in a sentence."""
    if isinstance(model, GridTransformer):
        return "Warm cells were attended to (attention rollout)."
    return (
        "Warm places speak for the answer, cold ones for the truth, or for the next best answer "
        "where the answer is right (class activation maps)."
    )
