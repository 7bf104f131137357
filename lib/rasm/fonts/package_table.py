"""The table of font packages in dataset/README.md, made from what is installed.

python -m rasm.fonts.package_table dataset/fonts
"""

import sys
from collections.abc import Iterator
from pathlib import Path

from rasm.fonts.files import open_face
from rasm.fonts.sources import font_packages


def package_rows(folder: Path) -> Iterator[str]:
    """Yield the lines of a Markdown table of the packages locked in a folder.

    Raises OSError or ValueError when a package is not installed.
    """
    yield "| family | package | version | weights | licence |"
    yield "|---|---|---|---|---|"
    for package in font_packages(folder):
        licence = package.licence
        if not licence:
            data = next(iter(package.files.values())).read_bytes()
            licence = f"in the font: {open_face(data).names.licence}"
        weights = " ".join(map(str, package.files))
        version = package.name.rpartition("@")[2]
        yield f"| {package.family} | {package.id} | {version} | {weights} | {licence} |"


def main() -> None:
    """Print the table of the folder named on the command line."""
    if len(sys.argv) != 2:
        sys.exit("usage: python -m rasm.fonts.package_table FOLDER")
    print("\n".join(package_rows(Path(sys.argv[1]))))


if __name__ == "__main__":
    main()
