"""Trained networks as ONNX files, for runtimes that have no PyTorch.

Each file takes any number of pictures, holds its weights, and comes with a card of JSON: what to
feed it, what its outputs are, and how far ONNX Runtime's answers were from PyTorch's when it was
written. The recogniser is one graph: cells, phase 1, phase 2, the baseline and their fusion, with
the temperatures that validation fitted.
"""

import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F

from rasm.nets.compute import Compute
from rasm.query.recognizer import Recognizer
from rasm.raster.channels import stack_channels
from rasm.reading.cells import cut
from rasm.reading.embeddings import PictureEmbedder
from rasm.store.atomic import replacing
from rasm.store.sealed import marks_of
from rasm.trust.calibration import Fitted

OPSET = 20
TOLERANCE = 1e-4
_TRIED = (1, 2, 7)  # pictures at once in the comparison with PyTorch


def export_run(
    outputs: Path, corpora: Sequence[str], folder: Path
) -> Iterator[tuple[Path, Mapping[str, Any]]]:
    """Write the recogniser of a run and the embedders of `corpora`; each file, and its card.

    Raises ValueError for networks that have no such form.
    """
    exact = Compute(accelerator="cpu", precision="32-true", compile=False)
    yield folder / "recogniser.onnx", export_recognizer(Recognizer.load(outputs, exact), folder)
    for corpus in corpora:
        embedder = PictureEmbedder.load(outputs / "checkpoints/embedder" / corpus, exact)
        yield folder / f"embedder_{corpus}.onnx", export_embedder(embedder, corpus, folder)


class FusedGraph(nn.Module):
    """Masks (N, 1, S, S) float of 0 and 1, ink 1, to P(label) (N, L) float32."""

    class_of: Tensor
    prior: Tensor

    def __init__(self, recognizer: Recognizer) -> None:
        """Raises ValueError for networks that read more of a glyph than its ink."""
        super().__init__()
        networks = (recognizer.phase2, recognizer.baseline)
        more = [*recognizer.baseline.channels[1:]]
        if more or any(network.head.cues is not None for network in networks):
            read = ", ".join(more) or "size cues"
            raise ValueError(f"networks that read {read} beside the ink are not exported")
        self.grid, self.trust = recognizer.grid, recognizer.trust
        self.phase1, self.phase2 = recognizer.phase1.cpu(), recognizer.phase2.cpu()
        self.baseline = recognizer.baseline.cpu()
        self.register_buffer("class_of", torch.from_numpy(recognizer.shapes.class_of).long())
        self.register_buffer("prior", torch.from_numpy(recognizer.shapes.prior).float())

    def forward(self, masks: Tensor) -> Tensor:
        """As the class says."""
        pictures = masks[:, 0]
        cells = cut(pictures, self.grid)
        side = pictures.shape[1] // self.grid
        named = self.phase1(cells.reshape(-1, 1, side, side)).argmax(dim=1)
        grids = (named * (cells.amax(dim=1) > 0)).reshape(-1, self.grid, self.grid)
        logits = {
            "phase2": self.phase2(grids),
            "baseline": self.baseline(stack_channels(pictures, self.baseline.channels)),
        }
        sharp = {
            name: F.log_softmax(scaled_tensor(given, self.trust[name]), dim=1)
            for name, given in logits.items()
        }
        weight = self.trust["fusion"]["phase2_weight"]
        fused = weight * sharp["phase2"] + (1 - weight) * sharp["baseline"]
        classes = torch.softmax(scaled_tensor(fused, self.trust["fusion"]), dim=1)
        return classes[:, self.class_of] * self.prior


def scaled_tensor(logits: Tensor, fitted: Fitted) -> Tensor:
    """As `rasm.trust.calibration.scaled_logits`."""
    scaled: Tensor = logits / fitted["temperature"]
    if fitted["factors"]:
        scaled = scaled * torch.tensor(fitted["factors"]) + torch.tensor(fitted["biases"])
    return scaled


