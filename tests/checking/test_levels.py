"""Levels: by kind and doubt, and what lowers them."""

from dataclasses import replace

import pytest

from rasm.checking.kinds import FAULTS
from rasm.checking.levels import LEVELS, Evidence, level_of

SURE = Evidence("swapped", doubt=20.0, clarity=0.97)


def test_more_doubt_is_never_less_grave() -> None:
    for kind in FAULTS:
        if kind != "empty":
            doubts = (0.1, 1.0, 2.5, 4.0, 6.0, 9.0, 20.0)
            levels = [LEVELS.index(level_of(replace(SURE, kind=kind, doubt=d))) for d in doubts]
            assert levels == sorted(levels, reverse=True)
            assert (levels[0], levels[-1]) == (2, 1 if kind == "doubtful" else 0)


@pytest.mark.parametrize(
    "lowered",
    [{"clarity": 0.4}, {"is_customary": True}, {"times_larger": 2.0}, {"times_larger": 0.5}],
    ids=str,
)
def test_what_lowers_a_level(lowered: dict[str, float]) -> None:
    assert (level_of(SURE), level_of(replace(SURE, **lowered))) == ("fail", "warn")


def test_where_a_mark_stands_is_a_warning() -> None:
    assert level_of(replace(SURE, doubt=0.0, by_place=True)) == "warn"
