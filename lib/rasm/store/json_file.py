"""JSON artefacts: one reader that names the file, one writer that is stable and whole."""

import json
from pathlib import Path
from typing import Any

from rasm.store.atomic import replacing


def read_json(path: Path) -> Any:
    """Parsed content. Raises ValueError naming the file when it is no JSON."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except json.JSONDecodeError as error:
        raise ValueError(
            f"{path} is not JSON ({error}); run `dvc repro` to make it again"
        ) from None


def write_json(path: Path, content: Any) -> None:
    """Write with sorted keys and a closing newline, so that equal content is equal bytes."""
    text = json.dumps(content, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
    with replacing(path) as temporary:
        temporary.write_text(text, encoding="utf-8")
