"""What holds for every view, by the kind that params name."""

from typing import Any

import numpy as np
import pytest
import torch
from pydantic import ValidationError

from rasm.training.embedder_params import view_params
from rasm.training.views.glyphs import GlyphViewParams, GlyphViews
from rasm.training.views.letters import LetterViewParams, LetterViews
from rasm.training.views.photos import PhotoViewParams, PhotoViews
from rasm.training.views.scripts import ScriptViewParams, ScriptViews
from tests.augment.hands import hand
from tests.training.views.sections import SECTIONS, STILL, generator, section, views

KINDS: list[tuple[str, type, type]] = [
    ("scripts", ScriptViewParams, ScriptViews),
    ("letters", LetterViewParams, LetterViews),
    ("glyphs", GlyphViewParams, GlyphViews),
    ("photos", PhotoViewParams, PhotoViews),
]
RESTLESS: dict[str, dict[str, Any]] = {
    "scripts": {"hand": hand(pen_px=(4, 4), rotate=0.2)},
    "glyphs": {"distortion": {**STILL, "share": 1.0, "rotate": 0.3}},
    "photos": {"strength": "heavy"},
}
UPRIGHT, LEVEL = (np.full((48, 64), 240, dtype=np.uint8) for _ in range(2))
UPRIGHT[8:40, 30:36] = LEVEL[20:28, 10:50] = 10
ROWS = torch.tensor([1, 0, 0])


@pytest.mark.parametrize(("kind", "params", "made"), KINDS)
def test_the_section_is_read_and_makes_the_views(kind: str, params: type, made: type) -> None:
    read = view_params(section(kind))
    assert type(read) is params
    assert view_params(read.model_dump(mode="json")) == read
    assert type(views(kind, UPRIGHT)) is made


@pytest.mark.parametrize("kind", SECTIONS)
def test_clean_is_what_is_shown_in_use(kind: str) -> None:
    in_use = view_params(section(kind)).in_use
    assert in_use.kind == kind
    shown, seen = in_use.inputs([UPRIGHT, LEVEL], torch.device("cpu")), views(kind, UPRIGHT, LEVEL)
    assert seen.channels == shown.channels
    assert torch.equal(seen.clean(ROWS), shown.clean(ROWS))


@pytest.mark.parametrize("kind", SECTIONS)
def test_the_generator_decides_what_training_shows_and_goes_on(kind: str) -> None:
    known = views(kind, UPRIGHT, LEVEL, **RESTLESS.get(kind, {}))
    one, before = generator(), torch.get_rng_state()
    first, second = known.train(ROWS, one), known.train(ROWS, one)
    assert torch.equal(torch.get_rng_state(), before), "no other randomness is touched"
    torch.manual_seed(1)
    assert torch.equal(first, known.train(ROWS, generator()))
    assert first.shape == known.clean(ROWS).shape and first.dtype == torch.float32
    assert not torch.equal(first, second)
    assert not torch.equal(first[1], first[2]), "each picture varies by itself"


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="no view 'sound'; there are scripts, letters, glyphs"):
        view_params({"kind": "sound"})


@pytest.mark.parametrize(
    ("kind", "wrong", "says"),
    [
        ("scripts", {"picture": 92}, "picture"),  # as in use
        ("glyphs", {"size": 24}, "must divide"),  # as in use
        ("letters", {"levels": "mild"}, "levels"),
        ("letters", {"clean_share": 1.1}, "clean_share"),
        ("letters", {"turn": 1}, "turn"),
        ("photos", {"strength": "mild"}, "strength"),
        ("photos", {"mixed": True}, "mixed"),
    ],
)
def test_what_cannot_be_is_refused(kind: str, wrong: dict[str, Any], says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        view_params(section(kind, **wrong))
