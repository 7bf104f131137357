"""The report of a run in a browser: at both widths and both colours, cut off from everything."""

import json

import pytest
from playwright.sync_api import Browser

from rasm.report.run_page import write_run_page
from tests.report.test_run_page import MODEL, make_outputs

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    return write_run_page(make_outputs(tmp_path_factory.mktemp("run"))).as_uri()


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("colours", ["light", "dark"])
def test_it_fits_asks_nothing_and_says_what_the_metrics_say(
    chromium: Browser, address: str, width: int, colours: str
) -> None:
    context = chromium.new_context(
        viewport={"width": width, "height": 740},
        color_scheme="dark" if colours == "dark" else "light",
    )
    complaints: list[str] = []
    asked: list[str] = []
    context.on("console", lambda message: complaints.append(message.text))
    context.on("request", lambda request: asked.append(request.url))
    tab = context.new_page()
    tab.goto(address)
    assert tab.evaluate("document.documentElement.scrollWidth") <= width
    metrics = json.loads((MODEL / "metrics/fusion.json").read_text(encoding="utf-8"))
    for key in ("letter_top1", "shape_top1", "conformal_coverage_family_mean"):
        shown = tab.locator(f'.figures [data-key="{key}"]').first.inner_text()
        assert shown.startswith(f"{metrics[key]:.3f}")
    paper = tab.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (sum(int(n) for n in paper[4:-1].split(",")) > 384) == (colours == "light")
    assert tab.locator("img").first.evaluate("picture => picture.naturalWidth") == 2000
    context.close()
    assert complaints == []
    assert [url for url in asked if not url.startswith(("data:", address))] == []
