"""Nothing, then more, then all; and ramps that fall are refused."""

import pytest
from pydantic import TypeAdapter, ValidationError

from rasm.losses.margins import Ramp, ramped


@pytest.mark.parametrize(
    ("progress", "expected"), [(0.0, 0), (0.2, 0), (0.3, 1), (0.4, 2), (0.5, 3), (0.9, 3)]
)
def test_it_rises_between_its_shares(progress: float, expected: float) -> None:
    assert ramped(3, (0.2, 0.5), progress) == pytest.approx(expected)


def test_a_step_where_both_shares_are_one() -> None:
    assert [ramped(3, (0.2, 0.2), progress) for progress in (0.1, 0.2, 0.3)] == [0, 3, 3]


@pytest.mark.parametrize("ramp", [(0.5, 0.2), (-0.1, 0.2), (0.2, 1.1)])
def test_what_is_no_rise_is_refused(ramp: tuple[float, float]) -> None:
    with pytest.raises(ValidationError, match="two shares of training, rising"):
        TypeAdapter(Ramp).validate_python(ramp)
