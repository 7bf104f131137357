"""From the kind of loss that params name to the file that it is."""

from collections.abc import Mapping
from typing import Any

from rasm.losses.embedding import EmbeddingLossParams


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
