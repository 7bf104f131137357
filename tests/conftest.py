"""What all tests share: their order, one core for each process, and programs that start quickly.

Property tests draw the same examples everywhere, and a slow machine fails none of them.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.preloaded import preloaded

settings.register_profile("rasm", deadline=None, derandomize=True, database=None)
settings.load_profile("rasm")
# Read by PyTorch when it is imported, and by joblib whenever it starts workers. Networks of tests
# are tiny, and where tests run beside each other the cores are taken.
os.environ |= {"OMP_NUM_THREADS": "1", "LOKY_MAX_CPU_COUNT": "1"}
# The longest first, so that all processes end at about the same time.
LONGEST = ("test_repro.py", "test_going_back.py")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    def place(item: pytest.Item) -> tuple[int, bool]:
        name = item.path.name
        first = LONGEST.index(name) if name in LONGEST else len(LONGEST)
        return first, item.get_closest_marker("slow") is None

    items.sort(key=place)


@pytest.fixture
def two_threads() -> Iterator[None]:
    """For what one thread would not show."""
    import torch

    torch.set_num_threads(2)
    yield
    torch.set_num_threads(1)


@pytest.fixture(scope="session")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    with preloaded(tmp_path_factory.mktemp("programs")) as folder:
        yield folder
