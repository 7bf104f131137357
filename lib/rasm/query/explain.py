"""Why an answer and not the next: what was compared with what, and where the networks looked.

Of an answer and its runner-up: the exemplars of both that lie nearest to the picture; heat by each
network for the one against the other; and the same by occlusion for whatever gave the answer, the
fusion of two networks or the embedder, which shows in its own unit what separates the two.
"""

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from rasm.inputs.pictures import PixelArray
from rasm.nets.embedder import Embedder, last_blocks
from rasm.nets.grid_net import GridNet
from rasm.nets.grid_transformer import GridTransformer
from rasm.nets.imagenet import MEAN, STD
from rasm.nets.raster_cnn import RasterCNN
from rasm.raster.channels import stack_channels
from rasm.raster.fill import Mask
from rasm.reading.attribution import grad_cam, occlusion, over_cells
from rasm.reading.saliency import saliency
from rasm.report.explanation import Candidate, Exemplar, Explanation, Heat
from rasm.retrieval.index_folder import Entry
from rasm.retrieval.voting import Verdict

if TYPE_CHECKING:
    from rasm.query.search import Answered, Search

CELLS = 16
"""Of heat, a side, whatever the picture."""
_OCCLUSION = "occlusion"
_EACH = 4  # exemplars of the answer, and of its runner-up
_LEAST = 1e-300  # probability that counts as none


class Networks(Protocol):
    """What is explained: `rasm.query.recognizer.Recognizer` is one."""

    @property
    def members(self) -> tuple[tuple[str, ...], ...]:
        """Labels of each shape class, commonest first."""
        ...

    @property
    def phase2(self) -> GridNet:
        """The network over grids of primitives."""
        ...

    @property
    def baseline(self) -> RasterCNN:
        """The network over masks."""
        ...

    @property
    def device(self) -> torch.device:
        """What they compute on."""
        ...

    def grids(self, masks: NDArray[np.bool_]) -> NDArray[np.int32]:
        """Primitives (N, G, G) of masks (N, S, S)."""
        ...

    def classify(self, masks: NDArray[np.bool_]) -> NDArray[np.float64]:
        """P(shape class) (N, C)."""
        ...

    @property
    def gallery(self) -> "Search | None":
        """Of the corpus that it learnt."""
        ...


def explain_reading(
    recognizer: Networks,
    picture: PixelArray,
    mask: Mask,
    verdict: Verdict,
    shapes: NDArray[np.float64],
) -> Explanation:
    """Why the recogniser prefers the best of its shape classes to the second.

    `mask` (S, S) is what it read of the picture, `shapes` (C,) are the probabilities.
    """
    best = np.argsort(-shapes, kind="stable")[:2].tolist()
    heats = recognizer_heats(recognizer, mask, *best)
    exemplars: tuple[Exemplar, ...] = ()
    labels = [recognizer.members[shape] for shape in best]
    same: list[float | None] = [None, None]
    if recognizer.gallery:
        near = _Near.of(recognizer.gallery, picture).among(*map(set, labels))
        heats, exemplars = (*heats, *near.heats()), near.exemplars()
        same = [near.same_letter(rank) for rank in (0, 1)]
    first, second = map(Candidate, labels, shapes[best].tolist(), same)
    return Explanation(picture, verdict, first, second, heats, exemplars)


def with_explanations(
    search: "Search", pictures: Sequence[PixelArray], answers: "Sequence[Answered]"
) -> "list[Answered]":
    """The answers of a gallery to pictures, each with why; blank ones have nothing to explain."""
    return [
        replace(one, explanation=explain_answer(search, picture, one)) if one.hits else one
        for picture, one in zip(pictures, answers, strict=True)
    ]


def explain_answer(search: "Search", picture: PixelArray, answered: "Answered") -> Explanation:
    """Why a gallery prefers its answer to the nearest other label."""
    near = _Near.of(search, picture)
    best = answered.label or answered.hits[0].label
    other = near.nearest_but(best)
    near = near.among({best}, {other} if other else set())
    answer = Candidate((best,), answered.probability, near.same_letter(0))
    runner_up = Candidate((other,), None, near.same_letter(1)) if other else None
    return Explanation(picture, answered.verdict, answer, runner_up, near.heats(), near.exemplars())


def recognizer_heats(
    recognizer: Networks, mask: Mask, answer: int, runner_up: int
) -> tuple[Heat, ...]:
    """Heat of a mask (S, S) as the recogniser reads it, for a shape class against another.

    By each network on its own, and by occlusion for both together, in nats of P(answer) over
    P(runner-up).
    """
    shown = _dark(torch.from_numpy(mask[None].astype(np.float32)))
    one, other = (torch.tensor([shape], device=recognizer.device) for shape in (answer, runner_up))
    grids = torch.from_numpy(recognizer.grids(mask[None])).to(recognizer.device).long()
    private = deepcopy(recognizer.phase2)  # other threads may ask the network meanwhile
    with torch.inference_mode():
        of_cells = saliency(private, grids, one, other)
    attends = isinstance(recognizer.phase2, GridTransformer)
    how = "attention rollout" if attends else "class activation map"
    heats = [_heat("phase2", how, of_cells, shown, against_runner_up=not attends)]
    masks = torch.from_numpy(mask[None].astype(np.float32)).to(recognizer.device)
    inputs = stack_channels(masks, recognizer.baseline.channels)
    alone, lead = grad_cam(
        recognizer.baseline,
        _maps_of_raster,
        inputs,
        lambda logits: [logits[:, answer], logits[:, answer] - logits[:, runner_up]],
    )
    heats.append(_heat("baseline", "Grad-CAM", alone, shown, against_runner_up=False))
    heats.append(_heat("baseline", "Grad-CAM", lead, shown))

    def log_odds(pictures: Tensor) -> Tensor:
        p = recognizer.classify(pictures.numpy())[:, [answer, runner_up]]
        return torch.from_numpy(np.log(np.maximum(p, _LEAST)) @ np.array([1.0, -1.0]))

    lost = occlusion(log_odds, torch.from_numpy(mask), CELLS)[None]
    heats.append(_heat("both networks", _OCCLUSION, lost, shown))
    return tuple(heats)


