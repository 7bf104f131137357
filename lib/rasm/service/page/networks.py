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
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from torch import Tensor, nn
from torch.nn import functional as F

from rasm.inputs.scripts import ScriptInputParams
from rasm.nets.compute import Compute
from rasm.query.export import export_network, scaled_tensor
from rasm.query.recognizer import Recognizer
from rasm.reading.embeddings import PictureEmbedder
from rasm.retrieval.index_folder import Entry, load_index
from rasm.retrieval.prototypes import class_prototypes
from rasm.store.atomic import replacing

EXACT = Compute(accelerator="cpu", precision="32-true", compile=False)
RECOGNISER_BITS = 6
"""Of a weight of the recogniser; from 5 on it names as many glyphs of fonts right as in float."""
EMBEDDER_BITS = 7
"""Of a weight of the embedder, which is more sensitive."""
DIMENSION = 64
"""Of embeddings in the page: of 256 numbers the ones by which nearly as many are found."""
_GALLERY_BITS = 5  # of a number of the gallery
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


class Projected(nn.Module):
    """Pictures (N, C, S, S), made ready, to embeddings (N, DIMENSION) float32 of unit length."""

    axes: Tensor

    def __init__(self, network: nn.Module, axes: NDArray[np.float32]) -> None:
        super().__init__()
        self.network = network
        self.register_buffer("axes", torch.from_numpy(axes))  # (D, DIMENSION)

    def forward(self, pictures: Tensor) -> Tensor:
        """As the class says."""
        return F.normalize(self.network(pictures) @ self.axes, dim=1)


def write_recogniser(recognizer: Recognizer, path: Path) -> None:
    """Write an ONNX file of a `LabelGraph`, whose ValueError it raises."""
    size = recognizer.policy.size
    _write(LabelGraph(recognizer).eval(), (1, size, size), RECOGNISER_BITS, path)


def write_matcher(run: Path, corpus: str, network: Path, gallery: Path) -> list[Entry]:
    """Write the embedder of a corpus of scripts and its gallery; of each label the entry to show.

    The gallery is DIMENSION numbers an entry, on the axes that entries need most, as integers of
    any length: what counts is the angle. After all of these comes the number of each entry's label
    in what is returned, in two bytes, low before high. Raises ValueError for another kind of
    corpus.
    """
    embedder = PictureEmbedder.load(run / "checkpoints/embedder" / corpus, EXACT)
    index, entries = load_index(run / "index" / corpus, embedder.fingerprint)
    view = embedder.view
    if not isinstance(view, ScriptInputParams):
        raise ValueError(f"the page shows pictures as a corpus of scripts wants them, not {view}")
    vectors = index.reconstruct_n(0, index.ntotal)
    labels = np.array([entry.label for entry in entries])
    known = class_prototypes(vectors, labels)
    _, _, axes = np.linalg.svd(vectors, full_matrices=False)
    kept = np.ascontiguousarray(axes[:DIMENSION].T)
    placed = vectors @ kept
    top = 2 ** (_GALLERY_BITS - 1) - 1
    levels = np.rint(placed / np.abs(placed).max(axis=1, keepdims=True) * top).astype(np.int8)
    owners = np.searchsorted(known.labels, labels).astype("<u2")
    with replacing(gallery) as temporary:
        temporary.write_bytes(levels.tobytes() + owners.tobytes())
    projected = Projected(embedder.network.cpu(), kept).eval()
    _write(projected, (1, view.size, view.size), EMBEDDER_BITS, network)
    return [entries[row] for row in known.nearest.tolist()]


def _write(graph: nn.Module, shape: tuple[int, ...], bits: int, path: Path) -> None:
    with TemporaryDirectory() as name:
        whole = Path(name)
        export_network(graph, path.stem, shape, whole, {})
        reduce_weights(whole / f"{path.stem}.onnx", path, bits)


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
