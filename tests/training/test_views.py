"""Every view is known by the name that its card gives it."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from rasm.training.glyph_views import GlyphViews
from rasm.training.pen_views import PenViews
from tests.training.test_glyph_views import PARAMS as GLYPH

from rasm.training.views import ViewParams, params_of, see
from tests.training.toy_pen import PEN

CPU = torch.device("cpu")
PICTURE = np.pad(np.zeros((20, 8), dtype=np.uint8), 12, constant_values=255)


@pytest.mark.parametrize(("params", "kind"), [(PEN, PenViews), (GLYPH, GlyphViews)])
def test_params_choose_the_view(params: ViewParams, kind: type) -> None:
    views = see([PICTURE], params, CPU)
    assert isinstance(views, kind)
    assert views.clean(torch.tensor([0, 0])).shape[:2] == (2, views.channels)


@pytest.mark.parametrize("params", [PEN, GLYPH])
def test_a_card_gives_its_params_back(params: ViewParams) -> None:
    card = json.loads(json.dumps(see([PICTURE], params, CPU).card))
    assert params_of(Path("weights"), card) == params


@pytest.mark.parametrize("card", [{}, {"kind": "sound"}])
def test_a_card_of_something_else_is_refused(card: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="weights holds no embedder.*pen, aged, glyph, photo"):
        params_of(Path("weights"), card)
