"""What all tests share: their order, one core for each process, and programs that start quickly.

Property tests draw the same examples everywhere, and a slow machine fails none of them.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.preloaded import preloaded

ROOT = Path(__file__).parents[1]
WEB_PACKAGES = ROOT / "outputs/tmp/page/node_modules"

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


@pytest.fixture(scope="session")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page as `make page` makes it from the released model, by whichever process asks first."""
    from rasm.service.page.__main__ import build_page
    from rasm.store.atomic import holding

    if not (WEB_PACKAGES / "onnxruntime-web").is_dir():
        pytest.skip("onnxruntime-web is not installed: run `make page`")
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    shared = shared / "page"
    shared.mkdir(exist_ok=True)
    folder, made = shared / "made", shared / "is complete"
    with holding(shared):
        if not made.exists():
            fonts, scripts = ROOT / "dataset/fonts", ROOT / "dataset/scripts"
            build_page(ROOT / "models/1", WEB_PACKAGES, fonts, scripts, folder)
            made.touch()
    return folder
