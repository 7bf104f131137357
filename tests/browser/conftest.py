"""The page as `make page` makes it from the released model, once for all tests of this folder."""

from pathlib import Path

import pytest

from rasm.service.page.__main__ import build_page

ROOT = Path(__file__).parents[2]
PACKAGES = ROOT / "outputs/tmp/page/node_modules"


@pytest.fixture(scope="session")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if not (PACKAGES / "onnxruntime-web").is_dir():
        pytest.skip("onnxruntime-web is not installed: run `make page`")
    folder = tmp_path_factory.mktemp("page") / "page"
    fonts, scripts = ROOT / "dataset/fonts", ROOT / "dataset/scripts"
    build_page(ROOT / "models/1", PACKAGES, fonts, scripts, folder)
    return folder
