"""Tables as text."""

from pathlib import Path

from rasm.report.table import write_table


def test_six_places_and_quotes_where_needed(tmp_path: Path) -> None:
    rows = [{"name": "beh, teh", "share": 1 / 3}, {"name": "x", "share": 2}]
    write_table(tmp_path / "new" / "t.csv", ("name", "share"), rows)
    assert (tmp_path / "new" / "t.csv").read_bytes() == b'name,share\n"beh, teh",0.333333\nx,2\n'


def test_no_rows_leave_the_header(tmp_path: Path) -> None:
    write_table(tmp_path / "t.csv", ("name", "share"), [])
    assert (tmp_path / "t.csv").read_text() == "name,share\n"
