"""The font that most of these tests read."""

import pytest

from tests.fonts.building import (
    SQUARES,
    SQUARES_CMAP,
    SQUARES_FEATURES,
    build_font,
    font_bytes,
)


@pytest.fixture(scope="session")
def squares() -> bytes:
    """alef, beh, lam, fatha as squares; a glyph for initial beh; a lam-alef ligature."""
    return font_bytes(build_font(SQUARES, SQUARES_CMAP, features=SQUARES_FEATURES))
