"""One small trained run for all tests of this folder."""

from pathlib import Path

import pytest

from tests.query.trained import train


@pytest.fixture(scope="session")
def outputs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("run") / "outputs"
    train(folder)
    return folder
