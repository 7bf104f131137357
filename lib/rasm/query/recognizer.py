"""The trained recogniser as one object: pictures in, probabilities of shapes and labels out.

It is the fusion that calibration fitted: the two-phase network and the baseline, each at its own
temperature. Pictures are masks drawn by `policy`, as those that it was trained on.
"""

import threading
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from rasm.inputs.examples import Examples, plain_grids, plain_rasters
from rasm.labels.homoglyphs import ShapeClasses, read_shape_file
from rasm.nets.cell_cnn import CellCNN
from rasm.nets.compute import HERE, Compute, Precision
from rasm.nets.device import autocast, resolve
from rasm.nets.folding import fold_norms
from rasm.nets.grid_net import GridNet
from rasm.nets.kinds import build_grid_net
from rasm.nets.raster_cnn import RasterCNN
from rasm.nets.weights import load_network, read_card, weights_sha256
from rasm.query.run_files import GLYPHS, default_outputs, drawing_policy
from rasm.raster.glyph import RasterPolicy
from rasm.raster.packing import pack
from rasm.reading.cells import NamedCells
from rasm.reading.features import WithFeatures, parted
from rasm.reading.lanes import Lanes
from rasm.reading.signs import SignReader
from rasm.store.label_map import read_label_map
from rasm.trust.calibration import Fitted, probabilities, read_trust, with_fusion
from rasm.trust.conformal import SetRule
from rasm.trust.outliers import OutlierRule, Seen, has_outlier_rule, read_outlier_rule

if TYPE_CHECKING:
    from rasm.inputs.any_picture import AnyPicture
    from rasm.query.answer import GlyphAnswer
    from rasm.query.search import Answered, Comparison, Search

_NO_LABELS = np.zeros(0, dtype=np.int64)
_LOADING = threading.RLock()
_CONFIRMED = 0.99  # probability from which on one network's word for a claim is taken


