"""dataset/README.md shows the table that the command prints."""

from rasm.fonts.package_table import package_rows
from tests.fonts.building import FONTS


def test_readme_holds_the_table() -> None:
    lines = list(package_rows(FONTS))
    assert len(lines) == 2 + 62
    readme = (FONTS.parent / "README.md").read_text(encoding="utf-8")
    assert "\n".join(lines) in readme, "print the table again: the command is in dataset/README.md"
