"""Make `arabic.tsv`: the facts of Unicode that the label inventory rests on.

Labels are made of character names, and forms follow from joining types.  Python's `unicodedata`
knows no joining types, and its names and categories change with the Python version, which would
change labels silently.  So the facts are an excerpt of one Unicode version, kept as data:

    python -m rasm.fonts.unicode_excerpt FOLDER > lib/rasm/fonts/arabic.tsv

where FOLDER holds UnicodeData.txt and ArabicShaping.txt (Debian's package unicode-data installs
them in /usr/share/unicode).
"""

import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

EXCERPT_COLUMNS = (
    "code_point",
    "name",
    "general_category",
    "joining_type",
    "joining_group",
    "decomposition",
)

# Arabic, Supplement, Extended-B and Extended-A, Extended-C; the two marks of general punctuation
# that exist for Arabic script only (reversed semicolon, reversed comma).
_ORDINARY = ((0x0600, 0x06FF), (0x0750, 0x077F), (0x0870, 0x08FF), (0x10EC0, 0x10EFF))
_SINGLES = (0x204F, 0x2E41)
_PRESENTATION = ((0xFB50, 0xFDFF), (0xFE70, 0xFEFC))


def _within(code_point: int, ranges: Iterable[tuple[int, int]]) -> bool:
    return any(first <= code_point <= last for first, last in ranges)


def is_needed(code_point: int, decomposition: str) -> bool:
    """Whether the inventory can use a character.

    Presentation forms of one letter are left out: shaping the letter gives them.  Those of
    several letters name the ligatures; those without decomposition are characters of their own
    (ornate parentheses, honorifics).
    """
    if _within(code_point, _PRESENTATION):
        parts = [part for part in decomposition.split() if not part.startswith("<")]
        return len(parts) != 1
    return _within(code_point, _ORDINARY) or code_point in _SINGLES


def joining(lines: Iterable[str]) -> dict[int, tuple[str, str]]:
    """Read ArabicShaping.txt: code point -> (joining type, joining group)."""
    table = {}
    for line in lines:
        fields = [field.strip() for field in line.split("#")[0].split(";")]
        if len(fields) == 4:
            table[int(fields[0], 16)] = (fields[2], fields[3])
    return table


def version(shaping_lines: Iterable[str]) -> str:
    """Return the Unicode version that the first line of ArabicShaping.txt states.

    Raises ValueError when there is no such line.
    """
    for line in shaping_lines:
        if found := re.match(r"# ArabicShaping-([\d.]+)\.txt", line):
            return found[1]
    raise ValueError("ArabicShaping.txt: no line '# ArabicShaping-VERSION.txt' at its start")


def excerpt(unicode_lines: Iterable[str], shaping_lines: list[str]) -> Iterator[str]:
    """Yield the lines of `arabic.tsv`, header first, without line ends.

    Code points that ArabicShaping.txt does not list get its documented defaults: T (transparent)
    for categories Mn, Me and Cf, otherwise U (non-joining).
    """
    yield f"# Unicode {version(shaping_lines)}: excerpt of UnicodeData.txt and ArabicShaping.txt"
    yield "# (c) Unicode, Inc.; terms of use: https://www.unicode.org/terms_of_use.html"
    yield "# made by: python -m rasm.fonts.unicode_excerpt FOLDER > lib/rasm/fonts/arabic.tsv"
    yield "\t".join(EXCERPT_COLUMNS)
    table = joining(shaping_lines)
    for line in unicode_lines:
        fields = line.rstrip("\n").split(";")
        code_point, name, category, decomposition = int(fields[0], 16), *fields[1:3], fields[5]
        if is_needed(code_point, decomposition):
            default = "T" if category in ("Mn", "Me", "Cf") else "U"
            kind, group = table.get(code_point, (default, "No_Joining_Group"))
            yield "\t".join((f"{code_point:04X}", name, category, kind, group, decomposition))


def main() -> None:
    """Print the excerpt of the folder named on the command line."""
    if len(sys.argv) != 2:
        sys.exit("usage: python -m rasm.fonts.unicode_excerpt FOLDER")
    folder = Path(sys.argv[1])
    unicode_lines = (folder / "UnicodeData.txt").read_text(encoding="utf-8").splitlines()
    shaping_lines = (folder / "ArabicShaping.txt").read_text(encoding="utf-8").splitlines()
    for line in excerpt(unicode_lines, shaping_lines):
        print(line)


if __name__ == "__main__":
    main()