@dataclass(frozen=True)
class Recognizer:
    """Networks, labels and calibration of one run. `Recognizer.load()` reads them."""

    outputs: Path
    labels: tuple[str, ...]
    shapes: ShapeClasses
    members: tuple[tuple[str, ...], ...]  # labels of each shape class, commonest first
    grid: int
    policy: RasterPolicy
    phase1: CellCNN
    phase2: GridNet
    baseline: RasterCNN
    trust: Mapping[str, Fitted]
    compute: Compute
    device: torch.device
    precision: Precision

    @classmethod
    def load(cls, outputs: Path | None = None, compute: Compute = HERE) -> "Recognizer":
        """The recogniser of a finished run, by default that of `run_files.default_outputs`.

        Raises FileNotFoundError that says how to make one, ValueError when `compute` asks for a
        GPU that is not there.
        """
        outputs = outputs or default_outputs()
        policy = drawing_policy(outputs)
        shape_file = read_shape_file(outputs / "meta/homoglyphs.json")
        folders = [outputs / "checkpoints" / name for name in ("phase1", "phase2", "baseline")]
        cards = [read_card(folder) for folder in folders]
        if cards[0]["centroid_sha1"] != cards[1]["centroid_sha1"]:
            raise ValueError(f"{outputs}: phase 1 and 2 know other primitives: run `dvc repro`")
        device, precision = resolve(compute)
        phase1 = load_network(folders[0], CellCNN)
        phase2 = load_network(folders[1], build_grid_net)
        baseline = load_network(folders[2], RasterCNN)
        return cls(
            outputs=outputs,
            labels=tuple(read_label_map(outputs / "meta/label_map.json", shape_file.files)),
            shapes=shape_file.shapes,
            members=shape_file.members,
            grid=cards[0]["grid"],
            policy=policy,
            phase1=phase1.to(device),
            phase2=fold_norms(phase2).to(device),
            baseline=fold_norms(baseline).to(memory_format=torch.channels_last).to(device),
            trust=read_trust(outputs / "trust/trust.json"),
            compute=compute,
            device=device,
            precision=precision,
        )

    def classify(
        self,
        masks: NDArray[np.bool_],
        cues: NDArray[np.float32] | None = None,
        claims: NDArray[np.int64] | None = None,
    ) -> NDArray[np.float64]:
        """P(shape class) (N, C) of masks (N, S, S), ink True, drawn by `policy`.

        `cues` (N, 4) are what `rasm.raster.size_cues` makes of each glyph's box; a network that was
        trained without has no use for them. Raises ValueError when one was trained with them and
        they are not given: a bare picture does not tell its size. With `claims` (N,), the class
        that each glyph is said to be, the fusion is asked only where the baseline alone does not
        confirm the claim; the others have the baseline's probabilities.
        """
        packed = pack(masks)
        if self.phase2.head.cues is not None or self.baseline.head.cues is not None:
            return self._classify(masks, packed, cues, claims)
        # Fonts draw many glyphs twice, and networks that see the picture alone are asked once, but
        # for a picture that is said to be two things.
        keys = packed if claims is None else np.column_stack([packed, _as_bytes(claims)])
        first, which = _distinct(keys)
        said = None if claims is None else claims[first]
        return self._classify(masks[first], packed[first], None, said)[which]

    def _classify(
        self,
        masks: NDArray[np.bool_],
        packed: NDArray[np.uint8],
        cues: NDArray[np.float32] | None,
        claims: NDArray[np.int64] | None,
    ) -> NDArray[np.float64]:
        rasters = torch.from_numpy(packed).to(self.device)
        given = None if cues is None else torch.from_numpy(cues).to(self.device)
        prepare = plain_rasters(self.baseline.channels)
        examples = Examples(rasters, _NO_LABELS, prepare, given)
        baseline = self._lanes.predict(self.baseline, examples)
        if claims is None:
            asked = np.arange(len(masks))
        else:
            scores = probabilities(baseline().numpy(), self.trust["baseline"])
            asked = np.flatnonzero(scores[np.arange(len(masks)), claims] < _CONFIRMED)
            if not len(asked):
                return scores
        grids = torch.from_numpy(self.grids(masks[asked])).to(self.device)
        theirs = None if given is None else given[asked]
        phase2 = self._lanes.predict(self.phase2, Examples(grids, _NO_LABELS, plain_grids, theirs))
        logits = {"phase2": phase2().numpy(), "baseline": baseline().numpy()[asked]}
        fused = probabilities(with_fusion(logits, self.trust)["fusion"], self.trust["fusion"])
        if claims is None:
            return fused
        scores[asked] = fused
        return scores

    def strange(
        self, masks: NDArray[np.bool_], cues: NDArray[np.float32] | None = None
    ) -> NDArray[np.bool_] | None:
        """Whether each mask (N, S, S), as for `classify`, is no glyph that is known, (N,).

        None where the run has no rule for it: a released model is too small to hold the glyphs that
        pictures are compared with. Raises ValueError as `classify` does.
        """
        if self._outliers is None:
            return None
        if not len(masks):
            return np.zeros(0, dtype=np.bool_)
        return self._outliers.strange(self.see(masks, cues))

    def see(self, masks: NDArray[np.bool_], cues: NDArray[np.float32] | None = None) -> Seen:
        """Features and logits that the baseline has of masks (N, S, S); raises as `classify`."""
        return parted(self._looking(masks, cues)().numpy(), self.shapes.count)

    def read_and_see(
        self, masks: NDArray[np.bool_], cues: NDArray[np.float32] | None = None
    ) -> tuple[NDArray[np.float64], Seen]:
        """What `classify` and `see` say of N >= 1 masks; the baseline is asked once."""
        logits, seen = self._consider(masks, cues)
        return probabilities(logits["fusion"], self.trust["fusion"]), seen

    def read(
        self, masks: NDArray[np.bool_]
    ) -> tuple[NDArray[np.float64], NDArray[np.bool_] | None]:
        """What `classify` and `strange` say of masks (N, S, S), the baseline being asked once."""
        if self._outliers is None or not len(masks):
            return self.classify(masks), self.strange(masks)
        fused, seen = self.read_and_see(masks)
        return fused, self._outliers.strange(seen)

    def opinions(
        self, masks: NDArray[np.bool_], cues: NDArray[np.float32] | None = None
    ) -> dict[str, NDArray[np.float64]]:
        """P(shape class) (N, C) by `phase2`, `baseline` and their `fusion`, as for `classify`."""
        scores, _ = self._consider(masks, cues)
        return {name: probabilities(one, self.trust[name]) for name, one in scores.items()}

    def _looking(
        self, masks: NDArray[np.bool_], cues: NDArray[np.float32] | None
    ) -> Callable[[], Tensor]:
        """The baseline begins to look; its logits and features (N, C + F) when asked for."""
        rasters = torch.from_numpy(pack(masks)).to(self.device)
        given = None if cues is None else torch.from_numpy(cues).to(self.device)
        prepare = plain_rasters(self.baseline.channels)
        model = WithFeatures(self.baseline).eval()
        return self._lanes.predict(model, Examples(rasters, _NO_LABELS, prepare, given))

    def _consider(
        self, masks: NDArray[np.bool_], cues: NDArray[np.float32] | None
    ) -> tuple[dict[str, NDArray[np.float32]], Seen]:
        """Logits (N, C) of both networks and of their fusion, and what the baseline sees."""
        looking = self._looking(masks, cues)  # while primitives are made
        given = None if cues is None else torch.from_numpy(cues).to(self.device)
        grids = torch.from_numpy(self.grids(masks)).to(self.device)
        phase2 = self._lanes.predict(self.phase2, Examples(grids, _NO_LABELS, plain_grids, given))
        seen = parted(looking().numpy(), self.shapes.count)
        logits = {"phase2": phase2().numpy(), "baseline": seen.logits}
        return with_fusion(logits, self.trust), seen

    def sets(
        self, probabilities: NDArray[np.float64], masks: NDArray[np.bool_]
    ) -> NDArray[np.bool_]:
        """Which shape classes (N, C) may be it, from what `classify` says of masks (N, S, S).

        The sets hold the truth as often as `calibrate.sets.coverage` promises first, for fonts like
        those of validation. One picture has one set: the random numbers are drawn by its pixels.
        """
        rule = SetRule.model_validate(self.trust["fusion"]["sets"][0])
        drawn = [zlib.crc32(row.tobytes()) / 2**32 for row in pack(masks)]
        return rule.sets(probabilities, np.array(drawn, dtype=np.float64))

    @cached_property
    def signs(self) -> SignReader | None:
        """What reads printed signs beyond Arabic; None where the run has none."""
        folder = self.outputs / "checkpoints/signs"
        if not folder.is_dir():
            return None
        return SignReader.load(folder, weights_sha256(self.outputs / "checkpoints/baseline"))

    @cached_property
    def _outliers(self) -> OutlierRule | None:
        folder = self.outputs / "trust"
        return read_outlier_rule(folder) if has_outlier_rule(folder) else None

    @cached_property
    def _cells(self) -> NamedCells:
        return NamedCells(self.phase1, self.device)

    @cached_property
    def _lanes(self) -> Lanes:
        return Lanes(self.device, self.precision)

    def embed(self, images: Sequence[NDArray[np.uint8]]) -> NDArray[np.float32]:
        """Embeddings (N, D) float32 of unit length of pictures (H, W) or (H, W, 3) uint8.

        Of any size, dark on light or light on dark; by the embedder of the corpus `world`. Raises
        ValueError for a blank picture, FileNotFoundError where the run has no embedder.
        """
        return self._search.embed(images)

    def grids(self, masks: NDArray[np.bool_]) -> NDArray[np.int32]:
        """Primitives (N, G, G) that phase 1 sees in masks (N, S, S), as for `classify`."""
        with torch.inference_mode(), autocast(self.device, self.precision):
            return self._cells.grids(masks, self.grid)

    def query(
        self, images: "Sequence[AnyPicture]", top: int = 10, explain: bool = False
    ) -> "list[GlyphAnswer]":
        """Which glyph each picture shows, with the `top` shapes that it may be.

        Pictures are paths, PIL pictures or arrays (H, W), (H, W, 3) or (H, W, 4) uint8, of any
        size, dark on light or light on dark. Many threads may ask at once. Raises ValueError where
        one cannot be read; a blank one is answered, with the verdict `reshoot`. With `explain`, an
        answer tells why it is none other, which takes longer than finding it.
        """
        from rasm.query.answer import answer_pictures

        with _LOADING:  # what is loaded when first asked for is loaded once
            _ = self._lanes, self._cells, self._outliers, self.gallery and self.gallery.ranker
        if not explain:
            return answer_pictures(self, images, top)
        from rasm.query.explain import explain_reading

        return answer_pictures(self, images, top, partial(explain_reading, self))

    def nearest_drawings(self, pictures: Sequence[NDArray[np.uint8]], top: int) -> "list[Answered]":
        """What corpus `arabic` says of pictures, none blank, with the `top` nearest labels.

        No hits where the run has no gallery of it.
        """
        from rasm.query.search import Answered

        if self.gallery is None:
            return [Answered([])] * len(pictures)
        return self.gallery.answer(pictures, top)

    @property
    def promise(self) -> float:
        """How often the first sets of answers hold the truth, in (0, 1)."""
        return float(self.trust["fusion"]["sets"][0]["coverage"])

    @cached_property
    def gallery(self) -> "Search | None":
        """The search of corpus `arabic`, if the run has an index of it."""
        if not (self.outputs / "index" / GLYPHS / "index.json").is_file():
            return None
        from rasm.query.search import Search

        return Search.load(GLYPHS, self.outputs, compute=self.compute)

    def compare(self, first: NDArray[np.uint8], second: NDArray[np.uint8]) -> "Comparison":
        """Whether two pictures show the same letter, by the embedder of the corpus `world`."""
        return self._search.compare(first, second)

    @cached_property
    def _search(self) -> "Search":
        from rasm.query.search import Search  # Faiss is not needed to check a font

        return Search.load(outputs=self.outputs, compute=self.compute)


def _as_bytes(numbers: NDArray[np.int64]) -> NDArray[np.uint8]:
    return np.ascontiguousarray(numbers)[:, None].view(np.uint8)


def _distinct(rows: NDArray[np.uint8]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Where each distinct row (N, bytes) stands first, and which of them each row is (N,)."""
    # As one value a row: NumPy sorts rows of bytes twenty times as slowly.
    values = rows.view(f"V{rows.shape[1]}")
    _, first, which = np.unique(values, return_index=True, return_inverse=True)
    return first, which.ravel()
