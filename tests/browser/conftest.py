"""A browser, and the page as `make page` makes it from the released model."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from rasm.service.page.__main__ import build_page

ROOT = Path(__file__).parents[2]
PACKAGES = ROOT / "outputs/tmp/page/node_modules"


CHROMIUM = shutil.which("chromium")


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if not (PACKAGES / "onnxruntime-web").is_dir():
        pytest.skip("onnxruntime-web is not installed: run `make page`")
    folder = tmp_path_factory.mktemp("page") / "page"
    fonts, scripts = ROOT / "dataset/fonts", ROOT / "dataset/scripts"
    build_page(ROOT / "models/1", PACKAGES, fonts, scripts, folder)
    return folder
