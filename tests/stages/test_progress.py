"""Progress in a log: what is printed, and how seldom. Time is a list that the test writes."""

import io

from stages.progress import track, track_in_log


def lines(times: list[float], total: int | None, desc: str = "train") -> list[str]:
    """What three items print when the clock shows these times: start, after each item, end."""
    stream, clock = io.StringIO(), iter(times)
    items = list(track_in_log("abc", total, desc, "glyph", stream, lambda: next(clock)))
    assert items == ["a", "b", "c"]
    return stream.getvalue().splitlines()


def test_slow_work_prints_rate_and_time_left() -> None:
    assert lines([0, 20, 40, 60, 60], total=3) == [
        "train: 1/3 glyph (33%), 0.1 glyph/s, 0:40 left",
        "train: 2/3 glyph (67%), 0.1 glyph/s, 0:20 left",
        "train: 3/3 glyph (100%), 0.1 glyph/s, 0:00 left",
        "train: 3 glyph in 1:00, 0.1 glyph/s",
    ]


def test_quick_work_prints_one_line() -> None:
    assert lines([0, 0.5, 1, 1.5, 1.5], total=3) == ["train: 3 glyph in 0:02, 2.0 glyph/s"]


def test_unknown_total_prints_no_share() -> None:
    assert lines([0, 4, 8, 12, 4000], total=None, desc="") == [
        "3 glyph, 0.2 glyph/s",
        "3 glyph in 1:06:40, 0.0 glyph/s",
    ]


def test_no_items_are_no_error() -> None:
    stream = io.StringIO()
    assert list(track_in_log([], 0, "scan", "font", stream, lambda: 7.0)) == []
    assert stream.getvalue() == "scan: 0 font in 0:00, 0.0 font/s\n"


def test_track_is_lazy_and_keeps_order() -> None:
    seen: list[int] = []
    passing = track((seen.append(number) or number for number in range(3)), desc="lazy")
    assert (next(passing), seen) == (0, [0])
    assert list(passing) == [1, 2]
