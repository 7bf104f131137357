"""How strongly photographs are varied while training, in named presets.

The more pictures there are, the more variation pays: `light` below 500, `medium` up to 2,000, and
`heavy` above, which are constants of the recipe; `minimal` is none. A zero leaves a step out.
"""

from typing import Literal

from pydantic import BaseModel, Field

Strength = Literal["minimal", "light", "medium", "heavy"]


class Preset(BaseModel, frozen=True, extra="forbid"):
    """Amounts of the variations that go beyond camera and lamp."""

    rand_augment_n: int = Field(ge=0)
    """RandAugment: operations a picture (arXiv 1909.13719)."""
    rand_augment_m: int = Field(ge=0, le=30)
    """RandAugment: their magnitude."""
    random_erasing_p: float = Field(ge=0, le=1)
    """RandomErasing: probability that a rectangle of a picture is blanked (arXiv 1708.04896)."""
    mixup_alpha: float = Field(ge=0)
    """MixUp: both parameters of the Beta distribution of shares (arXiv 1710.09412)."""
    cutmix_alpha: float = Field(ge=0)
    """CutMix: the same of the share of area (arXiv 1905.04899)."""


NOTHING = Preset(
    rand_augment_n=0, rand_augment_m=0, random_erasing_p=0, mixup_alpha=0, cutmix_alpha=0
)
"""The preset `minimal`."""


class Presets(BaseModel, frozen=True, extra="forbid"):
    """The amounts of each strength but `minimal`."""

    light: Preset
    medium: Preset
    heavy: Preset

    def of(self, strength: Strength) -> Preset:
        """The amounts of this strength."""
        named = {"light": self.light, "medium": self.medium, "heavy": self.heavy}
        return named.get(strength, NOTHING)


def strength_for(pictures: int) -> Strength:
    """The preset for this number of training pictures."""
    if pictures < 500:
        return "light"
    return "medium" if pictures <= 2000 else "heavy"
