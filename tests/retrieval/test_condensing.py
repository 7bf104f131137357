"""A few pictures for all of a class."""

import numpy as np

from rasm.retrieval.condensing import few_of_each
from tests.retrieval.circle import at


def test_each_way_of_drawing_a_class_keeps_its_middle() -> None:
    """Two ways about 0 and 180 degrees; the middle of each lies nearest to its centre."""
    vectors = at(-4, 0, 5, 176, 180, 183, 300)
    labels = np.array(["a"] * 6 + ["b"])
    assert few_of_each(vectors, labels, 2, seed=1).tolist() == [1, 4, 6]


def test_a_small_class_stays_whole_and_the_same_input_gives_the_same_rows() -> None:
    vectors = at(*np.linspace(0, 300, 40))
    labels = np.array(["many"] * 38 + ["few"] * 2)
    rows = few_of_each(vectors, labels, 5, seed=1)
    assert rows.tolist() == few_of_each(vectors, labels, 5, seed=1).tolist()
    assert 1 <= (labels[rows] == "many").sum() <= 5
    assert rows[-2:].tolist() == [38, 39]
