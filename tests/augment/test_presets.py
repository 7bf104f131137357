"""The presets as data: none, then more of everything."""

import pytest
from pydantic import ValidationError

from rasm.augment.presets import Preset, strength_for
from tests.augment.levels import PRESET_AMOUNTS, PRESETS


def test_medium_is_the_usual_recipe() -> None:
    medium = PRESETS["medium"]
    assert (medium.rand_augment_n, medium.rand_augment_m) == (2, 9)
    assert (medium.random_erasing_p, medium.mixup_alpha, medium.cutmix_alpha) == (0.5, 0.2, 1.0)


def test_minimal_is_nothing_and_no_amount_shrinks_after_it() -> None:
    assert all(PRESET_AMOUNTS.of(name) == preset for name, preset in PRESETS.items())
    assert set(PRESETS["minimal"].model_dump().values()) == {0}
    for amount in Preset.model_fields:
        amounts = [getattr(preset, amount) for preset in PRESETS.values()]
        assert amounts == sorted(amounts), amount


def test_a_preset_knows_no_other_keys() -> None:
    with pytest.raises(ValidationError, match="cutout"):
        Preset(**PRESETS["light"].model_dump(), cutout=1)


def test_more_pictures_are_varied_more() -> None:
    counts = [1, 499, 500, 2000, 2001, 100_000]
    expected = ["light", "light", "medium", "medium", "heavy", "heavy"]
    assert [strength_for(count) for count in counts] == expected
