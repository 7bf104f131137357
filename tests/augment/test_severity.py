"""The levels as data: the recipe's numbers, and more of everything from level to level."""

import numpy as np
import pytest
from pydantic import ValidationError

from rasm.augment.severity import Severity
from tests.augment.levels import SEVERITIES


def test_seed_is_the_recipe() -> None:
    """120 is alpha, 0.05 and 0.03 of which are sigma and the reach of the affine part."""
    seed = SEVERITIES["seed"]
    assert seed.rotate_degrees == 360
    assert (seed.elastic_alpha, seed.elastic_sigma) == (120, 120 * 0.05)
    assert seed.corner_px == pytest.approx(120 * 0.03)
    assert (seed.scale, seed.brightness, seed.contrast) == (0.1, 0.3, 0.3)
    assert (seed.blur_px, seed.noise_variance) == ((1, 3), (10, 50))
    assert (seed.holes, seed.hole_px) == ((4, 4), (15, 15))
    assert (seed.iso_colour, seed.iso_intensity) == ((0.01, 0.05), (0.1, 0.5))


def test_no_amount_shrinks_from_level_to_level() -> None:
    for amount in set(Severity.model_fields) - {"name", "elastic_sigma"}:
        light, seed, heavy = (np.max(getattr(level, amount)) for level in SEVERITIES.values())
        assert light <= seed <= heavy, amount


def test_a_level_is_frozen_and_complete() -> None:
    seed = SEVERITIES["seed"]
    with pytest.raises(ValidationError, match="frozen"):
        seed.chance = 1  # type: ignore[misc]
    amounts = seed.model_dump()
    with pytest.raises(ValidationError, match="max_holes"):
        Severity(**amounts, max_holes=4)
    del amounts["scale"]
    with pytest.raises(ValidationError, match="scale"):
        Severity(**amounts)
