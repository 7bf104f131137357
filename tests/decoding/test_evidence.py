"""What a word's signs cost: each value is the sum of a few weights and the letters' probability."""

import pytest

from rasm.decoding.evidence import EvidenceWeights, Piece, WordEvidence, piece_of
from rasm.decoding.letter_model import LetterModel, letter_model
from rasm.decoding.readings import TATWEEL, Form, TextReading, reading_of_sign

W = EvidenceWeights()
MODEL = LetterModel({"باب": 0.5, "بات": 0.3, "تاب": 0.2}, "٠١٢٣٤٥٦٧٨٩")
EVIDENCE = WordEvidence(MODEL, W)


def letter(text: str, form: Form = "isol") -> Piece | None:
    return piece_of(TextReading(text, form))


def signs(text: str) -> list[Piece | None]:
    return [piece_of(reading_of_sign(sign)) for sign in text]


BAB = [letter("ب", "init"), letter("ا", "final"), letter("ب")]


def test_a_word_that_is_joined_as_it_must_be_costs_what_its_letters_do() -> None:
    assert EVIDENCE.log_p(BAB) == pytest.approx(W.words * MODEL.word("باب"))


@pytest.mark.parametrize(
    ("forms", "torn"),
    [
        (("isol", "isol", "isol"), 0),
        (("isol", "final", "isol"), 1),  # between the first two
        (("init", "final", "final"), 1),  # between the last two
        (("final", "isol", "init"), 2),  # at both ends of the word
        (("any", "final", "any"), 0),  # how a ligature joins is not known
    ],
)
def test_each_stroke_that_leads_nowhere_costs(forms: tuple[Form, ...], torn: int) -> None:
    pieces = [letter(text, form) for text, form in zip("باب", forms, strict=True)]
    expected = W.words * MODEL.word("باب") - torn * W.join
    assert EVIDENCE.log_p(pieces) == pytest.approx(expected)


def test_what_adds_no_letter_costs_as_a_stretch_does_and_marks_cost_nothing() -> None:
    stretched = [BAB[0], letter(TATWEEL, "medi"), letter("", "any"), *BAB[1:]]
    assert EVIDENCE.log_p(stretched) == pytest.approx(EVIDENCE.log_p(BAB) - 2 * W.stretch)
    assert EVIDENCE.log_p([BAB[0], None, *BAB[1:]]) == EVIDENCE.log_p(BAB)


def test_signs_that_are_no_letters_cost_by_their_kind() -> None:
    assert EVIDENCE.log_p(signs("١٢")) == pytest.approx(-W.turn - 2 * W.digit)
    assert EVIDENCE.log_p(signs("۱۲")) == pytest.approx(-W.turn - 2 * (W.digit + W.foreign))
    assert EVIDENCE.log_p(signs("12")) == EVIDENCE.log_p(signs("١٢"))
    assert EVIDENCE.log_p(signs("&")) == pytest.approx(-W.turn - W.symbol)


def test_a_stop_after_a_word_is_no_turn_but_a_sign_within_it_is() -> None:
    bab, ba, b = (W.words * MODEL.word(text) for text in ("باب", "با", "ب"))
    assert EVIDENCE.log_p([*BAB, *signs(".")]) == pytest.approx(bab - W.punctuation)
    within = [*BAB[:2], *signs("."), BAB[2]]
    assert EVIDENCE.log_p(within) == pytest.approx(ba + b - W.punctuation - 2 * W.turn)


def test_words_of_other_scripts_are_asked_of_their_own_letters() -> None:
    """Their signs stand from right to left as all others do."""
    latin = letter_model("Latn")
    eau = W.words * latin.word("eau") - W.script
    assert EVIDENCE.log_p(signs("uae")) == pytest.approx(eau)
    l_eau = eau + W.words * latin.word("l") - W.script - W.inner
    assert EVIDENCE.log_p(signs("uae’l")) == pytest.approx(l_eau)
    mixed = eau + W.words * MODEL.word("ب") - W.mixed
    assert EVIDENCE.log_p(signs("uaeب")) == pytest.approx(mixed)


@pytest.mark.parametrize(
    ("pieces", "places"),
    [(BAB, [0]), (BAB, [1]), (BAB, [0, 2]), ([*BAB, *signs(".")], [1]), ([None, *BAB], [0])],
)
def test_one_glyph_changed_is_the_word_read_anew(
    pieces: list[Piece | None], places: list[int]
) -> None:
    score = EVIDENCE.by_one(pieces, places)
    before = list(pieces)
    for piece in [*BAB, letter(TATWEEL, "medi"), letter("تا", "any"), *signs("١a,&"), None]:
        changed = [piece if at in places else one for at, one in enumerate(pieces)]
        assert score(piece) == pytest.approx(EVIDENCE.log_p(changed))
    assert pieces == before


def test_a_piece_has_its_letters_from_right_to_left_and_its_joins() -> None:
    assert piece_of(TextReading("\u064e", "any", "mark")) is None
    assert letter("ل", "medi") == ("ل", "letter", "Arab", 1, 1)
    assert letter("ل", "final") == ("ل", "letter", "Arab", 1, 0)
    assert piece_of(TextReading("fi", "isol", "letter", "Latn")) == ("if", "letter", "Latn", 0, 0)
