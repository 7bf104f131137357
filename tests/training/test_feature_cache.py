"""Arrays are made once, and anew where anything that they are made of has changed."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rasm.training.feature_cache import Arrays, cached


class Maker:
    def __init__(self) -> None:
        self.calls = 0

    def __call__(self) -> Arrays:
        self.calls += 1
        return {"rows": np.arange(6).reshape(2, 3), "right": np.array([True, False])}


@pytest.fixture
def made_of(tmp_path: Path) -> dict[str, Any]:
    (tmp_path / "input").write_text("pictures")
    return {"params": {"views": 3}, "inputs": [tmp_path / "input"], "code": {"a.py": "1"}}


def test_the_second_time_they_are_read(tmp_path: Path, made_of: dict[str, Any]) -> None:
    make = Maker()
    first, second = (cached(tmp_path / "cache.npz", make, **made_of) for _ in range(2))
    assert make.calls == 1
    assert first.keys() == second.keys()
    assert all(np.array_equal(first[name], second[name]) for name in first)


@pytest.mark.parametrize("change", [{"params": {"views": 4}}, {"code": {"a.py": "2"}}, {}])
def test_what_has_changed_is_made_anew(
    tmp_path: Path, made_of: dict[str, Any], change: dict[str, Any]
) -> None:
    make = Maker()
    cached(tmp_path / "cache.npz", make, **made_of)
    if not change:
        (tmp_path / "input").write_text("other pictures")
    cached(tmp_path / "cache.npz", make, **{**made_of, **change})
    assert make.calls == 2


def test_a_broken_file_is_replaced(tmp_path: Path, made_of: dict[str, Any]) -> None:
    make = Maker()
    (tmp_path / "cache.npz").write_bytes(b"PK cut off")
    assert cached(tmp_path / "cache.npz", make, **made_of)["rows"].shape == (2, 3)
    cached(tmp_path / "cache.npz", make, **made_of)
    assert make.calls == 1
