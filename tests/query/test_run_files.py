"""A run is looked at without its networks."""

from pathlib import Path

import pytest

from rasm.query.run_files import drawing_policy
from rasm.raster.glyph import RasterPolicy
from rasm.store.json_file import write_json

NEEDED = (
    "trust/trust.json",
    "meta/label_map.json",
    "meta/homoglyphs.json",
    "checkpoints/phase1/model.json",
)


@pytest.fixture
def run(tmp_path: Path) -> Path:
    policy = RasterPolicy(size=64, diacritic_size=16)
    for name in NEEDED:
        write_json(tmp_path / name, {"raster": policy.model_dump()})
    return tmp_path


def test_policy_is_that_of_the_run(run: Path) -> None:
    assert drawing_policy(run) == RasterPolicy(size=64, diacritic_size=16)


@pytest.mark.parametrize("name", NEEDED)
def test_what_is_missing_is_named(name: str, run: Path) -> None:
    (run / name).unlink()
    with pytest.raises(FileNotFoundError, match=f"{name} is missing: `make run` trains one"):
        drawing_policy(run)
