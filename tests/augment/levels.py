"""The levels of wear and the presets of params.yaml, by name."""

from pathlib import Path

import yaml

from rasm.augment.presets import NOTHING, Preset, Presets
from rasm.augment.severity import Severity

_PARAMS = yaml.safe_load((Path(__file__).parents[2] / "params.yaml").read_text(encoding="utf-8"))

SEVERITIES = {
    name: Severity(name=name, **_PARAMS["wear"][name]) for name in ("light", "seed", "heavy")
}
PRESET_AMOUNTS = Presets(**_PARAMS["train_embedder"]["views"]["photos"]["presets"])
PRESETS: dict[str, Preset] = {
    "minimal": NOTHING,
    "light": PRESET_AMOUNTS.light,
    "medium": PRESET_AMOUNTS.medium,
    "heavy": PRESET_AMOUNTS.heavy,
}
