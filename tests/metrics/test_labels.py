"""Questions, answers and scores of four glyphs of two families."""

import numpy as np
import pytest

from rasm.labels.homoglyphs import ShapeClasses
from rasm.metrics.labels import Questions, answer, ask, families, score
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
PICTURES = [b"o", b"o", b"i", b"z"]  # the first two cannot be told apart
CERTAIN = np.array([[0.9, 0.1], [0.8, 0.2], [0.3, 0.7], [0.6, 0.4]])


def questions() -> Questions:
    return ask(ROSTER, PICTURES, SHAPES)


def test_answers_are_labels_by_prior_within_their_class() -> None:
    given = answer(CERTAIN, SHAPES)
    assert given.shape.tolist() == [[0, 1], [0, 1], [1, 0], [0, 1]]
    # 0.9 * 3/4, 0.9 * 1/4, 0.1: label 1 before 2. In the second, 0.2 against 0.2: a tie.
    assert given.strict[0].tolist() == [0, 1, 2]
    assert given.strict[2].tolist() == [2, 0, 1]


def test_scores_by_hand() -> None:
    """Strict: 0 right, 1 not, 2 right, 2 not. Shape: only the last is wrong."""
    result = score(questions(), answer(CERTAIN, SHAPES))
    assert (result["glyphs"], result["labels"], result["families"]) == (4, 3, 2)
    assert result["strict_top1"] == 0.5
    assert result["shape_top1"] == 0.75
    assert result["strict_top5"] == 1
    assert (result["strict_top1_family_min"], result["strict_top1_family_max"]) == (0, 2 / 3)
    assert result["strict_top1_family_mean"] == pytest.approx(1 / 3)
    assert result["strict_top1_family_std"] == pytest.approx(1 / 3)
    assert (result["shape_top1_family_min"], result["shape_top1_family_max"]) == (0, 1)
    assert (result["diacritics_strict_top1"], result["ligatures_strict_top1"]) == (0, 1)


def test_ceilings_by_hand() -> None:
    """Of two glyphs with one picture and two labels, one is lost; as shapes none is."""
    result = score(questions(), answer(CERTAIN, SHAPES))
    assert result["strict_top1_ceiling"] == 0.75
    assert result["strict_top5_ceiling"] == result["shape_top1_ceiling"] == 1
    assert result["diacritics_strict_top1_ceiling"] == 1
    # Answering 0 for both gives label 0 an F1 of 2/3; answering 1 gives label 1 as much.
    assert result["strict_macro_f1_ceiling"] == pytest.approx((2 / 3 + 2 / 3 + 1) / 3)


def test_every_score_has_its_ceiling_beside_it_and_stays_below() -> None:
    result = score(questions(), answer(CERTAIN, SHAPES))
    for name, value in result.items():
        if name.startswith(("strict_", "shape_", "diacritics_", "ligatures_")):
            assert 0 <= value <= 1
            if not name.endswith("_ceiling") and "family" not in name:
                assert value <= result[f"{name}_ceiling"]


def test_subsets_that_do_not_occur_have_no_numbers() -> None:
    plain = ROSTER.where(np.array([True, True, False, False]))
    result = score(ask(plain, PICTURES[:2], SHAPES), answer(CERTAIN[:2], SHAPES))
    assert not [name for name in result if name.startswith(("diacritics", "ligatures"))]


def test_families_by_name() -> None:
    found = {name: rows.tolist() for name, rows in families(ROSTER)}
    assert list(found.items()) == [
        ("Cairo", [False, False, False, True]),
        ("Oi", [True, True, True, False]),
    ]
