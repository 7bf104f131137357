"""How badly a glyph has aged: numbers that the Ager turns into steps.

All lengths are pixels of a picture of 128 x 128, at which every glyph is aged, so a level means the
same whatever size comes out. They stand apart because reading parameters needs no Albumentations.
"""

from pydantic import BaseModel, Field


class Severity(BaseModel, frozen=True, extra="forbid"):
    """The amounts of each step, in the order of the steps. Pairs are lowest and highest."""

    name: str
    """What the level is called, in metrics and on sheets."""
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
