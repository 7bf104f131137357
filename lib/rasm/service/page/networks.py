"""Networks small enough for a page: few levels a weight, which a browser multiplies out on loading.

The recogniser is the baseline alone. On test families the fusion is not ahead of it (its lead has 0
in its interval), and half the size leaves room for the embedder of all scripts.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import Tensor, nn

from rasm.query.export import export_network, scaled_tensor
from rasm.query.recognizer import Recognizer
from rasm.store.atomic import replacing

RECOGNISER_BITS = 6
"""Of a weight of the recogniser; from 5 on it names as many glyphs of fonts right as in float."""
_LEAST = 1024  # weights of a tensor that are worth it


class LabelGraph(nn.Module):
    """Masks (N, 1, S, S) float of 0 and 1, ink 1, to P(label) (N, L) float32, by the baseline."""

    class_of: Tensor
    prior: Tensor

    def __init__(self, recognizer: Recognizer) -> None:
        """Raises ValueError for a baseline that reads more of a glyph than its ink."""
        super().__init__()
        network = recognizer.baseline
        if network.channels != ("ink",) or network.head.cues is not None:
            raise ValueError("the page draws ink alone: train a baseline that reads no more")
        self.network, self.fitted = network.cpu(), recognizer.trust["baseline"]
        self.register_buffer("class_of", torch.from_numpy(recognizer.shapes.class_of).long())
        self.register_buffer("prior", torch.from_numpy(recognizer.shapes.prior).float())

    def forward(self, masks: Tensor) -> Tensor:
        """As the class says."""
        logits = scaled_tensor(self.network(masks), self.fitted)
        return torch.softmax(logits, dim=1)[:, self.class_of] * self.prior


def write_recogniser(recognizer: Recognizer, folder: Path) -> None:
    """Write recogniser.onnx, a `LabelGraph`, whose ValueError it raises."""
    size = recognizer.policy.size
    with TemporaryDirectory() as name:
        whole = Path(name)
        export_network(LabelGraph(recognizer).eval(), "recogniser", (1, size, size), whole, {})
        reduce_weights(whole / "recogniser.onnx", folder / "recogniser.onnx", RECOGNISER_BITS)


def reduce_weights(whole: Path, target: Path, bits: int) -> None:
    """Write an ONNX file whose large weights are integers of so many bits, in a byte each.

    Each output of a layer has its own scale. The few levels make the file smaller once compressed.
    """
    model = onnx.load(whole)
    graph = model.graph
    axes = {node.input[1]: _outputs_axis(node) for node in graph.node if len(node.input) > 1}
    kept, steps = list[TensorProto](), list[onnx.NodeProto]()
    for tensor in graph.initializer:
        large = tensor.data_type == TensorProto.FLOAT and np.prod(tensor.dims) >= _LEAST
        if not large or axes.get(tensor.name) is None:
            kept.append(tensor)
            continue
        weights = numpy_helper.to_array(tensor)
        others = tuple(axis for axis in range(weights.ndim) if axis != axes[tensor.name])
        top = 2 ** (bits - 1) - 1
        scale = np.abs(weights).max(axis=others, keepdims=True) / top
        scale[scale == 0] = 1
        levels = np.rint(weights / scale).astype(np.int8)
        for suffix, array in (("levels", levels), ("scale", scale.astype(np.float32))):
            kept.append(numpy_helper.from_array(array, f"{tensor.name}.{suffix}"))
        steps += _multiplied_out(tensor.name)
    del graph.initializer[:]
    graph.initializer.extend(kept)
    nodes = [*steps, *graph.node]
    del graph.node[:]
    graph.node.extend(nodes)
    onnx.checker.check_model(model)
    with replacing(target) as temporary:
        onnx.save(model, temporary)


def _outputs_axis(node: onnx.NodeProto) -> int | None:
    """Along which axis of its second input the outputs of a layer lie; None for no layer."""
    options: Mapping[str, Any] = {a.name: helper.get_attribute_value(a) for a in node.attribute}
    match node.op_type:
        case "Conv":
            return 0
        case "Gemm":
            return 0 if options.get("transB") else 1
        case "MatMul":
            return 1
    return None


def _multiplied_out(name: str) -> Iterator[onnx.NodeProto]:
    whole = f"{name}.whole"
    yield helper.make_node("Cast", [f"{name}.levels"], [whole], to=TensorProto.FLOAT)
    yield helper.make_node("Mul", [whole, f"{name}.scale"], [name])
