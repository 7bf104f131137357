"""Who was taken for whom, in eight glyphs."""

from tests.report.toy_errors import BEH, FATHA, KAF, TEH, WRONG, errors

STUDY = errors()


def test_right_wrong_and_rivals() -> None:
    assert STUDY.wrong.tolist() == WRONG
    assert STUDY.right.tolist() == [0, 5, 6]
    # Against the truth where the answer is wrong, against the next best where it is right.
    assert STUDY.rival.tolist() == [TEH, TEH, KAF, KAF, BEH, KAF, BEH, FATHA]


def test_pairs_count_drawings_in_both_directions() -> None:
    """beh and teh: rows 1 and 4. fatha and kaf: 7, 2 and 3, which are one drawing.

    Two drawings each; fatha and kaf were answered more surely, so they come first.
    """
    first, second = STUDY.pairs
    assert (first.shapes, first.rows.tolist(), first.glyphs) == ((FATHA, KAF), [7, 2], 3)
    assert (second.shapes, second.rows.tolist(), second.glyphs) == ((BEH, TEH), [4, 1], 2)


def test_drawings_of_a_font() -> None:
    assert STUDY.drawings([0, 2, 3]) == [0, 2]
    assert STUDY.labels_of(3) == ["kaf", "keheh"]
    assert STUDY.labels_of(6) == ["kaf"]


def test_the_same_picture_in_another_font_is_another_drawing() -> None:
    other = errors()
    other.questions.roster.fonts[3] = "another"
    assert other.drawings([2, 3]) == [2, 3]
    assert other.labels_of(3) == ["keheh"]


def test_kinds_take_the_gentlest_member() -> None:
    assert STUDY.types == {1: "dots", 2: "class", 3: "class", 4: "dots", 7: "class"}


def test_names() -> None:
    assert STUDY.name(KAF) == "kaf (+1)"
    assert STUDY.label(3) == "keheh"
    assert STUDY.confusion(3) == "kaf (+1) -> fatha"
    assert STUDY.code_points("keheh") == "U+06A9"


def test_what_the_same_font_draws() -> None:
    assert STUDY.same_font_draws(4, TEH) == 5
    assert STUDY.same_font_draws(1, FATHA) is None
    assert STUDY.same_font_draws(7, KAF) == 6


def test_who_named_the_shape() -> None:
    assert STUDY.named_by(0) == ["phase2"]
    assert STUDY.named_by(7) == ["baseline"]
    assert STUDY.named_by(1) == []
