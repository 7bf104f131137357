"""What an error confuses: dots, forms, letters, or one kind of character with another.

A list of a thousand confusions says little; how many of them lost only the dots says where to work.
Two letters have the same skeleton, or rasm, when their joining groups say so; and inside a word the
groups of beh, noon and yeh are the same tooth, those of feh and qaf the same loop (Unicode, section
9.2, Arabic joining groups).
"""

from collections.abc import Iterable

from rasm.fonts.inventory import Item

_TOOTH = {"BEH", "NOON", "AFRICAN NOON", "NYA", "YEH", "FARSI YEH", "THIN YEH"}
_LOOP = {"FEH", "QAF", "AFRICAN FEH", "AFRICAN QAF"}
_SIGNS = ("diacritic", "digit", "punctuation", "symbol")

# From the gentlest to the gravest.
KINDS = {
    "dots": "same skeleton and form, other dots",
    "form": "same skeleton, other form",
    "letter": "other skeleton, same form",
    "letter_and_form": "other skeleton, other form",
    "sign": "other mark, digit, punctuation or symbol of its class",
    "class": "another class of character: letter, ligature, mark, digit, ...",
}


def kind_of_error(actual: Item, answered: Item) -> str:
    """The key of KINDS for two different items."""
    if _class(actual) != _class(answered):
        return "class"
    if _class(actual) in _SIGNS:
        return "sign"
    same_form = actual.form == answered.form
    if _skeletons(actual) & _skeletons(answered):
        return "dots" if same_form else "form"
    return "letter" if same_form else "letter_and_form"


def gentlest_kind(actual: Item, answered: Iterable[Item]) -> str:
    """The first key of KINDS that holds for any of the items answered with, which look alike."""
    found = {kind_of_error(actual, item) for item in answered}
    return next(kind for kind in KINDS if kind in found)


def _class(item: Item) -> str:
    return item.char_class if item.char_class in (*_SIGNS, "ligature") else "letter"


def _skeletons(item: Item) -> set[tuple[str, ...]]:
    """An item's joining groups, and what they look like in its form; without any, its own name."""
    groups = (item.joining_group or item.label.removesuffix(f"_{item.form}")).split("+")
    before_another = [True] * (len(groups) - 1) + [item.form in ("init", "medi")]
    looks = [_look(g) if hidden else g for g, hidden in zip(groups, before_another, strict=True)]
    return {tuple(groups), tuple(looks)}


def _look(group: str) -> str:
    if group in _TOOTH:
        return "tooth"
    return "loop" if group in _LOOP else group
