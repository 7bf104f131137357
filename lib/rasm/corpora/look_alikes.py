"""Characters that cannot be told apart without their neighbours are one class.

Tight scaling draws o and O alike, Latin A and Greek Alpha come from one outline, and a learner that
is asked to part them learns noise. Two characters are look-alikes when at least half of the fonts
that have both draw them alike: to the very same pixels, or, for the two cases of a letter, with
nearly the same ink. Half, because there are fonts that draw one box for all that they lack. Who
looks like a look-alike is one too.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from itertools import combinations

import numpy as np

from rasm.corpora.scripts import DrawnCharacter

# Constants of the method: other ones would make other classes, and scores would not compare.
_SAME_INK = 0.7  # overlap from which two cases of a letter are drawn alike
_MIN_SHARE = 0.5  # of the fonts that have both


def look_alikes(characters: Iterable[DrawnCharacter]) -> dict[int, int]:
    """From each code point to the lowest one among those that look like it, itself included."""
    fonts: dict[str, dict[int, bytes]] = defaultdict(dict)
    for character in characters:
        fonts[character.font][character.codepoint] = character.mask
    having: dict[int, set[str]] = defaultdict(set)
    alike: Counter[tuple[int, int]] = Counter()
    for font, masks in fonts.items():
        for code in masks:
            having[code].add(font)
        alike.update(_pairs_alike(masks))
    lowest = {code: code for code in having}

    def root(code: int) -> int:
        while lowest[code] != code:
            code = lowest[code]
        return code

    for (one, two), count in alike.items():
        if count >= _MIN_SHARE * len(having[one] & having[two]):
            low, high = sorted((root(one), root(two)))
            lowest[high] = low
    return {code: root(code) for code in lowest}


def _pairs_alike(masks: Mapping[int, bytes]) -> set[tuple[int, int]]:
    """Pairs of code points that one font draws alike, the lower one first."""
    of_mask: dict[bytes, list[int]] = defaultdict(list)
    for code, mask in sorted(masks.items()):
        of_mask[mask].append(code)
    pairs = {pair for codes in of_mask.values() for pair in combinations(codes, 2)}
    for code, mask in masks.items():
        upper = chr(code).upper()
        other = masks.get(ord(upper)) if len(upper) == 1 and ord(upper) != code else None
        if other is not None and overlap(mask, other) >= _SAME_INK:
            # The small letter comes first in Georgian.
            pairs.add((min(ord(upper), code), max(ord(upper), code)))
    return pairs


def overlap(one: bytes, two: bytes) -> float:
    """Intersection over union of the ink of two packed masks of one size, in [0, 1]."""
    a, b = (np.unpackbits(np.frombuffer(mask, dtype=np.uint8)) for mask in (one, two))
    return float((a & b).sum() / max(1, (a | b).sum()))
