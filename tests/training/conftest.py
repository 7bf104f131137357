"""One thread, one process: these networks are tiny, and what waits for a busy machine is not."""

from collections.abc import Iterator

import pytest
import torch


@pytest.fixture(autouse=True)
def one_core(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("LOKY_MAX_CPU_COUNT", "1")  # what joblib counts
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)
