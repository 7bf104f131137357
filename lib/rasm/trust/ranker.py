"""The quality ranker at work: which of several pictures is most legible, which to reshoot."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Self

import numpy as np
import torch
from numpy.typing import NDArray
from pydantic import BaseModel, Field

from rasm.inputs.pictures import PixelArray
from rasm.nets.ranker import RankerNet
from rasm.nets.weights import load_network, read_card
from rasm.reading.embeddings import PictureEmbedder
from rasm.reading.legibility import FeatureParams, PictureFeatures
from rasm.store.sealed import read_sealed

_CHUNK = 1024  # pictures at a time

RejectBy = Literal["ranker", "gap"]


class RejectRule(BaseModel, frozen=True, extra="forbid"):
    """Which pictures are to be taken again: those below the `limit` of what validation preferred.

    `ranker` is the score of the network, `gap` that between the distances to the two nearest
    ideals, a number that needs no network.
    """

    by: RejectBy
    limit: float = Field(allow_inf_nan=False)


class RankerCard(BaseModel, frozen=True):
    """What the card of a ranker says beside its architecture."""

    embedder: str
    """SHA-256 of the weights of the embedder whose features it learnt."""
    clip: str
    """The same of CLIP's, empty without."""
    features: FeatureParams
    reject: RejectRule


@dataclass(frozen=True)
class Legibility:
    """N pictures as the ranker sees them."""

    scores: NDArray[np.float32]  # (N,), the larger the more legible
    gaps: NDArray[np.float32]  # (N,), between the distances to the two nearest ideals, in [0, 2]

    def by(self, which: RejectBy) -> NDArray[np.float32]:
        """What a rule looks at, (N,)."""
        return self.scores if which == "ranker" else self.gaps


@dataclass(frozen=True)
class QualityRanker:
    """A network, where its features come from, and whom to send back to the camera."""

    network: RankerNet
    features: PictureFeatures
    rule: RejectRule

    @classmethod
    def load(cls, folder: Path, embedder: PictureEmbedder) -> Self:
        """The ranker in a folder, over the embedder of the same run.

        Raises FileNotFoundError when there is none, ValueError when it was trained on other
        features than this embedder's, or than those of the CLIP weights that are there.
        """
        card = read_sealed(folder / "model.json", RankerCard)
        if card.embedder != embedder.fingerprint:
            raise ValueError(
                f"{folder} was trained on the features of another embedder than the one that is"
                " there: run `dvc repro` to train it anew"
            )
        network = load_network(folder, RankerNet.of_metadata).to(embedder.device)
        ideals = network.ideals.cpu().numpy()
        features = PictureFeatures.of(card.features, embedder, ideals)
        if features.clip_sha256 != card.clip:
            raise ValueError(f"{folder} was trained on the features of another CLIP model")
        sizes = vars(features.sizes)
        if sizes != network.sizes:
            raise ValueError(
                f"{folder} was trained on features of sizes {network.sizes}, and there are {sizes}:"
                " run `dvc repro` to train it anew"
            )
        return cls(network, features, card.reject)

    def judge(self, pictures: Sequence[PixelArray]) -> Legibility:
        """How legible pictures (H, W) or (H, W, 3) uint8 are.

        Raises ValueError naming the place, counted from 0, of a picture that is blank.
        """
        return judged_features(self.network, self.features.take(pictures), self.features)


def judged_features(
    network: RankerNet, found: NDArray[np.float32], features: PictureFeatures
) -> Legibility:
    """Scores of features (N, F); gaps, where they are not among them, are 0."""
    network.eval()
    shown = torch.from_numpy(found).to(next(network.parameters()).device)
    with torch.inference_mode():
        parts = [network(part).float().cpu() for part in torch.split(shown, _CHUNK)]
    column = features.gap_column
    gaps = np.zeros(len(found), dtype=np.float32) if column is None else found[:, column]
    return Legibility(torch.cat(parts).numpy(), gaps)


def ranker_metadata(folder: Path) -> dict[str, object]:
    """The architecture of the ranker in a folder, as its card has it."""
    return dict(read_card(folder)["architecture"])