@dataclass(frozen=True)
class _Near:
    """What a gallery holds, by its distance to a picture, and which of it is to be shown."""

    search: "Search"
    picture: PixelArray
    entries: Sequence[Entry]
    vectors: NDArray[np.float32]  # (E, D)
    distances: NDArray[np.float32]  # (E,)
    rows: tuple[NDArray[np.int64], ...] = ()
    """Of the answer, and of its runner-up, nearest first."""

    @classmethod
    def of(cls, search: "Search", picture: PixelArray) -> "_Near":
        (query,) = search.embed([picture])
        entries, vectors = search.holdings()
        return cls(search, picture, entries, vectors, np.linalg.norm(vectors - query, axis=1))

    def nearest_but(self, label: str) -> str | None:
        """The label, other than this one, of the nearest entry; None where there is no other."""
        order = np.argsort(self.distances, kind="stable").tolist()
        labels = (self.entries[row].label for row in order)
        return next((one for one in labels if one != label), None)

    def among(self, *labels: set[str]) -> "_Near":
        """To show the nearest entries of each of these sets; shapes have several labels."""
        owners = [{entry.label, *entry.label.split(" | ")} for entry in self.entries]
        rows = []
        for wanted in labels:
            own = np.array([row for row, owned in enumerate(owners) if owned & wanted], dtype=int)
            rows.append(own[np.argsort(self.distances[own], kind="stable")[:_EACH]])
        return replace(self, rows=tuple(rows))

    def same_letter(self, rank: int) -> float | None:
        """As `Candidate` has it, of the answer, 0, or of its runner-up, 1."""
        rule, rows = self.search.matching, self.rows[rank]
        if rule is None or not len(rows):
            return None
        return float(rule.probabilities(self.distances[rows[:1]])[0])

    def exemplars(self) -> tuple[Exemplar, ...]:
        """With their pictures, where there are any."""
        rows = np.concatenate(self.rows)
        entries = [self.entries[row] for row in rows.tolist()]
        pictures = self.search.pictures.of(entries, self.vectors[rows])
        distances = self.distances[rows].tolist()
        return tuple(
            Exemplar(e.label, e.codepoints, e.source, distance, place >= len(self.rows[0]), shown)
            for place, (e, distance, shown) in enumerate(
                zip(entries, distances, pictures, strict=True)
            )
        )

    def heats(self) -> tuple[Heat, ...]:
        """Of the likeness to the answer's exemplar, alone and over that to the runner-up's."""
        ends = [self.vectors[rows[0]] for rows in self.rows if len(rows)]
        if not len(self.rows[0]):
            return ()
        embedder = self.search.embedder
        device = embedder.device
        inputs = embedder.view.inputs([self.picture], device).clean(torch.arange(1, device=device))
        shown = _dark(inputs[0].cpu())
        axes = torch.from_numpy(np.stack(ends, axis=1)).to(device)

        def likeness(placed: Tensor) -> list[Tensor]:
            alone, *other = (placed @ axes).unbind(dim=1)
            return [alone, *(alone - one for one in other)]

        maps = grad_cam(embedder.network, _maps_of_embedder, inputs, likeness)
        heats = [
            _heat("embedder", "Grad-CAM", heat, shown, against_runner_up=rank > 0)
            for rank, heat in enumerate(maps)
        ]
        with torch.inference_mode():
            lost = occlusion(lambda one: likeness(embedder.network(one))[-1], inputs[0], CELLS)
        heats.append(
            _heat("embedder", _OCCLUSION, lost[None], shown, against_runner_up=len(ends) > 1)
        )
        return tuple(heats)


def _maps_of_raster(network: RasterCNN) -> nn.Module:
    return list(network.body.children())[-1]


def _maps_of_embedder(network: Embedder) -> nn.Module:
    return last_blocks(network, 1)[0]


def _heat(
    network: str, method: str, heat: Tensor, shown: PixelArray, *, against_runner_up: bool = True
) -> Heat:
    """From heat (1, h, w) of any size and strength."""
    cells = over_cells(heat.float(), CELLS)[0].cpu().numpy()
    peak = float(np.abs(cells).max())
    cells = np.asarray(cells / max(peak, np.finfo(np.float32).tiny), dtype=np.float32)
    in_units = peak if method == _OCCLUSION else None
    return Heat(network, method, cells, in_units, shown, against_runner_up)


def _dark(inputs: Tensor) -> PixelArray:
    """What a network reads, (C, S, S), as a picture: ink in [0, 1], or a photograph."""
    if inputs.shape[0] == 1:
        return np.asarray((255 * (1 - inputs[0])).round().numpy(), dtype=np.uint8)
    photo = inputs.permute(1, 2, 0).numpy() * np.array(STD) + np.array(MEAN)
    return np.asarray((255 * photo).round().clip(0, 255), dtype=np.uint8)
