"""Reports of checks: XML, Markdown and HTML, whatever a font calls its glyphs."""

from pathlib import Path
from xml.etree import ElementTree as ET

from rasm.query.check import FileCheck
from rasm.report.check_files import write_junit, write_markdown
from rasm.report.check_page import write_check_page
from tests.checking.faces import check, suspect

HOSTILE = "<b>|`x`\x1b[2J"
FILES = [
    FileCheck(
        Path("fonts/a.ttf"),
        (
            check(
                suspect("beh", glyph=HOSTILE),
                suspect("lam", "doubtful", "warn"),
                suspect("noon", "empty"),
                suspect("meem", level="info"),
            ),
        ),
        (),
    ),
    FileCheck(Path("fonts/broken.ttf"), (), ("not a font file",)),
]


def test_junit_counts_failures_of_the_levels_that_fail(tmp_path: Path) -> None:
    path = tmp_path / "out.xml"
    for failing, failures in ((("fail",), 2), (("fail", "warn"), 3), ((), 0)):
        write_junit(path, FILES, failing)  # type: ignore[arg-type]
        checked, broken = ET.parse(path).getroot()
        # Four suspects, and one case of the three glyphs that are sound.
        assert (checked.get("tests"), checked.get("failures")) == ("5", str(failures))
        assert len(list(checked.iter("failure"))) == failures
        assert (broken.get("errors"), broken.get("tests")) == ("1", "1")
    names = [case.get("name") for case in checked]
    assert names[0] == "beh (<b>|`x`\\x1b[2J #1)"
    assert names[-1] == "3 other glyphs"


def test_markdown_shows_the_levels_asked_for_and_cells_stay_cells(tmp_path: Path) -> None:
    path = tmp_path / "out.md"
    write_markdown(path, FILES, ("fail", "warn"))
    rows = [line for line in path.read_text().splitlines() if line.startswith("| ")][2:]
    assert [row.split(" | ")[0] for row in rows] == ["| fail", "| warn", "| fail"]
    assert "\\<b\\>\\|\\`x\\`" in rows[0]
    assert all(row.replace("\\|", "").count("|") == 7 for row in rows)
    assert "broken.ttf**: not a font file" in path.read_text()


def test_the_page_asks_for_nothing_and_names_are_text(tmp_path: Path) -> None:
    path = tmp_path / "out.html"
    write_check_page(path, FILES)
    page = path.read_text()
    assert HOSTILE not in page and "&lt;b&gt;|`x`\\x1b[2J" in page
    assert "http" not in page and "<script" not in page
    assert page.count('src="data:image/png;base64,') == 3, "the empty one has no picture"
    folded = page[page.index("<details>") : page.index("</details>")]
    assert "<b>meem</b>" in folded and "<b>beh</b>" not in folded
    assert "not a font file" in page
