"""The vision half of CLIP, of weights that are drawn: of one head, two blocks, patches of 8."""

from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file
from torch import Tensor, nn

from rasm.nets.clip import ClipVision

WIDTH, HIDDEN, DIMENSION, PATCH, SIDE = 64, 96, 10, 8, 16


def weights() -> dict[str, Tensor]:
    """Named and shaped as Hugging Face has them."""
    generator = torch.Generator().manual_seed(0)
    shapes: dict[str, tuple[int, ...]] = {
        "embeddings.class_embedding": (WIDTH,),
        "embeddings.patch_embedding.weight": (WIDTH, 3, PATCH, PATCH),
        "embeddings.position_embedding.weight": (1 + (SIDE // PATCH) ** 2, WIDTH),
    }
    norms = ["pre_layrnorm", "post_layernorm"]
    for block in ("encoder.layers.0", "encoder.layers.1"):
        norms += [f"{block}.layer_norm1", f"{block}.layer_norm2"]
        for part in "qkv":
            shapes[f"{block}.self_attn.{part}_proj.weight"] = (WIDTH, WIDTH)
            shapes[f"{block}.self_attn.{part}_proj.bias"] = (WIDTH,)
        shapes[f"{block}.self_attn.out_proj.weight"] = (WIDTH, WIDTH)
        shapes[f"{block}.self_attn.out_proj.bias"] = (WIDTH,)
        shapes |= {f"{block}.mlp.fc1.weight": (HIDDEN, WIDTH), f"{block}.mlp.fc1.bias": (HIDDEN,)}
        shapes |= {f"{block}.mlp.fc2.weight": (WIDTH, HIDDEN), f"{block}.mlp.fc2.bias": (WIDTH,)}
    for norm in norms:
        shapes |= {f"{norm}.weight": (WIDTH,), f"{norm}.bias": (WIDTH,)}
    drawn = {
        f"vision_model.{name}": torch.randn(shape, generator=generator) / 8
        for name, shape in shapes.items()
    }
    drawn["visual_projection.weight"] = torch.randn(DIMENSION, WIDTH, generator=generator)
    drawn["text_model.embeddings.token_embedding.weight"] = torch.zeros(3, 3)
    drawn["vision_model.embeddings.position_ids"] = torch.arange(5)[None]
    return drawn


def reference(held: dict[str, Tensor], pictures: Tensor) -> Tensor:
    """The same by PyTorch's own modules, step by step, from the paper and its published code."""
    mean = torch.tensor([0.48145466, 0.4578275, 0.40821073])[:, None, None]
    deviation = torch.tensor([0.26862954, 0.26130258, 0.27577711])[:, None, None]
    w = {name.removeprefix("vision_model."): one for name, one in held.items()}

    def norm(name: str, tokens: Tensor) -> Tensor:
        return nn.functional.layer_norm(tokens, (WIDTH,), w[f"{name}.weight"], w[f"{name}.bias"])

    even = (pictures - mean) / deviation
    kernels = w["embeddings.patch_embedding.weight"]
    patches = nn.functional.conv2d(even, kernels, stride=PATCH).flatten(2).mT
    first = w["embeddings.class_embedding"].expand(len(pictures), 1, WIDTH)
    tokens = torch.cat([first, patches], dim=1) + w["embeddings.position_embedding.weight"]
    tokens = norm("pre_layrnorm", tokens)
    for number in range(2):
        name = f"encoder.layers.{number}"
        attention = nn.MultiheadAttention(WIDTH, WIDTH // 64, batch_first=True)
        parts = [[w[f"{name}.self_attn.{p}_proj.{k}"] for p in "qkv"] for k in ("weight", "bias")]
        attention.in_proj_weight.data, attention.in_proj_bias.data = (torch.cat(p) for p in parts)
        attention.out_proj.weight.data = w[f"{name}.self_attn.out_proj.weight"]
        attention.out_proj.bias.data = w[f"{name}.self_attn.out_proj.bias"]
        seen = norm(f"{name}.layer_norm1", tokens)
        tokens = tokens + attention(seen, seen, seen, need_weights=False)[0]
        bent = norm(f"{name}.layer_norm2", tokens) @ w[f"{name}.mlp.fc1.weight"].mT
        bent = bent + w[f"{name}.mlp.fc1.bias"]
        bent = bent * torch.sigmoid(1.702 * bent)
        tokens = tokens + bent @ w[f"{name}.mlp.fc2.weight"].mT + w[f"{name}.mlp.fc2.bias"]
    projected = norm("post_layernorm", tokens[:, 0]) @ w["visual_projection.weight"].mT
    return projected / projected.norm(dim=1, keepdim=True)


@torch.no_grad()
def test_it_computes_what_clip_computes(tmp_path: Path) -> None:
    held = weights()
    save_file(held, tmp_path / "model.safetensors")
    network = ClipVision.load(tmp_path / "model.safetensors")
    assert (network.dimension, network.side, len(network.blocks)) == (DIMENSION, SIDE, 2)
    pictures = torch.rand(3, 3, SIDE, SIDE, generator=torch.Generator().manual_seed(2))
    torch.testing.assert_close(network(pictures), reference(held, pictures), rtol=1e-4, atol=1e-5)
    assert network(torch.rand(1, 3, 50, 50)).shape == (1, DIMENSION)


def test_without_weights_it_says_where_they_come_from(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="clip-vit-base-patch32"):
        ClipVision.load(tmp_path / "model.safetensors")


def test_other_weights_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "model.safetensors"
    save_file({"visual_projection.weight": torch.zeros(3, 3)}, path)
    with pytest.raises(ValueError, match="holds no vision transformer of CLIP"):
        ClipVision.load(path)
    path.write_bytes(b"no tensors")
    with pytest.raises(ValueError, match="holds no vision transformer of CLIP"):
        ClipVision.load(path)
