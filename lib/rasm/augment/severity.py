"""How badly a glyph has aged, in named levels: numbers that the Ager turns into steps.

`seed` is the recipe that the Ager follows, number for number; `light` is a mild version of it and
`heavy` clearly worse, to see where a matcher breaks. All lengths are pixels of a picture of 128 x
128, at which every glyph is aged, so a level means the same whatever size comes out.
"""

from typing import Literal

from pydantic import BaseModel, Field

Level = Literal["light", "seed", "heavy"]


class Severity(BaseModel, frozen=True, extra="forbid"):
    """The amounts of each step, in the order of the steps. Pairs are lowest and highest."""

    rotate_degrees: float = Field(ge=0, le=360)
    """Largest turn to either side; every picture is turned."""
    chance: float = Field(ge=0, le=1)
    """Probability of each of the other steps, drawn for each step of its own."""
    elastic_alpha: float = Field(ge=0)
    """Displacement field: uniform noise in [-1, 1] smoothed, times this many pixels."""
    elastic_sigma: float = Field(ge=1)
    """Standard deviation of the smoothing, pixels."""
    corner_px: float = Field(ge=0)
    """How far the corners of a square are dragged for the affine part of the elastic step."""
    scale: float = Field(ge=0, lt=1)
    """Largest relative change of resolution; the last resize takes the change of size back."""
    blur_px: tuple[int, int]
    """Sides of the Gaussian kernel; 1 is no blur, even sides count as the next odd one."""
    brightness: float = Field(ge=0, le=1)
    """Largest change of all grey values, as a share of white."""
    contrast: float = Field(ge=0, le=1)
    """Largest relative change of all grey values."""
    noise_variance: tuple[float, float]
    """Variance of the grain, squared grey levels (of 255)."""
    holes: tuple[int, int]
    """Number of white patches."""
    hole_px: tuple[int, int]
    """Height and, drawn apart, width of a patch."""
    iso_colour: tuple[float, float]
    """Sensor noise: spread of the hue; moves no grey pixel."""
    iso_intensity: tuple[float, float]
    """Sensor noise: strength of the speckle in ink."""


SEVERITIES: dict[Level, Severity] = {
    "light": Severity(
        rotate_degrees=15,
        chance=0.3,
        elastic_alpha=50,
        elastic_sigma=6,
        corner_px=1.5,
        scale=0.05,
        blur_px=(1, 3),
        brightness=0.15,
        contrast=0.15,
        noise_variance=(2, 10),
        holes=(1, 2),
        hole_px=(4, 8),
        iso_colour=(0.01, 0.02),
        iso_intensity=(0.05, 0.2),
    ),
    "seed": Severity(
        rotate_degrees=360,
        chance=0.5,
        elastic_alpha=120,
        elastic_sigma=6,
        corner_px=3.6,
        scale=0.1,
        blur_px=(1, 3),
        brightness=0.3,
        contrast=0.3,
        noise_variance=(10, 50),
        holes=(4, 4),
        hole_px=(15, 15),
        iso_colour=(0.01, 0.05),
        iso_intensity=(0.1, 0.5),
    ),
    "heavy": Severity(
        rotate_degrees=360,
        chance=0.9,
        elastic_alpha=150,
        elastic_sigma=6,
        corner_px=7.2,
        scale=0.3,
        blur_px=(3, 7),
        brightness=0.4,
        contrast=0.4,
        noise_variance=(50, 400),
        holes=(4, 8),
        hole_px=(10, 22),
        iso_colour=(0.01, 0.05),
        iso_intensity=(0.4, 0.8),
    ),
}
