"""Whatever bit turns in a file that is vouched for, the file is refused by name."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from rasm.store.sealed import (
    marks_of,
    read_sealed,
    sealed_lines,
    vouched,
    write_sealed,
    write_sealed_lines,
)


def write_all(folder: Path) -> dict[str, Callable[[], Any]]:
    """A file of each kind, and how it is read."""
    (folder / "weights").write_bytes(bytes(range(32)))
    marks = marks_of(folder / "weights")
    write_sealed(folder / "card.json", {"share": 1e-05, "label": "باء"})
    write_sealed_lines(folder / "rows.jsonl", ('{"a":1}', '{"a":2}'))
    return {
        "weights": lambda: vouched(folder / "weights", marks, "mend it"),
        "card.json": lambda: read_sealed(folder / "card.json", dict[str, Any], "mend it"),
        "rows.jsonl": lambda: list(sealed_lines(folder / "rows.jsonl", "mend it")),
    }


def test_what_was_written_is_read(tmp_path: Path) -> None:
    read = write_all(tmp_path)
    assert read["weights"]() == bytes(range(32))
    assert read["card.json"]() == {"share": 1e-05, "label": "باء"}
    assert read["rows.jsonl"]() == [b'{"a":1}\n', b'{"a":2}\n']


@pytest.mark.parametrize("name", ["weights", "card.json", "rows.jsonl"])
def test_every_flipped_bit_and_every_cut_is_refused_by_name(tmp_path: Path, name: str) -> None:
    read = write_all(tmp_path)[name]
    path = tmp_path / name
    whole = path.read_bytes()
    flipped = (
        whole[:place] + bytes([whole[place] ^ 1 << bit]) + whole[place + 1 :]
        for place in range(len(whole))
        for bit in range(8)
    )
    for damaged in (*flipped, *(whole[:size] for size in range(len(whole))), whole + b"\n"):
        path.write_bytes(damaged)
        with pytest.raises(ValueError) as error:
            read()
        assert str(path) in str(error.value) and "mend it" in str(error.value)


def test_what_is_missing_or_was_never_sealed_says_what_to_do(tmp_path: Path) -> None:
    card = tmp_path / "card.json"
    with pytest.raises(FileNotFoundError, match=r"card\.json is missing: run `dvc repro`"):
        read_sealed(card, dict[str, Any])
    card.write_text("{}")
    with pytest.raises(ValueError, match=r"card\.json has no seal.*run `dvc repro`"):
        read_sealed(card, dict[str, Any])
    with pytest.raises(ValueError, match=r"card\.json is not the file that its card"):
        vouched(card, {})
