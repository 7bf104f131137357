"""Labels that are one shape, on fonts small enough to compare by eye."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from rasm.labels.homoglyphs import ShapeClasses, coincidence, label_prior, merge

# Pictures of labels 0..4 by font; a dot is a label that the font has not.
FONTS = {"f1": "xxyz.", "f2": "xxxz.", "f3": "xyyzz", "f4": "xy.zw"}


def glyphs() -> tuple[NDArray[np.str_], NDArray[np.int64], list[bytes]]:
    drawn = [
        (font, label, picture)
        for font, row in FONTS.items()
        for label, picture in enumerate(row)
        if picture != "."
    ]
    fonts, labels, pictures = zip(*drawn, strict=True)
    return np.array(fonts), np.array(labels), [picture.encode() for picture in pictures]


def test_coincidence_by_hand() -> None:
    same, both = coincidence(*glyphs(), label_count=5)
    expected = np.zeros((5, 5), dtype=np.int64)
    expected[0, 1] = expected[1, 0] = 2  # f1, f2
    expected[1, 2] = expected[2, 1] = 2  # f2, f3
    expected[0, 2] = expected[2, 0] = 1  # f2
    expected[3, 4] = expected[4, 3] = 1  # f3
    np.testing.assert_array_equal(same, expected)
    np.testing.assert_array_equal(both[0], [4, 4, 3, 4, 2])
    np.testing.assert_array_equal(both[2], [3, 3, 3, 3, 1])
    np.testing.assert_array_equal(both, both.T)


@pytest.mark.parametrize(
    ("min_share", "min_fonts", "classes"),
    [
        # 0-1 coincide in 2 of 4 fonts, 1-2 in 2 of 3, but 0-2 in 1 of 3: 1 joins the nearer; 3-4 in
        # 1 of 2.
        (0.5, 1, [0, 1, 1, 2, 2]),
        (0.5, 2, [0, 1, 1, 2, 3]),
        (0.3, 1, [0, 0, 0, 1, 1]),
        (0.6, 1, [0, 1, 1, 2, 3]),
        (0.7, 1, [0, 1, 2, 3, 4]),
        (0.5, 3, [0, 1, 2, 3, 4]),
    ],
)
def test_labels_merge_by_share_and_by_fonts_each_with_each(
    min_share: float, min_fonts: int, classes: list[int]
) -> None:
    same, both = coincidence(*glyphs(), label_count=5)
    assert merge(same, both, min_share=min_share, min_fonts=min_fonts).tolist() == classes


def test_classes_are_numbered_by_their_first_label() -> None:
    same = np.zeros((4, 4), dtype=np.int64)
    same[1, 3] = same[3, 1] = 5
    assert merge(same, same, min_share=0.5, min_fonts=1).tolist() == [0, 1, 2, 1]


def test_labels_that_no_font_has_together_stay_apart() -> None:
    nothing = np.zeros((3, 3), dtype=np.int64)
    assert merge(nothing, nothing, min_share=0.5, min_fonts=1).tolist() == [0, 1, 2]


def test_prior_by_hand() -> None:
    """Counts 3, 0 | 5 become 4, 1 | 6: shares 4/5, 1/5 | 1."""
    prior = label_prior(np.array([0, 0, 1]), np.array([3, 0, 5]))
    np.testing.assert_allclose(prior, [0.8, 0.2, 1.0])


@given(
    arrays(np.int64, 6, elements=st.integers(0, 2)),
    arrays(np.int64, 6, elements=st.integers(0, 9)),
)
def test_priors_of_a_class_sum_to_one(
    class_of: NDArray[np.int64], counts: NDArray[np.int64]
) -> None:
    prior = label_prior(class_of, counts)
    assert (prior > 0).all()
    for number in np.unique(class_of):
        assert prior[class_of == number].sum() == pytest.approx(1)


def test_label_scores_share_out_the_probability_of_a_class() -> None:
    shapes = ShapeClasses(np.array([0, 1, 0]), np.array([0.75, 1.0, 0.25]))
    assert shapes.count == 2
    scores = shapes.label_scores(np.array([[0.6, 0.4], [0.0, 1.0]]))
    np.testing.assert_allclose(scores, [[0.45, 0.4, 0.15], [0, 1, 0]])
    np.testing.assert_allclose(scores.sum(axis=1), 1)
