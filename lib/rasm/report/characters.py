"""The test of an embedder of unseen characters: trials between two fonts of a held-out script."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, Field

from rasm.corpora.corpus import Item
from rasm.retrieval.one_shot import error_by_script, make_trials, one_shot_errors

Picture = NDArray[np.uint8]
Embed = Callable[[Sequence[Picture]], NDArray[np.float32]]
"""Pictures to embeddings (N, D) of unit length."""


class CharacterTestParams(BaseModel, frozen=True, extra="forbid"):
    """Trials of `ways` characters, `per_script` for each script that two fonts draw."""

    ways: int = Field(ge=2)
    per_script: int = Field(ge=1)


def examine_characters(
    items: Sequence[Item],
    pictures: Sequence[Picture],
    embed: Embed,
    params: CharacterTestParams,
    seed: int,
) -> dict[str, float]:
    """Share of wrong answers of the embedding, and of raw pixels beside it, in [0, 1].

    `one_shot_error_embedding` and `_pixels` are means over scripts, followed by each script's own.
    Raises ValueError when no script is drawn by two fonts.
    """
    scripts, labels, fonts = (
        np.array([getattr(item, name) for item in items]) for name in ("group", "label", "source")
    )
    trials = make_trials(scripts, labels, fonts, params.ways, params.per_script, seed)
    if not len(trials.scripts):
        raise ValueError(f"no script of the test split has {params.ways} characters in two fonts")
    truth = np.tile(np.arange(params.ways), (len(trials.scripts), 1))
    asked = len(np.unique(trials.scripts))
    found: dict[str, float] = {
        "scripts": asked,
        "scripts_without_a_second_font": len(np.unique(scripts)) - asked,
        "trials": len(trials.scripts),
        "ways": params.ways,
    }
    pixels = np.stack([255.0 - picture.ravel() for picture in pictures]).astype(np.float32)
    for name, vectors in (("embedding", embed(pictures)), ("pixels", pixels)):
        errors = one_shot_errors(vectors[trials.references], vectors[trials.queries], truth)
        table = error_by_script(trials.scripts, errors)
        found[f"one_shot_error_{name}"] = table.pop("mean")
        found |= {f"one_shot_error_{name}_{script}": error for script, error in table.items()}
    return found
