"""A section of params for every kind of view, in which nothing varies, or next to nothing."""

from typing import Any

import torch

from rasm.inputs.pictures import PixelArray
from rasm.training.embedder_params import view_params
from rasm.training.views.views import Views
from tests.augment.levels import PRESET_AMOUNTS, SEVERITIES
from tests.training.toy_pen import PEN

AMOUNTS = ("rotate", "shear", "aspect", "stretch", "bend", "blur_sigma_max", "threshold")
STILL = {"share": 0.0, "bolder_px": 0, "lighter_px": 0, **dict.fromkeys(AMOUNTS, 0.0)}
SECTIONS: dict[str, dict[str, Any]] = {
    "scripts": PEN.model_dump(exclude={"kind"}),
    "letters": {
        "size": 128,
        "stretch": False,
        "levels": [SEVERITIES["seed"].model_dump()],
        "clean_share": 0.0,
    },
    "glyphs": {"picture": 32, "size": 16, "distortion": STILL},
    "photos": {  # of letters: not mirrored, hardly tilted, on white paper
        "size": 32,
        "crop_scale": [0.8, 1.0],
        "flip": 0.0,
        "rotate_degrees": 10.0,
        "fill": 255,
        "brightness": 0.2,
        "contrast": 0.2,
        "saturation": 0.0,
        "hue": 0.0,
        "strength": "minimal",
        "presets": PRESET_AMOUNTS.model_dump(),
        "mix": False,
    },
}


def section(kind: str, **changes: Any) -> dict[str, Any]:
    return {"kind": kind, **SECTIONS[kind], **changes}


def views(kind: str, *pictures: PixelArray, **changes: Any) -> Any:
    made: Views = view_params(section(kind, **changes)).views(pictures, torch.device("cpu"))
    return made


def generator(seed: int = 5) -> torch.Generator:
    return torch.Generator().manual_seed(seed)
