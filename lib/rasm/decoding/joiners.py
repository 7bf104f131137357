"""Where a letter does not join the next one of its word though it could.

Persian stores a zero-width non-joiner there, which no glyph shows: a final form that an initial one
follows is all that tells of it.
"""

from functools import cache

from rasm.decoding.letter_model import bare
from rasm.decoding.readings import Form
from rasm.fonts.inventory import arabic_characters

NON_JOINER = "\u200c"
_WRITTEN_IN = frozenset({"fa"})
"""Languages that part words by it. In others such letters stand apart for want of a space."""
_APART = frozenset((ends, begins) for ends in ("isol", "final") for begins in ("isol", "init"))
_LAM, _ALEFS = "\u0644", "\u0627\u0622\u0623\u0625\u0671"
"""A lam before alef has a shape of its own in many fonts, which may be taken for one that ends."""


def stands_apart(before: tuple[str, Form], after: tuple[str, Form], language: str) -> bool:
    """Whether a non-joiner stands between two letters, by what each says and in which form.

    >>> stands_apart(("ه", "final"), ("ا", "isol"), "fa")
    True
    >>> stands_apart(("ه", "medi"), ("ا", "final"), "fa")
    False
    """
    (first, ends), (second, begins) = before, after
    if (
        language not in _WRITTEN_IN
        or ends not in ("isol", "final")
        or begins not in ("isol", "init")
    ):
        return False
    letters = bare(first)[-1:], bare(second)[:1]
    if letters[0] == _LAM and letters[1] in _ALEFS:
        return False
    left, right = (_joining_types().get(letter) for letter in letters)
    return left == "D" and right in ("D", "R")


@cache
def _joining_types() -> dict[str, str]:
    return {chr(code): one.joining_type for code, one in arabic_characters().items()}
