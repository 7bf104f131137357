"""Which weights are chosen, on weights as families have them."""

import pytest

from rasm.fonts.weights import chosen_weights


@pytest.mark.parametrize(
    ("available", "regular", "spread"),
    [
        ([100, 400, 900], [400], [100, 400, 900]),
        ([200, 300, 400, 500, 700, 1000], [400], [200, 400, 1000]),
        ([500, 700], [500], [500, 700]),
        ([300, 700], [300], [300, 700]),
        ([300, 500], [500], [300, 500]),
        ([400], [400], [400]),
    ],
)
def test_regular_is_nearest_to_400_and_spread_adds_the_extremes(
    available: list[int], regular: list[int], spread: list[int]
) -> None:
    assert chosen_weights(available, "regular") == regular
    assert chosen_weights(available, "spread") == spread
    assert chosen_weights(available, "all") == available


def test_weights_come_once_and_sorted() -> None:
    assert chosen_weights([700, 400, 700], "all") == [400, 700]
