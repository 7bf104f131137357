"""What marks a letter carries, read from its label.

Arabic letters come in families of one skeleton (rasm) and are told apart by dots and signs around
it. A network that is asked for these apart learns where to look. Many Unicode names say their marks
(`seen_with_three_dots_below`); where a name does not, or means other than it says, the table below
does, in the same words. It follows the schematic names of Unicode's ArabicShaping.txt, where teh is
`DOTLESS BEH WITH 2 DOTS ABOVE`.
"""

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

FLAGS = (
    *("dots_above", "dots_below", "one_dot", "two_dots", "three_dots", "four_dots"),
    *("hamza_above", "hamza_below", "madda", "wasla", "ring", "small_v"),
    *("small_letter", "stroke", "vowel"),
)

_CARRIED_BY = {
    "": "alef hah dal reh seen sad tah ain dotless_feh dotless_qaf dotless_beh kaf keheh swash_kaf "
    "lam meem noon_ghunna heh heh_doachashmee heh_goal waw straight_waw alef_maksura farsi_yeh "
    "yeh_barree yeh_with_tail ae hamza high_hamza low_alef tatweel "
    "african_feh african_qaf african_noon",
    "dot_above": "khah thal zain dad zah ghain feh noon",
    "two_dots_above": "teh teh_marbuta teh_marbuta_goal qaf tteheh dahal",
    "three_dots_above": "theh sheen jeh veh ve dul ng",
    "four_dots_above": "teheh peheh ghain_with_three_dots_above",
    "dot_below": "beh jeem feh_with_dot_moved_below",
    "two_dots_below": "yeh thin_yeh rohingya_yeh beeh nyeh dyeh ddahal e feh_with_two_dots_below",
    "three_dots_below": "peh tcheh feh_with_three_dots_below "
    "feh_with_three_dots_pointing_upwards_below",
    "four_dots_below": "beheh tcheheh jeem_with_three_dots_below",
    "dot_below_and_dot_within": "reh_with_dot_below_and_dot_above",
    "small_tah": "tteh ddal rreh rnoon",
    "small_tah_and_two_dots_below": "hah_with_small_arabic_letter_tah_and_two_dots",
    "small_teh": "teh_with_small_teh_above",
    "small_digit": "farsi_yeh_with_extended_arabic_indic_digit_four_below",
    "hamza_above": "yeh_with_hamza_above heh_with_yeh_above high_hamza_alef high_hamza_waw "
    "high_hamza_yeh graf",
    "wasla": "alef_wasla",
    "ring": "kashmiri_yeh kirghiz_oe",
    "small_v": "oe kirghiz_yu beh_with_small_v beh_with_small_v_below yeh_with_small_v "
    "beh_with_inverted_small_v_below noon_with_inverted_small_v",
    "vowel": "u yu",
    "stroke": "gaf",
    "stroke_and_two_dots_above": "ngoeh",
    "stroke_and_two_dots_below": "gueh",
}
_CARRIES = {name: said for said, names in _CARRIED_BY.items() for name in names.split()}
# Letters whose dots show only where they join the next letter.
_JOINED = {
    "farsi_yeh": "two_dots_below",
    "yeh_with_small_v": "two_dots_below",
    "african_feh": "dot_below",
    "african_qaf": "dot_above",
    "african_noon": "dot_above",
}
_WORDS = {
    "madda": {"madda", "maddah"},
    "wasla": {"wasla"},
    "ring": {"ring", "loop"},
    "small_v": {"v"},
    "small_letter": {"tah", "teh", "meem", "noon", "waw", "digit"},
    "stroke": {"stroke", "bar"},
    "vowel": {"vowel", "fatha", "kasra"},
}


def flags_of(label: str) -> frozenset[str] | None:
    """Those of FLAGS that a letter or a ligature of letters carries; None for any other label."""
    parsed = re.fullmatch(r"(.+?)(?:_(init|medi|final))?", label)
    assert parsed is not None
    letters = parsed[1].split("+")
    found: set[str] = set()
    for place, letter in enumerate(letters, start=1):
        phrases = _phrases(letter, joins=place < len(letters) or parsed[2] in ("init", "medi"))
        if phrases is None:
            return None
        found.update(*map(_said, phrases))
    return frozenset(found)


def flags_of_classes(labels: Sequence[str], class_of: NDArray[np.int64]) -> NDArray[np.float32]:
    """(classes, FLAGS) of shape classes: 1 or 0 where the members agree, else NaN.

    `class_of` (L,) is aligned with `labels`; members that are no letters have no say.
    """
    table = np.full((len(labels), len(FLAGS)), np.nan, dtype=np.float32)
    for row, label in zip(table, labels, strict=True):
        carried = flags_of(label)
        if carried is not None:
            row[:] = [flag in carried for flag in FLAGS]
    agreed = np.full((int(class_of.max()) + 1, len(FLAGS)), np.nan, dtype=np.float32)
    for number, row in enumerate(agreed):
        members = table[class_of == number]
        members = members[~np.isnan(members).any(axis=1)]
        if len(members):
            row[:] = np.where((members == members[0]).all(axis=0), members[0], np.nan)
    return agreed


def _phrases(letter: str, joins: bool) -> list[str] | None:
    """What is said of a letter's marks, one phrase a mark."""
    base, *said = [letter] if letter in _CARRIES else re.split("_with_|_and_", letter)
    if base not in _CARRIES:
        return None
    own = _CARRIES[base].split("_and_")
    if joins and base in _JOINED:
        own.append(_JOINED[base])
    # Dots that are said take the place of the letter's own: teh with three dots above has three.
    taken = {place for phrase in said if (place := _place_of_dots(phrase))}
    return [p for p in own if _place_of_dots(p) not in taken] + said


def _place_of_dots(phrase: str) -> str | None:
    words = phrase.split("_")
    if not {"dot", "dots"} & set(words):
        return None
    if {"within", "left", "right"} & set(words):
        return "beside"
    return "below" if "below" in words else "above"


def _said(phrase: str) -> set[str]:
    """Flags of one phrase, such as `three_dots_pointing_upwards_below`."""
    words = set(phrase.split("_"))
    if "no" in words:
        return set()
    found = {flag for flag, names in _WORDS.items() if words & names}
    if "hamza" in words:
        found.add("hamza_below" if "below" in words else "hamza_above")
    place = _place_of_dots(phrase)
    if place is not None:
        found |= {f"dots_{place}"} & set(FLAGS)
        counts = words & {"two", "three", "four"}
        found.add(f"{counts.pop()}_dots" if counts else "one_dot")
    return found
