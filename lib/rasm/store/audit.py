"""What was left out and why, one JSON line each: nothing disappears without a word."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from rasm.store.atomic import replacing


def write_audit(path: Path, entries: Iterable[Mapping[str, Any]]) -> None:
    """Write the entries, each with a `reason`, as JSON lines."""
    with replacing(path) as temporary, temporary.open("w", encoding="utf-8") as file:
        for entry in entries:
            file.write(json.dumps(entry, ensure_ascii=False, sort_keys=True) + "\n")
