"""What a ranking of labels is worth, and the most that it could be: by hand and by scikit-learn."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import f1_score, top_k_accuracy_score

from rasm.labels.homoglyphs import ShapeClasses
from rasm.metrics.intervals import IntervalParams
from rasm.metrics.labels import (
    READINGS,
    Questions,
    answer,
    ask,
    ceiling,
    f1_ceilings,
    families,
    oracle_ranking,
    rank,
    reading_of,
    score,
    score_f1,
    score_intervals,
    score_lead,
    top_k,
)
from rasm.store.manifest import Roster

# Labels 0 and 1 are one shape, label 2 another; 0 is three times as common as 1.
SHAPES = ShapeClasses(np.array([0, 0, 1]), np.array([0.75, 0.25, 1.0]))
ROSTER = Roster(
    glyph_ids=np.arange(4),
    labels=np.array([0, 1, 2, 2]),
    fonts=np.array(["f", "f", "f", "g"]),
    families=np.array(["Oi", "Oi", "Oi", "Cairo"]),
    char_classes=np.array(["isol", "isol", "ligature", "diacritic"]),
    is_diacritic=np.array([False, False, False, True]),
    cues=np.zeros((4, 4), dtype=np.float32),
)
# Labels 1 and 2 are forms of one letter.
READING = reading_of(["alef", "beh", "beh_init"], SHAPES)
GROUPS = {"Oi": "Oi", "Cairo": "Cairo"}
ENDS = ("", "_low", "_high")
PICTURES = [b"o", b"o", b"i", b"z"]  # the first two cannot be told apart
CERTAIN = np.array([[0.9, 0.1], [0.8, 0.2], [0.3, 0.7], [0.6, 0.4]])


def questions() -> Questions:
    return ask(ROSTER, PICTURES, READING, GROUPS)


def test_answers_are_labels_by_prior_within_their_class() -> None:
    given = answer(SHAPES.label_scores(CERTAIN), READING)
    assert given.shape.tolist() == [[0, 1], [0, 1], [1, 0], [0, 1]]
    # 0.9 * 3/4, 0.9 * 1/4, 0.1: label 1 before 2. In the second, 0.2 against 0.2: a tie.
    assert given.strict[0].tolist() == [0, 1, 2]
    assert given.strict[2].tolist() == [2, 0, 1]


def test_scores_by_hand() -> None:
    """Strict: 0 right, 1 not, 2 right, 2 not. Shape: only the last is wrong."""
    result = score(questions(), answer(SHAPES.label_scores(CERTAIN), READING))
    assert (result["glyphs"], result["labels"], result["families"]) == (4, 3, 2)
    assert result["strict_top1"] == 0.5
    assert result["shape_top1"] == 0.75
    assert result["letter_top1"] == 1  # the first shape may be beh
    assert result["text_top1"] == 0.75  # the second: alef .6, beh .2 and .2; the last: .45, .55
    assert result["strict_top5"] == 1
    assert (result["strict_top1_family_min"], result["strict_top1_family_max"]) == (0, 2 / 3)
    assert result["strict_top1_family_mean"] == pytest.approx(1 / 3)
    assert result["strict_top1_family_std"] == pytest.approx(1 / 3)
    assert (result["shape_top1_family_min"], result["shape_top1_family_max"]) == (0, 1)
    assert (result["diacritics_strict_top1"], result["ligatures_strict_top1"]) == (0, 1)


def test_ceilings_by_hand() -> None:
    """Of two glyphs with one picture and two labels, one is lost; as shapes none is."""
    result = score(questions(), answer(SHAPES.label_scores(CERTAIN), READING))
    assert result["strict_top1_ceiling"] == 0.75
    assert result["strict_top5_ceiling"] == result["shape_top1_ceiling"] == 1
    assert result["diacritics_strict_top1_ceiling"] == 1
    # Answering 0 for both gives label 0 an F1 of 2/3; answering 1 gives label 1 as much.
    assert result["strict_macro_f1_ceiling"] == pytest.approx((2 / 3 + 2 / 3 + 1) / 3)


def test_every_score_has_its_ceiling_beside_it_and_stays_below() -> None:
    result = score(questions(), answer(SHAPES.label_scores(CERTAIN), READING))
    for name, value in result.items():
        if name.startswith(("strict_", "shape_", "text_", "letter_", "diacritics_", "ligatures_")):
            assert 0 <= value <= 1
            if not name.endswith("_ceiling") and "family" not in name:
                assert value <= result[f"{name}_ceiling"]


def test_subsets_that_do_not_occur_have_no_numbers() -> None:
    plain = ROSTER.where(np.array([True, True, False, False]))
    result = score(
        ask(plain, PICTURES[:2], READING, GROUPS), answer(SHAPES.label_scores(CERTAIN[:2]), READING)
    )
    assert not [name for name in result if name.startswith(("diacritics", "ligatures"))]


def test_intervals_and_leads_are_over_families() -> None:
    """Of shapes Oi's are right and Cairo's one is not; two draws may both be of either."""
    given, rival = (
        answer(SHAPES.label_scores(CERTAIN), READING),
        answer(SHAPES.label_scores(np.eye(2)[[0, 0, 1, 1]]), READING),
    )
    params = IntervalParams(resamples=200, level=0.9)
    found = score_intervals(questions(), given, params, seed=1)
    assert [found[f"shape_top1{end}"] for end in ("", "_low", "_high")] == [0.75, 0, 1]
    assert found["shape_top1_family_mean"] == 0.5
    readings = [f"{kind}_top1" for kind in READINGS]
    keys = [*readings, *(f"{reading}_family_mean" for reading in readings)]
    assert found.keys() == {key + end for key in keys for end in ENDS}
    lead = score_lead(questions(), given, rival, params, seed=1)
    assert [lead[f"shape_top1_lead{end}"] for end in ENDS] == [-0.25, -1, 0]


def test_families_that_share_drawings_count_as_one() -> None:
    together = ask(ROSTER, PICTURES, READING, {"Oi": "Cairo", "Cairo": "Cairo"})
    result = score(together, answer(SHAPES.label_scores(CERTAIN), READING))
    assert result["families"] == 1
    assert result["strict_top1_family_mean"] == result["strict_top1"] == 0.5


def test_families_by_name() -> None:
    found = {name: rows.tolist() for name, rows in families(questions())}
    assert list(found.items()) == [
        ("Cairo", [False, False, False, True]),
        ("Oi", [True, True, True, False]),
    ]


RANKING = np.array([[0, 1, 2], [1, 0, 2], [1, 2, 0], [2, 1, 0]])
TRUTH = np.array([0, 0, 1, 1])


def test_best_first_and_ties_to_the_lower_index() -> None:
    given = np.array([[0.1, 0.7, 0.2, 0.7], [0.0, 0.0, 0.0, 1.0]])
    assert rank(given, depth=3).tolist() == [[1, 3, 2], [3, 0, 1]]
    assert rank(given).shape == (2, 4)


@pytest.mark.parametrize(("k", "expected"), [(1, 0.5), (2, 1.0), (9, 1.0)])
def test_top_k_by_hand(k: int, expected: float) -> None:
    assert top_k(RANKING, TRUTH, k) == expected


def test_f1_by_hand() -> None:
    """First answers 0 1 1 2 for 0 0 1 1: both labels have precision or recall 1 and 1/2.

    Label 0: P 1, R 1/2, F 2/3. Label 1: P 1/2, R 1/2, F 1/2. Label 2 does not occur: F 0.
    """
    result = score_f1(RANKING[:, 0], TRUTH)
    assert result["macro_f1"] == pytest.approx((2 / 3 + 1 / 2 + 0) / 3)
    assert result["weighted_f1"] == pytest.approx((2 / 3 + 1 / 2) / 2)


def test_weighted_f1_counts_by_support() -> None:
    """Three of label 0, two found: P 1, R 2/3, F 4/5. One of label 1: P 1/2, R 1, F 2/3."""
    result = score_f1(np.array([0, 0, 1, 1]), np.array([0, 0, 0, 1]))
    assert result["macro_f1"] == pytest.approx((4 / 5 + 2 / 3) / 2)
    assert result["weighted_f1"] == pytest.approx((3 * 4 / 5 + 2 / 3) / 4)


def test_as_scikit_learn_has_it() -> None:
    generator = np.random.default_rng(0)
    truth = np.concatenate([np.arange(20), generator.integers(0, 20, 480)])
    given = generator.random((500, 20)) + 0.7 * np.eye(20)[truth]
    ranking = rank(given)
    result = score_f1(ranking[:, 0], truth)
    for k in (1, 5, 10):
        assert top_k(ranking, truth, k) == pytest.approx(top_k_accuracy_score(truth, given, k=k))
    for average in ("macro", "weighted"):
        expected = f1_score(truth, given.argmax(axis=1), average=average)
        assert result[f"{average}_f1"] == pytest.approx(expected)


def test_many_labels_on_few_glyphs_raise_no_warning() -> None:
    """A small test family: every glyph another label."""
    assert score_f1(np.arange(30), np.arange(30))["macro_f1"] == 1


# Six pictures, of which some are drawn of two labels.
DRAWN = [b"o", b"o", b"o", b"i", b"i", b"z"]
LABELLED = np.array([5, 0, 5, 5, 0, 9])


def test_most_common_label_first() -> None:
    """`o` is 5 twice and 0 once; `i` is a tie that the set as a whole decides for 5."""
    ranking = oracle_ranking(DRAWN, LABELLED, 3)
    assert ranking.tolist() == [[5, 0, -1]] * 3 + [[5, 0, -1]] * 2 + [[9, -1, -1]]


def test_the_picture_counts_before_the_whole_set() -> None:
    """`o` is 1 twice and 0 once, though 0 is the more common label everywhere else."""
    ranking = oracle_ranking([b"o", b"o", b"o", b"i", b"i"], np.array([1, 1, 0, 0, 0]), 2)
    assert ranking.tolist() == [[1, 0]] * 3 + [[0, -1]] * 2


def test_depth_cuts() -> None:
    assert oracle_ranking(DRAWN, LABELLED, 1).tolist() == [[5], [5], [5], [5], [5], [9]]


def test_ceiling_is_the_share_that_the_oracle_gets_right() -> None:
    """It misses the 0 among `o` and the 0 among `i`: 4 of 6."""
    assert ceiling(DRAWN, LABELLED) == pytest.approx(4 / 6)
    assert ceiling(DRAWN, np.zeros(6, dtype=np.int64)) == 1
    assert ceiling([b"a", b"b"], np.array([0, 1])) == 1
    assert ceiling([b"a", b"a"], np.array([0, 1])) == 0.5


def test_a_full_tie_goes_to_the_lower_label() -> None:
    assert oracle_ranking([b"a", b"a"], np.array([3, 1]), 2).tolist() == [[1, 3], [1, 3]]


def test_f1_ceilings_by_hand() -> None:
    """Label 0: pictures a (2 of 2 glyphs) and b (1 of 3); a alone is best, F1 = 2*2 / (2 + 3)."""
    pictures = [b"a", b"a", b"b", b"b", b"b"]
    labels = np.array([0, 0, 0, 1, 1])
    best = {0: 4 / 5, 1: 2 * 2 / (3 + 2)}
    bounds = f1_ceilings(pictures, labels)
    assert bounds["macro_f1"] == pytest.approx((best[0] + best[1]) / 2)
    assert bounds["weighted_f1"] == pytest.approx((3 * best[0] + 2 * best[1]) / 5)


@given(
    st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=12), st.data()
)
def test_no_answer_by_picture_beats_the_f1_ceilings(
    glyphs: list[tuple[int, int]], data: st.DataObject
) -> None:
    pictures = [bytes([picture]) for picture, _ in glyphs]
    labels = np.array([label for _, label in glyphs])
    answer_of = {p: data.draw(st.integers(0, 3)) for p in sorted(set(pictures))}
    scores = score_f1(np.array([answer_of[p] for p in pictures]), labels)
    for name, bound in f1_ceilings(pictures, labels).items():
        assert scores[name] <= bound + 1e-9
