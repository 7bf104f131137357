"""The trained recogniser as one object: pictures in, probabilities of shapes and labels out.

It is the fusion that calibration fitted: the two-phase network and the baseline, each at its own
temperature. Pictures are masks drawn by `policy`, as those that it was trained on.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from lightning_fabric import Fabric
from numpy.typing import NDArray

from rasm.labels.homoglyphs import ShapeClasses
from rasm.nets.cell_cnn import CellCNN
from rasm.nets.grid_backbones import build
from rasm.nets.grid_net import GridNet
from rasm.nets.raster_cnn import RasterCNN
from rasm.primitives.assignment import as_bits
from rasm.raster.cells import slice_cells
from rasm.raster.glyph import RasterPolicy
from rasm.raster.packing import pack
from rasm.store.json_file import read_json
from rasm.training.device import Compute, make_fabric
from rasm.training.glyph_task import Examples, predict
from rasm.training.grid_inputs import noisy_grids
from rasm.training.phase1 import predict_cells
from rasm.training.raster_inputs import plain_rasters
from rasm.training.weights import load_weights, read_card
from rasm.trust.calibration import Fitted, probabilities, with_fusion

_KEEP = noisy_grids(0.0, 0)
_NO_LABELS = np.zeros(0, dtype=np.int64)


@dataclass(frozen=True)
class Recognizer:
    """Networks, labels and calibration of one run. `Recognizer.load()` reads them."""

    labels: tuple[str, ...]
    shapes: ShapeClasses
    members: tuple[tuple[str, ...], ...]  # labels of each shape class, commonest first
    grid: int
    policy: RasterPolicy
    phase1: CellCNN
    phase2: GridNet
    baseline: RasterCNN
    trust: Mapping[str, Fitted]
    fabric: Fabric

    @classmethod
    def load(cls, outputs: Path = Path("outputs")) -> "Recognizer":
        """The recogniser of a finished run. Raises FileNotFoundError that says how to make one."""
        for needed in ("trust/trust.json", "meta/label_map.json", "meta/homoglyphs.json"):
            if not (outputs / needed).is_file():
                raise FileNotFoundError(f"{outputs / needed} is missing: `make run` trains one")
        shapes: dict[str, Any] = read_json(outputs / "meta/homoglyphs.json")
        folders = [outputs / "checkpoints" / name for name in ("phase1", "phase2", "baseline")]
        cards = [read_card(folder) for folder in folders]
        if cards[0]["centroid_sha1"] != cards[1]["centroid_sha1"]:
            raise ValueError(f"{outputs}: phase 1 and 2 know other primitives: run `dvc repro`")
        fabric = make_fabric(Compute())
        phase1 = load_weights(folders[0], CellCNN(**cards[0]["architecture"]))
        phase2 = load_weights(folders[1], build(cards[1]["architecture"]))
        baseline = load_weights(folders[2], RasterCNN(**cards[2]["architecture"]))
        return cls(
            labels=tuple(read_json(outputs / "meta/label_map.json")),
            shapes=ShapeClasses.of(shapes),
            members=tuple(tuple(names) for names in shapes["members"]),
            grid=cards[0]["grid"],
            policy=RasterPolicy.model_validate(cards[0]["raster"]),
            phase1=phase1.to(fabric.device),
            phase2=phase2.to(fabric.device),
            baseline=baseline.to(memory_format=torch.channels_last).to(fabric.device),
            trust=read_json(outputs / "trust/trust.json"),
            fabric=fabric,
        )

    def classify(self, masks: NDArray[np.bool_]) -> NDArray[np.float64]:
        """P(shape class) (N, C) of masks (N, S, S), ink True, drawn by `policy`."""
        with torch.inference_mode(), self.fabric.autocast():
            primitives = torch.from_numpy(self._primitives(masks)).to(self.fabric.device)
            packed = torch.from_numpy(pack(masks)).to(self.fabric.device)
            logits = {
                "phase2": predict(self.phase2, Examples(primitives, _NO_LABELS, _KEEP)).numpy(),
                "baseline": predict(
                    self.baseline, Examples(packed, _NO_LABELS, plain_rasters)
                ).numpy(),
            }
        fused = with_fusion(logits, self.trust)["fusion"]
        return probabilities(fused, self.trust["fusion"])

    def _primitives(self, masks: NDArray[np.bool_]) -> NDArray[np.int32]:
        """Grids (N, G, G) as phase 1 reads them; each distinct cell is asked once."""
        cells = slice_cells(masks, self.grid)
        distinct, where = np.unique(cells.reshape(-1, cells.shape[2]), axis=0, return_inverse=True)
        bits = as_bits(distinct)
        named = predict_cells(self.phase1, torch.from_numpy(bits).to(self.fabric.device))
        known = np.where(bits.any(axis=1), named.cpu().numpy(), 0).astype(np.int32)
        return known[where].reshape(len(masks), self.grid, self.grid)
