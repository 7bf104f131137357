"""Rows by hand, the table that shows them, and benches that cannot measure."""

import json
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

import pytest

from bench.__main__ import BENCHES, measured
from bench.rows import Absent, Row, compared, in_turns, read_entry, show

ROOT = Path(__file__).parents[2]


def test_a_row_holds_medians_and_the_ratios_of_rounds() -> None:
    row = compared("reading", [1.0, 4.0, 2.0], "by hand", [3.0, 4.0, 10.0])
    assert (row.ours, row.theirs, row.unit) == (2.0, 4.0, "s")
    assert row.ratio == (3.0, 1.0, 5.0)


def test_seconds_become_items_a_second() -> None:
    row = compared("reading", [2.0], "by hand", [8.0], items="glyphs", count=16)
    assert (row.ours, row.theirs, row.unit) == (8.0, 2.0, "glyphs/s")
    assert row.ratio == (4.0, 4.0, 4.0)


def test_jobs_take_turns_and_the_first_round_does_not_count() -> None:
    done: list[str] = []
    taken = in_turns({"a": lambda: done.append("a"), "b": lambda: done.append("b")}, rounds=2)
    assert done == ["a", "b", "a", "b", "a", "b"]
    assert [len(seconds) for seconds in taken.values()] == [2, 2]


def test_the_table_aligns_rows_and_says_why_one_is_absent(
    capsys: pytest.CaptureFixture[str],
) -> None:
    faster = Row("reading", "glyphs/s", 12345.6, "by hand", 0.5, (2.0, 1.0, 3.0), "on paper")
    show([faster, Absent("writing", "there is no pen")])
    machine, header, first, second = capsys.readouterr().out.splitlines()
    assert "cores" in machine
    wanted = "reading 12,346 glyphs/s by hand 0.5 2.00 (1.00 to 3.00) on paper"
    assert " ".join(first.split()) == wanted
    assert " ".join(second.split()) == "writing not measured: there is no pen"
    assert header.index("ours") + len("ours") == first.index("12,346") + len("12,346")
    assert header.index("alternative") == first.index("by hand")


def test_a_bench_without_a_finished_run_says_so(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    command = [sys.executable, "-m", "bench.query_start", "--json", "--outputs", str(tmp_path)]
    status = subprocess.run(command, cwd=ROOT).returncode
    why = f"{tmp_path / 'index/world'} is missing: `make run` builds one"
    assert read_entry(capfd.readouterr().out) == Absent("query_start", why)
    assert status == 1


def test_a_bench_that_breaks_is_a_line_and_a_status(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    found, status = measured("no_such_bench")
    assert found == [Absent("no_such_bench", "it ended with status 1, see above")]
    assert status == 1


def test_a_row_passes_between_processes() -> None:
    row = Row("reading", "s", 0.1, "by hand", 0.2, (2.0, 1.5, 2.5), "on paper")
    assert read_entry(json.dumps(asdict(row))) == row


def test_every_bench_is_there() -> None:
    assert all((ROOT / "bench" / f"{name}.py").is_file() for name in BENCHES)
