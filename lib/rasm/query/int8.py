"""The recogniser's ONNX file in bytes: a third of the size, and faster where processors add bytes.

Weights and what layers pass on become 8-bit integers, a scale for each output channel (Jacob et al.
2018), by ONNX Runtime's own static quantisation. What range a layer's numbers have is learnt from
glyphs that are shown to it, so it takes fonts: their own glyphs are the best choice where one knows
what will be read.
"""

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

from rasm.bounded.workers import Workers
from rasm.fonts.sfnt import FONT_LIMITS
from rasm.query.check import drawn_file
from rasm.raster.glyph import RasterPolicy
from rasm.raster.packing import unpack
from rasm.store.atomic import replacing
from rasm.store.sealed import marks_of

_AT_A_TIME = 16
_SHOWN = 512
"""Glyphs at most by which ranges are learnt; as many again are asked of both files."""
_LEAST = 64


def glyphs_of(fonts: Sequence[Path], policy: RasterPolicy) -> NDArray[np.bool_]:
    """Masks (N, S, S) of the fonts' glyphs, drawn by workers, of each font as many.

    Raises ValueError that names a font which cannot be read, or where there are too few.
    """
    found: list[NDArray[np.bool_]] = []
    with Workers(FONT_LIMITS) as workers:
        calls = ((str(path), (path, policy)) for path in fonts)
        for path, outcome in zip(fonts, workers.in_order(drawn_file, calls), strict=True):
            if outcome.error:
                raise ValueError(str(outcome.error))
            for drawn in outcome.results:
                if drawn.error:
                    raise ValueError(f"{path}: {drawn.error}")
                found += [unpack(face.rasters) for face in drawn.faces if len(face.rasters)]
    count = sum(map(len, found))
    if count < _LEAST:
        raise ValueError(f"{count} glyphs are too few to learn ranges from: name more fonts")
    share = max(1, count // (2 * _SHOWN))
    return np.concatenate([masks[::share] for masks in found])


def quantize_recognizer(folder: Path, masks: NDArray[np.bool_]) -> Mapping[str, Any]:
    """Write recogniser_int8.onnx and .json beside recogniser.onnx in `folder`; the card.

    Of the masks (N, S, S) every other one teaches the ranges; of the others the card says for what
    share the likeliest label is the same (`same_label`).
    """
    from onnxruntime.quantization import QuantFormat, QuantType, quantize_static
    from onnxruntime.quantization.shape_inference import quant_pre_process

    source, path = folder / "recogniser.onnx", folder / "recogniser_int8.onnx"
    with tempfile.TemporaryDirectory() as scratch, replacing(path) as temporary:
        prepared = Path(scratch) / "prepared.onnx"
        quant_pre_process(str(source), str(prepared), skip_symbolic_shape=True)
        quantize_static(
            str(prepared),
            str(temporary),
            _Shown(masks[::2][:_SHOWN]),
            quant_format=QuantFormat.QDQ,
            op_types_to_quantize=["Conv"],
            per_channel=True,
            activation_type=QuantType.QUInt8,
            weight_type=QuantType.QInt8,
        )
    asked = masks[1::2][:_SHOWN]
    same = answers(source, asked).argmax(axis=1) == answers(path, asked).argmax(axis=1)
    card = {
        **orjson.loads((folder / "recogniser.json").read_bytes()),
        "same_label": float(same.mean()),
        "files": {name: mark.model_dump() for name, mark in marks_of(path).items()},
    }
    with replacing(folder / "recogniser_int8.json") as temporary:
        temporary.write_bytes(orjson.dumps(card, option=orjson.OPT_INDENT_2))
    return card


def answers(path: Path, masks: NDArray[np.bool_], threads: int = 0) -> NDArray[np.float32]:
    """P(label) (N, L) of masks (N, S, S) by a file, on so many threads; 0: on all cores."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    return np.concatenate([session.run(None, batch)[0] for batch in _batches(masks)])


class _Shown:
    """Glyphs as ONNX Runtime asks for them: one batch after the other, then None."""

    def __init__(self, masks: NDArray[np.bool_]) -> None:
        self._batches = _batches(masks)

    def get_next(self) -> dict[str, NDArray[np.float32]] | None:
        return next(self._batches, None)


def _batches(masks: NDArray[np.bool_]) -> Iterator[dict[str, NDArray[np.float32]]]:
    for start in range(0, len(masks), _AT_A_TIME):
        yield {"pictures": masks[start : start + _AT_A_TIME, None].astype(np.float32)}
