"""One small trained run for all tests of this folder."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from tests.query.trained import train


@pytest.fixture(scope="session")
def outputs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Trained on one thread: on a busy machine spinning threads cost more than they bring."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    folder = tmp_path_factory.mktemp("run") / "outputs"
    train(folder)
    torch.set_num_threads(threads)
    yield folder
