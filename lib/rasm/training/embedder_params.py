"""An embedder as params describe it: its loss, views and trials by their kinds, and its network.

Losses, views and trials are alternatives, a file each. Only the one that params name is imported.
"""

import math
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, PlainValidator, SerializeAsAny, model_validator

from rasm.losses.embedding import EmbeddingLossParams
from rasm.training.choosing.trials import TrialParams
from rasm.training.task import FitParams
from rasm.training.views.views import ViewParams


def embedding_loss_params(section: Mapping[str, Any]) -> EmbeddingLossParams:
    """The loss of an embedder by its `kind`. Raises ValueError for an unknown one."""
    kind = section.get("kind")
    match kind:
        case "softmax":
            from rasm.losses.proxies import SoftmaxParams

            return SoftmaxParams.model_validate(section)
        case "arcface":
            from rasm.losses.proxies import ArcFaceParams

            return ArcFaceParams.model_validate(section)
        case "subcenter_arcface":
            from rasm.losses.proxies import SubcenterArcFaceParams

            return SubcenterArcFaceParams.model_validate(section)
        case "proxy_anchor":
            from rasm.losses.proxy_anchor import ProxyAnchorParams

            return ProxyAnchorParams.model_validate(section)
        case "contrastive":
            from rasm.losses.contrastive import ContrastiveParams

            return ContrastiveParams.model_validate(section)
        case "siamese":
            from rasm.losses.siamese import SiameseParams

            return SiameseParams.model_validate(section)
        case "triplet":
            from rasm.losses.triplet import TripletParams

            return TripletParams.model_validate(section)
        case "multi_similarity":
            from rasm.losses.multi_similarity import MultiSimilarityParams

            return MultiSimilarityParams.model_validate(section)
    raise ValueError(
        f"there is no loss {kind!r}; there are softmax, arcface, subcenter_arcface, proxy_anchor,"
        " contrastive, siamese, triplet and multi_similarity"
    )


def view_params(section: Mapping[str, Any]) -> ViewParams:
    """The view by its `kind`. Raises ValueError for an unknown one."""
    kind = section.get("kind")
    match kind:
        case "scripts":
            from rasm.training.views.scripts import ScriptViewParams

            return ScriptViewParams.model_validate(section)
        case "letters":
            from rasm.training.views.letters import LetterViewParams

            return LetterViewParams.model_validate(section)
        case "glyphs":
            from rasm.training.views.glyphs import GlyphViewParams

            return GlyphViewParams.model_validate(section)
        case "photos":
            from rasm.training.views.photos import PhotoViewParams

            return PhotoViewParams.model_validate(section)
    raise ValueError(f"there is no view {kind!r}; there are scripts, letters, glyphs and photos")


def trial_params(section: Mapping[str, Any]) -> TrialParams:
    """The trials by their `kind`. Raises ValueError for unknown ones."""
    kind = section.get("kind")
    match kind:
        case "scripts":
            from rasm.training.choosing.scripts import ScriptTrialParams

            return ScriptTrialParams.model_validate(section)
        case "letters":
            from rasm.training.choosing.letters import LetterTrialParams

            return LetterTrialParams.model_validate(section)
        case "retrieval":
            from rasm.training.choosing.retrieval import RetrievalTrialParams

            return RetrievalTrialParams.model_validate(section)
    raise ValueError(f"there are no trials {kind!r}; there are scripts, letters and retrieval")


class SmallBackboneParams(BaseModel, frozen=True, extra="forbid"):
    """The residual CNN for two processor cores."""

    kind: Literal["small"]
    width: int = Field(ge=1)
    layout: int = Field(ge=1)


class TorchvisionBackboneParams(BaseModel, frozen=True, extra="forbid"):
    """A network of torchvision, its ImageNet weights if asked for."""

    kind: Literal["torchvision"]
    name: str
    weights: Literal["none", "IMAGENET1K_V1"]


class LinearHeadParams(BaseModel, frozen=True, extra="forbid"):
    """One layer."""

    kind: Literal["linear"]


class MlpHeadParams(BaseModel, frozen=True, extra="forbid"):
    """Two layers with dropout between."""

    kind: Literal["mlp"]
    dropout: float = Field(ge=0, lt=1)


class EmbedderParams(FitParams, frozen=True, extra="forbid"):
    """How an embedder is built (see Embedder), what it sees, and how it is trained and chosen."""

    views: SerializeAsAny[Annotated[ViewParams, PlainValidator(view_params)]]
    chosen_by: SerializeAsAny[Annotated[TrialParams, PlainValidator(trial_params)]]
    loss: SerializeAsAny[Annotated[EmbeddingLossParams, PlainValidator(embedding_loss_params)]]
    backbone: Annotated[
        SmallBackboneParams | TorchvisionBackboneParams, Field(discriminator="kind")
    ]
    head: Annotated[LinearHeadParams | MlpHeadParams, Field(discriminator="kind")]
    neck: bool
    dimension: int = Field(ge=2)
    per_class: int = Field(ge=1)
    """Pictures of a class in a batch; `batch_size / per_class` are its classes."""
    steps_per_epoch: int = Field(ge=1)
    """Batches an epoch at most, since pictures are drawn with replacement."""
    views_per_picture: int = Field(ge=1)
    """How often an epoch shows a picture at most, on average: small corpora have short epochs."""
    accumulate: int = Field(ge=0)
    """Parts that a batch is taken in, one after the other; 0: as the GPU's memory has it."""
    frozen_epochs: int = Field(ge=0)
    """Epochs at the start in which head and loss learn alone."""
    unfreeze_last: int = Field(ge=0)
    """Blocks of the backbone that learn afterwards, from the last; 0: all of it."""
    backbone_lr: float = Field(gt=0)
    """Learning rate of the backbone as a multiple of `lr`."""
    fresh: bool
    keep_every: int = Field(ge=0)

    @model_validator(mode="after")
    def _fit_together(self) -> "EmbedderParams":
        if self.batch_size % self.per_class:
            raise ValueError(f"batch_size {self.batch_size} is no multiple of per_class")
        if self.per_class < 2 and self.loss.compares_pictures:
            raise ValueError(f"loss {self.loss.kind} compares pictures of a class: per_class >= 2")
        if self.accumulate > 1 and not self.divisible:
            raise ValueError(f"loss {self.loss.kind} compares a batch's pictures: accumulate 1")
        if self.chosen_by.view not in (None, self.views.kind):
            raise ValueError(f"chosen_by {self.chosen_by.kind} needs views {self.chosen_by.view}")
        if self.loss.takes_pairs and self.views.kind != "letters":
            raise ValueError(f"loss {self.loss.kind} is told pairs: it needs views letters")
        return self

    def architecture(self, channels: int) -> dict[str, Any]:
        """Arguments of the network, but for weights that it starts from."""
        return {
            "backbone": self.backbone.model_dump(exclude={"weights"}),
            "head": self.head.model_dump(),
            "dimension": self.dimension,
            "neck": self.neck,
            "channels": channels,
        }

    def steps(self, pictures: int) -> int:
        """Batches of an epoch over so many training pictures."""
        enough = math.ceil(pictures * self.views_per_picture / self.batch_size)
        return min(self.steps_per_epoch, enough)

    @property
    def divisible(self) -> bool:
        """Whether the loss of a batch is the mean of the losses of its parts."""
        return not (self.loss.compares_pictures or self.loss.takes_pairs)
