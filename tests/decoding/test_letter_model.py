"""Letter models: probabilities add up, listed words win, and no word is impossible."""

import itertools
import math

import pytest

from rasm.decoding.letter_model import LANGUAGES, LetterModel, bare, letter_model


def test_listed_words_have_their_share() -> None:
    model = LetterModel({"ab": 0.3, "ba": 0.1})
    assert math.exp(model.word("ab")) == pytest.approx(0.95 * 0.75, abs=0.03)
    assert model.word("ab") > model.word("ba") > model.word("aa")


def test_letters_follow_each_other_with_probabilities_that_add_up() -> None:
    """All words of two letters or less, by the letters alone, and their ends: less than one."""
    model = LetterModel({"ab": 0.5, "b": 0.5})
    letters = "ab" + "".join(map(chr, range(200, 297)))  # the alphabet: 99 letters and the end
    after_a = [model.spelled("a" + one) - model.spelled("a") for one in "ab"]
    assert after_a[1] > after_a[0]
    total = sum(math.exp(model.spelled("".join(word))) for word in itertools.product(letters))
    assert 0.3 < total < 1


def test_a_hamza_that_the_list_leaves_out_costs_little() -> None:
    """One letter less the hamza is a listed word, another is not."""
    model = LetterModel({"همه": 0.5, "باب": 0.5})
    assert model.word("همۀ") == pytest.approx(model.word("همه") - 3, abs=0.01)
    assert model.word("همو") < model.word("همۀ") - 3


def test_a_yeh_is_that_of_the_language() -> None:
    persian = LetterModel({"یاری": 1.0})
    assert persian.word("ياري") == pytest.approx(persian.word("یاری") - 6, abs=0.01)
    assert persian.word("ئاری") == pytest.approx(persian.word("یاری") - 3, abs=0.01)


def test_greek_words_end_as_greek_ones_do() -> None:
    greek = letter_model("Grek")
    assert greek.word("λόγος") > greek.word("λόγοσ") + 5


def test_what_may_stand_between() -> None:
    model = LetterModel({"kitab": 0.4, "kitub": 0.2, "katib": 0.2, "ab": 0.1, "b": 0.1})
    assert set(model.between("kit", "b", 3)) == {"a", "u"}
    assert set(model.between("", "tib", 3)) == {"ka"}
    assert set(model.between("k", "b", 2)) == set()
    assert list(model.between("", "", 3)) == ["ab", "b"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_knows_its_own_words_best(language: str) -> None:
    words = {"ar": "الذي", "fa": "است", "ur": "ہیں"}
    models = {one: letter_model(one) for one in LANGUAGES}
    assert max(models, key=lambda one: models[one].word(words[language])) == language


def test_a_language_without_a_list_is_named() -> None:
    with pytest.raises(ValueError, match=r"'xx'; there are: Cyrl, Grek, Hebr, Latn, ar, fa, ur"):
        letter_model("xx")


def test_vowel_signs_and_tatweel_are_no_spelling() -> None:
    assert bare("سَلـــام") == "سلام"
    assert bare("ا\u0654") == "أ"


def test_persian_words_are_spelled_without_what_parts_their_letters() -> None:
    model = letter_model("fa")
    assert model.word("میشود") > model.word("میشوذ") + 5
    assert bare("می\u200cشود") == "میشود"