def export_recognizer(recognizer: Recognizer, folder: Path) -> Mapping[str, Any]:
    """Write recogniser.onnx and .json to `folder`; the card. Raises ValueError as `FusedGraph`."""
    size = recognizer.policy.size
    card = {
        "input": "masks (N, 1, S, S) float32 of 0 and 1, ink 1, drawn by `raster`",
        "output": "P(label) (N, L) float32, in the order of `labels`",
        "raster": recognizer.policy.model_dump(),
        "labels": recognizer.labels,
    }
    shape = (1, size, size)
    return export_network(FusedGraph(recognizer).eval(), "recogniser", shape, folder, card)


def export_embedder(embedder: PictureEmbedder, corpus: str, folder: Path) -> Mapping[str, Any]:
    """Write embedder_CORPUS.onnx and .json to `folder`; the card.

    Pictures are made ready as the embedder wants them before the network reads them, which the card
    names.
    """
    stroke = np.pad(np.zeros((40, 8), dtype=np.uint8), 16, constant_values=255)
    shown = embedder.view.inputs([stroke], torch.device("cpu")).clean(torch.zeros(1).long())
    card = {
        "input": "pictures (N, C, S, S) float32, made ready as `view` says",
        "output": "embeddings (N, D) float32 of unit length",
        "view": embedder.view.card,
        "weights_sha256": embedder.fingerprint,
    }
    network = embedder.network.cpu()
    return export_network(network, f"embedder_{corpus}", tuple(shown.shape[1:]), folder, card)


def export_network(
    network: nn.Module,
    name: str,
    shape: tuple[int, ...],
    folder: Path,
    about: Mapping[str, Any],
) -> Mapping[str, Any]:
    """Write NAME.onnx and NAME.json, after the file's answers were compared with the network's."""
    import onnx

    example = torch.from_numpy(_blots(2, shape))
    program = torch.onnx.export(
        network,
        (example,),
        dynamo=True,
        opset_version=OPSET,
        input_names=["pictures"],
        output_names=["answers"],
        dynamic_shapes={_first_argument(network): {0: torch.export.Dim("pictures")}},
        verbose=False,
    )
    assert program is not None
    model = program.model_proto
    for part in (model, model.graph, *model.graph.node):
        part.ClearField("metadata_props")  # they hold paths of this machine
    content = model.SerializeToString()
    onnx.checker.check_model(onnx.load_model(io.BytesIO(content)))
    apart = _apart(network, content, shape)
    if apart > TOLERANCE:
        raise ValueError(
            f"{name}: ONNX Runtime's answers are {apart:.2g} from PyTorch's, more than {TOLERANCE}"
        )
    path = folder / f"{name}.onnx"
    with replacing(path) as temporary:
        temporary.write_bytes(content)
    card = {**about, "shape": shape, "opset": OPSET, "apart": apart, "files": marks_of(path)}
    with replacing(folder / f"{name}.json") as temporary:
        temporary.write_bytes(orjson.dumps(card, option=orjson.OPT_INDENT_2, default=_plain))
    return card


def _apart(network: nn.Module, content: bytes, shape: tuple[int, ...]) -> float:
    """The largest difference between PyTorch's answers and ONNX Runtime's, for several numbers."""
    import onnxruntime

    session = onnxruntime.InferenceSession(content, providers=["CPUExecutionProvider"])
    worst = 0.0
    for count in _TRIED:
        pictures = _blots(count, shape)
        with torch.inference_mode():
            wanted = network(torch.from_numpy(pictures)).numpy()
        (found,) = session.run(None, {"pictures": pictures})
        worst = max(worst, float(np.abs(wanted - found).max()))
    return worst


def _blots(count: int, shape: tuple[int, ...]) -> NDArray[np.float32]:
    """Pictures (count, C, S, S) of 0 and 1 with ink in smooth blots, the same each time."""
    generator = torch.Generator().manual_seed(count)
    coarse = torch.rand((count, 1, 9, 9), generator=generator)
    smooth = F.interpolate(coarse, size=shape[1:], mode="bicubic")
    return (smooth > 0.55).float().expand(count, *shape).contiguous().numpy()


def _first_argument(network: nn.Module) -> str:
    forward: Callable[..., Tensor] = network.forward
    code = forward.__code__
    return code.co_varnames[1]


def _plain(value: Any) -> Any:
    """Models of pydantic as JSON has them."""
    return value.model_dump(mode="json")
