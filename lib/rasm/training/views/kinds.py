"""From the kind of view that params name to the file that it is."""

from collections.abc import Mapping
from typing import Any

from rasm.training.views.views import ViewParams


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
