"""Kinds of faults, of four to six glyphs whose reading is given."""

from collections.abc import Mapping

import numpy as np
import pytest

from rasm.checking.kinds import Finding, find_faults
from tests.checking.faces import Drawn, face

LETTER = 0.5, 0.0  # size in ems, lower edge


def found(drawn: Mapping[str, Drawn], read: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    """Kind and partner of each label that is suspect; labels are read as themselves if unsaid."""
    labels = list(drawn)
    shapes = list(dict.fromkeys([*labels, *read.values()]))
    scores = np.full((len(labels), len(shapes)), 0.1)
    for row, label in enumerate(labels):
        scores[row, shapes.index(read.get(label, label))] = 0.8
    return named(labels, list(find_faults(face(drawn), np.arange(len(labels)), scores)))


def named(labels: list[str], findings: list[Finding]) -> dict[str, tuple[str, str]]:
    return {
        labels[one.row]: (one.kind, "" if one.partner is None else labels[one.partner])
        for one in findings
    }


@pytest.mark.parametrize(
    ("drawn", "read", "expected"),
    [
        pytest.param(
            {"beh": (3, *LETTER), "teh": (5, *LETTER), "lam": (9, *LETTER)},
            {"beh": "teh", "teh": "beh"},
            {"beh": ("swapped", "teh"), "teh": ("swapped", "beh")},
            id="each is read as the other",
        ),
        pytest.param(
            {"beh": (5, *LETTER), "teh": (5, *LETTER)},
            {"beh": "teh"},
            {"beh": ("duplicate", "teh")},
            id="one drawing for two labels",
        ),
        pytest.param(
            {"beh": (5, *LETTER), "teh": (5, *LETTER)},
            {"beh": "lam", "teh": "lam"},
            {"beh": ("duplicate", "teh"), "teh": ("duplicate", "beh")},
            id="one drawing, of neither",
        ),
        pytest.param(
            {"beh": (5, *LETTER), "beh_medi": (5, *LETTER), "teh": (9, *LETTER)},
            {"beh_medi": "beh"},
            {"beh_medi": ("isolated", "beh")},
            id="the isolated form inside a word",
        ),
        pytest.param(
            {"beh": (5, *LETTER), "teh": (9, *LETTER)},
            {"beh": "lam"},
            {"beh": ("misencoded", "")},
            id="what it looks like is nowhere else",
        ),
        pytest.param(
            {"beh": (3, *LETTER), "lam": (5, *LETTER), "meem": (9, *LETTER)},
            {"beh": "lam", "lam": "meem", "meem": "beh"},
            {
                "beh": ("misencoded", "lam"),
                "lam": ("misencoded", "meem"),
                "meem": ("misencoded", "beh"),
            },
            id="three that each show the next one",
        ),
        pytest.param(
            {"beh": (3, *LETTER), "teh": (5, *LETTER)},
            {"beh": "teh"},
            {"beh": ("doubtful", "teh")},
            id="the font draws what it looks like, otherwise",
        ),
        pytest.param(
            {"small_high_seen": (5, 0.2, 0.8), "seen": (5, *LETTER)},
            {"small_high_seen": "seen"},
            {"small_high_seen": ("doubtful", "seen")},
            id="the same picture in another size is no copy",
        ),
    ],
)
def test_kind_and_partner(
    drawn: dict[str, Drawn], read: dict[str, str], expected: dict[str, tuple[str, str]]
) -> None:
    assert found(drawn, read) == expected


def test_how_much_larger_the_other_is_drawn() -> None:
    drawn = face({"small_high_seen": (5, 0.2, 0.8), "seen": (5, 0.5, 0.0)})
    (one,) = find_faults(drawn, np.arange(2), np.array([[0.2, 0.8], [0.1, 0.9]]))
    assert one.times_larger == pytest.approx(2.5, rel=1e-5)


@pytest.mark.parametrize(("low", "suspects"), [(-0.5, {}), (1.5, {"fatha", "kasra"})])
def test_marks_of_one_shape_are_told_apart_by_where_they_stand(
    low: float, suspects: set[str]
) -> None:
    """Fatha at 1 em; kasra, the same stroke, below it or above it."""
    drawn = face({"fatha": (5, 0.2, 1.0), "kasra": (5, 0.2, low)})
    findings = list(find_faults(drawn, np.array([0, 0]), np.ones((2, 1))))
    assert set(named(["fatha", "kasra"], findings)) == set(suspects)
    assert all(one.by_place and one.kind == "swapped" for one in findings)
