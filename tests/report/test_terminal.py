"""What is shown on a terminal is not obeyed by it."""

import json

import pytest

from rasm.report.terminal import complain, printable, printable_json, show_table

STRANGE = "a\x1b[2J\x9b\u202eb\udcff"


def test_what_a_terminal_would_obey_is_shown() -> None:
    assert printable(STRANGE) == r"a\x1b[2J\x9b\u202eb\udcff"
    assert printable("لا\u200d [red]") == "لا\u200d [red]"


def test_json_is_the_same_for_machines() -> None:
    text = printable_json({"é": [STRANGE]})
    assert json.loads(text) == {"é": [STRANGE]}
    assert "é" in text and text.count("\n") == 4
    assert not set("\x1b\x9b\u202e\udcff") & set(text)


def test_a_table_shows_markup(capsys: pytest.CaptureFixture[str]) -> None:
    show_table(("x", "y"), [("[/x]", ":smile: [red]a"), (STRANGE, "b")])
    out = capsys.readouterr().out
    assert "[/x]" in out and ":smile: [red]a" in out and r"\x1b[2J" in out


def test_a_complaint_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    complain("first\n  second \x1b")
    assert capsys.readouterr().err == "rasm: first second \\x1b\n"
