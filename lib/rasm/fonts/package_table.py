"""The table of font packages in dataset/README.md, made from what is installed.

python -m rasm.fonts.package_table dataset/fonts
"""

import sys
from collections.abc import Iterator
from pathlib import Path

from rasm.fonts.files import open_face
from rasm.fonts.sources import SCOPE, locked_versions, metadata, weight_files


def package_rows(folder: Path) -> Iterator[str]:
    """Yield the lines of a Markdown table of the packages locked in a folder.

    Raises OSError or ValueError when a package is not installed.
    """
    yield "| family | package | version | weights | licence |"
    yield "|---|---|---|---|---|"
    for id_, version in locked_versions(folder / "package-lock.json").items():
        package = folder / "node_modules" / SCOPE / id_
        family, licence = metadata(package)
        files = weight_files(package)
        if not licence:
            data = next(iter(files.values())).read_bytes()
            licence = f"in the font: {open_face(data).names.licence}"
        weights = " ".join(map(str, files))
        yield f"| {family} | {id_} | {version} | {weights} | {licence} |"


def main() -> None:
    """Print the table of the folder named on the command line."""
    if len(sys.argv) != 2:
        sys.exit("usage: python -m rasm.fonts.package_table FOLDER")
    print("\n".join(package_rows(Path(sys.argv[1]))))


if __name__ == "__main__":
    main()
