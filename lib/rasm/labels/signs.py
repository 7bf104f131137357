"""What printed signs beyond Arabic are called: by what they say."""

from fontTools.unicodedata import category, script

NO_SIGN = ""
"""What a glyph says that is none of the signs."""
SCRIPTS = ("Latn", "Grek", "Cyrl", "Hebr")
LIGATURES = ("fi", "fl", "ff", "ffi", "ffl")
_LETTERS = (*range(0x250), *range(0x370, 0x460), 0x490, 0x491, *range(0x5D0, 0x5EB))
"""Code points among which letters lie: those of today's languages, but for Vietnamese."""
_LAST = 0x2300
"""Code point before which other signs lie: symbols and pictures follow."""


def is_sign(character: str) -> bool:
    """Whether a character is one of the signs: a letter, digit, stop or symbol of running text."""
    kind = category(character)
    if kind[0] == "L":
        is_known = ord(character) in _LETTERS and script(character) in SCRIPTS
        return kind != "Lm" and is_known
    # Superscript digits and fractions are small copies, and accents stand on letters.
    is_shown = kind[0] in "NPS" and kind not in ("No", "Sk")
    return is_shown and ord(character) < _LAST and script(character) == "Zyyy"


def script_of(text: str) -> str:
    """Four-letter code (ISO 15924) of what is written with letters of one script; else empty.

    >>> script_of("fi"), script_of("7")
    ('Latn', '')
    """
    found = {script(c) for c in text if category(c).startswith("L")}
    return found.pop() if len(found) == 1 else ""
