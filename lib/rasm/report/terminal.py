"""Text on a terminal: names and labels are shown, and never obeyed.

A label may hold anything that somebody typed, a file name anything but a slash. Control characters
in them would move the cursor, colour the screen or retitle the window, and characters that change
the direction of text would show one name as another. All of them are shown as escapes, here and
nowhere else. What is printed as a table is not read as rich's markup either.
"""

import json
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

# Halves of surrogate pairs stand for bytes of file names that are no UTF-8.
_OBEYED = "\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff"
_UNSAFE = re.compile(f"[{_OBEYED}]")
_UNSAFE_IN_JSON = re.compile(f"(?!\n)[{_OBEYED}]")  # line ends are its own


def printable(text: object) -> str:
    """The text in one line, with escapes for what a terminal would obey.

    >>> printable("a\\x1b[2J\\nb")
    'a\\\\x1b[2J\\\\nb'
    """
    return _UNSAFE.sub(_escape, str(text))


def printable_json(content: Any) -> str:
    """JSON for machines, indented, that a terminal shows as it is."""
    text = json.dumps(content, ensure_ascii=False, indent=1)
    return _UNSAFE_IN_JSON.sub(_json_escape, text)


def _escape(found: re.Match[str]) -> str:
    return found[0].encode("unicode_escape").decode()


def _json_escape(found: re.Match[str]) -> str:
    return f"\\u{ord(found[0]):04x}"


def say(text: object) -> None:
    """Print a line to standard output."""
    print(printable(text))


def complain(text: object) -> None:
    """Print a line to standard error, as the command `rasm`."""
    print(f"rasm: {printable(' '.join(str(text).split()))}", file=sys.stderr)


@contextmanager
def ending_with(status: int) -> Iterator[None]:
    """Say what is wrong with the input, and end the program with an exit status."""
    try:
        yield
    except (ValueError, OSError) as error:
        complain(error)
        raise SystemExit(status) from None


def show_table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print a table to standard output, as wide as the terminal; 80 columns where there is none."""
    from rich.console import Console
    from rich.table import Table

    table = Table()
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*map(printable, row))
    Console(markup=False, highlight=False, emoji=False).print(table)
