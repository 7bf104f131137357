"""From the kind of input that a network's card names to the file that it is."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rasm.inputs.pictures import PictureInputParams


def inputs_of_card(folder: Path, card: Mapping[str, Any]) -> PictureInputParams:
    """What the network in `folder`, whose card has this entry `view`, is to be shown.

    Raises ValueError for the card of another kind of network.
    """
    kind = card.get("kind")
    match kind:
        case "scripts":
            from rasm.inputs.scripts import ScriptInputParams

            return ScriptInputParams.model_validate(card)
        case "letters":
            from rasm.inputs.letters import LetterInputParams

            return LetterInputParams.model_validate(card)
        case "glyphs":
            from rasm.inputs.glyphs import GlyphInputParams

            return GlyphInputParams.model_validate(card)
        case "photos":
            from rasm.inputs.photos import PhotoInputParams

            return PhotoInputParams.model_validate(card)
    raise ValueError(
        f"{folder} holds no embedder of pictures: by its card it sees them as {kind!r}, which is"
        " none of scripts, letters, glyphs and photos; run `dvc repro` to train one"
    )
