"""The newest released model goes into the wheel, as `rasm/models/VERSION`.

A checkout has it in `models/`, where an editable install finds it.
"""

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class Model(BuildHookInterface):
    """Adds it to what is built."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Called by hatchling, with `version` "editable" where nothing is to be copied."""
        if version != "editable":
            released = Path(self.root, "models").glob("*")
            newest = max(released, key=lambda folder: folder.name)
            build_data["force_include"][str(newest)] = f"rasm/models/{newest.name}"
