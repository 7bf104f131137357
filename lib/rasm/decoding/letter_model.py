"""How likely a string is as a word of a language: a list of words, and the letters that they take.

A word of the list is as likely as it is frequent; any other by its letters, each by the three
before it. The two are mixed, so that names and rare words cost more and are never impossible. What
follows which letter is counted in the list itself and smoothed as by Witten and Bell (1991), 'The
zero-frequency problem': an unseen letter is as likely as new ones were after the same three, and
among unseen ones the shorter past decides.

The lists are those of wordfreq (R. Speer, 2022; data under CC BY-SA 4.0), the most frequent words
of a language with their frequencies; `python -m rasm.decoding.letter_model` writes them anew from
that package.
"""

import lzma
import math
import re
import sys
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, cached_property
from itertools import islice
from pathlib import Path

import numpy as np

from rasm.labels.signs import script_of

WORDS = Path(__file__).with_name("words")
"""One file a language: `WORD TENTHS` a line, compressed; TENTHS of -log10 of its frequency."""
LANGUAGES = {
    "ar": "[\u0621-\u064a]+",
    "fa": "[\u0621-\u064a\u067e-\u06cc]+",
    "ur": "[\u0621-\u064a\u0679-\u06d3]+",
}
"""What the words of a language are spelled with; other entries of the list are not its words."""
SCRIPT_WORDS = {
    "Latn": ("en", "fr", "de", "es", "it", "pt", "nl", "pl", "tr", "id", "sv", "ms"),
    "Cyrl": ("ru", "uk", "bg", "mk"),
    "Grek": ("el",),
    "Hebr": ("he",),
}
"""The languages whose words stand for a script beside Arabic, each counted alike."""
RIGHT_TO_LEFT = ("Arab", "Hebr")
_DIGITS = {"ar": "٠١٢٣٤٥٦٧٨٩", "fa": "۰۱۲۳۴۵۶۷۸۹", "ur": "۰۱۲۳۴۵۶۷۸۹"}
_MOST_WORDS = 40_000
_ORDER = 4
_UNLISTED = 0.05
"""Share of running words that the list lacks."""
_FLATTEN = 0.4
"""Power of a word's frequency with which it counts for the letters: rare words teach spelling."""
_SHORT_WORDS = 20
_HAMZA = 3.0
"""Nats that each letter costs whose hamza or madda is written where the list leaves it out."""
_CASES = {"title": 1.0, "upper": 3.5, "mixed": 8.0}
"""Nats that a word costs with a capital first, in capitals, or with others among its letters."""
_NO_LETTERS = "\u0640\u200c"
_ALPHABET = 100
"""Signs among which a letter that the list never uses is one."""
_END = "\n"


def _beginning(words: Sequence[str], start: str) -> range:
    """The numbers of those sorted words that begin so."""
    return range(bisect_left(words, start), bisect_right(words, start + chr(0x10FFFF)))


class LetterModel:
    """Words of one language, or of some; log-probabilities are natural, and remembered.

    Words are listed in small letters; capitals cost by how they stand among the letters.
    """

    def __init__(self, frequencies: Mapping[str, float], digits: str = "") -> None:
        """Take the words with their shares of running text, which need not add up to one.

        `digits` are those that the language writes, none other of its script.
        """
        self.digits = digits
        total = sum(frequencies.values())
        self._listed = {
            word: math.log((1 - _UNLISTED) * share / total) for word, share in frequencies.items()
        }
        least = min(frequencies.values())
        weights = {word: (share / least) ** _FLATTEN for word, share in frequencies.items()}
        self._letter, self._unseen = _letters(weights)
        self._yeh = max("\u064a\u06cc", key=lambda yeh: self._letter.get(yeh, -math.inf))
        self._known: dict[str, float] = {}
        self._letter_after: dict[str, float] = {}
        self._between: dict[tuple[str, str, int], dict[str, float]] = {}

    def word(self, word: str) -> float:
        """Log-probability of a word."""
        found = self._known.get(word)
        if found is None:
            plain = word.lower()
            found = self._lower(plain) - _of_case(word)
            without = without_hamza(plain).replace("\u064a", self._yeh)
            if without != plain:
                dropped = sum(a != b for a, b in zip(plain, without, strict=True))
                found = float(np.logaddexp(found, self._lower(without) - _HAMZA * dropped))
            self._known[word] = found
        return found

    def _lower(self, word: str) -> float:
        spelled = math.log(_UNLISTED) + self.spelled(word)
        listed = self._listed.get(word)
        return spelled if listed is None else float(np.logaddexp(listed, spelled))

    def between(self, start: str, end: str, most: int) -> dict[str, float]:
        """What may stand between two parts of a listed word, and the word's log-probability.

        At most `most` letters, or none. Without a start and an end, the commonest short words.
        """
        if not start and not end:
            return dict(islice(((w, p) for w, p in self._common if len(w) <= most), _SHORT_WORDS))
        found = self._between.get((start, end, most))
        if found is None:
            whole = self._listed.get(start + end)
            found = {} if whole is None else {"": whole}
            for length in range(len(start) + len(end) + 1, len(start) + len(end) + most + 1):
                for word in self._framed(start, end, length):
                    found[word[len(start) : length - len(end)]] = self._listed[word]
            self._between[start, end, most] = found
        return found

    def _framed(self, start: str, end: str, length: int) -> Iterator[str]:
        """The words of a length that begin and end so, in the order of the shorter list."""
        forward, back = self._by_length.get(length, ([], []))
        from_start, from_end = _beginning(forward, start), _beginning(back, end[::-1])
        if len(from_start) <= len(from_end):
            return (forward[n] for n in from_start if forward[n].endswith(end))
        return (back[n][::-1] for n in from_end if back[n][::-1].startswith(start))

    @cached_property
    def _common(self) -> list[tuple[str, float]]:
        return sorted(self._listed.items(), key=lambda item: -item[1])

    @cached_property
    def _by_length(self) -> dict[int, tuple[list[str], list[str]]]:
        """Words of each length, sorted, and the same from end to start."""
        found: dict[int, list[str]] = {}
        for word in self._listed:
            found.setdefault(len(word), []).append(word)
        return {
            length: (sorted(words), sorted(word[::-1] for word in words))
            for length, words in found.items()
        }

    def spelled(self, word: str) -> float:
        """Log-probability of the letters of a word and of its end."""
        text = _END + word + _END
        score = 0.0
        for at in range(1, len(text)):
            gram = text[max(0, at - _ORDER + 1) : at + 1]
            found = self._letter_after.get(gram)
            if found is None:
                found = self._letter_after[gram] = self._next(gram[:-1], gram[-1])
            score += found
        return score

    def _next(self, past: str, letter: str) -> float:
        """Log-probability of a letter after some others."""
        spent = 0.0
        while True:
            found = self._letter.get(past + letter)
            if found is not None:
                return spent + found
            spent += self._unseen.get(past, 0.0)
            if not past:
                return spent - math.log(_ALPHABET)
            past = past[1:]


def _of_case(word: str) -> float:
    """Nats that a word's capitals cost."""
    if word == word.lower():
        return 0.0
    if word[0] != word[0].lower() and word[1:] == word[1:].lower():
        return _CASES["title"]
    return _CASES["upper" if word == word.upper() else "mixed"]


def _letters(weights: Mapping[str, float]) -> tuple[dict[str, float], dict[str, float]]:
    """Log P(last letter | those before it) of each string seen, and log P(unseen) after each."""
    counts: list[dict[str, float]] = [{} for _ in range(_ORDER)]
    for word, weight in weights.items():
        text = _END + word + _END
        for at in range(1, len(text)):
            for size in range(min(_ORDER, at + 1)):
                gram = text[at - size : at + 1]
                counts[size][gram] = counts[size].get(gram, 0.0) + weight
    log_p: dict[str, float] = {}
    unseen: dict[str, float] = {}
    for level in counts:
        total: dict[str, float] = {}
        kinds: dict[str, int] = {}
        for gram, count in level.items():
            total[gram[:-1]] = total.get(gram[:-1], 0.0) + count
            kinds[gram[:-1]] = kinds.get(gram[:-1], 0) + 1
        found = {}
        for gram, count in level.items():
            past = gram[:-1]
            shorter = math.exp(log_p[gram[1:]]) if past else 1 / _ALPHABET
            found[gram] = math.log((count + kinds[past] * shorter) / (total[past] + kinds[past]))
        log_p |= found
        unseen |= {past: math.log(kinds[past] / (total[past] + kinds[past])) for past in total}
    return log_p, unseen


def bare(text: str) -> str:
    """A text of letters alone, composed, as the lists spell words.

    Without vowel signs, tatweel and what parts letters unseen (ZWNJ).

    >>> bare("مَلِكٌ")
    'ملك'
    """
    composed = unicodedata.normalize("NFC", text)
    return "".join(c for c in composed if unicodedata.category(c) != "Mn" and c not in _NO_LETTERS)


def without_hamza(word: str) -> str:
    """A word with the bare letters of those that carry hamza or madda, letter by letter.

    >>> without_hamza("همۀ")
    'همه'
    """
    return "".join(_bare_letter(letter) for letter in word)


@cache
def _bare_letter(letter: str) -> str:
    base = unicodedata.normalize("NFD", letter)[0]
    if "\u0621" < letter < "\u0700" and base != letter:
        return {"\u06d5": "\u0647"}.get(base, base)  # AE, of which Unicode makes heh with yeh
    return letter


@cache
def letter_model(language: str) -> LetterModel:
    """The model of a language by its code, or of a script by its own (ISO 15924).

    Raises ValueError naming those that there are.
    """
    path = WORDS / f"{language}.xz"
    if not path.is_file():
        known = ", ".join(sorted(path.stem for path in WORDS.glob("*.xz")))
        raise ValueError(f"no list of words of the language '{language}'; there are: {known}")
    lines = lzma.decompress(path.read_bytes()).decode("utf-8").splitlines()
    pairs = (line.split(" ") for line in lines)
    frequencies = {word: 10 ** (-int(tenths) / 10) for word, tenths in pairs}
    return LetterModel(frequencies, _DIGITS.get(language, ""))


def write_words(name: str, frequencies: Mapping[str, float], spelling: str) -> None:
    """Write a list of words that match `spelling`, the most frequent first."""
    is_word = re.compile(spelling)
    merged: dict[str, float] = {}
    for word, frequency in frequencies.items():
        if is_word.fullmatch(word := bare(word)):
            merged[word] = merged.get(word, 0.0) + frequency
    ranked = sorted(merged.items(), key=lambda item: (-item[1], item[0]))[:_MOST_WORDS]
    text = "".join(f"{word} {round(-10 * math.log10(share))}\n" for word, share in ranked)
    WORDS.mkdir(exist_ok=True)
    (WORDS / f"{name}.xz").write_bytes(lzma.compress(text.encode("utf-8"), preset=9))


def main() -> None:
    """Write the lists anew from wordfreq."""
    from wordfreq import get_frequency_dict

    for language, spelling in LANGUAGES.items():
        write_words(language, get_frequency_dict(language, wordlist="best"), spelling)
    for script, languages in SCRIPT_WORDS.items():
        merged: dict[str, float] = {}
        for language in languages:
            for word, frequency in get_frequency_dict(language, wordlist="best").items():
                if all(script_of(character) == script for character in word):
                    spelled = re.sub("σ$", "ς", word)  # which wordfreq folds
                    merged[spelled] = merged.get(spelled, 0.0) + frequency / len(languages)
        write_words(script, merged, ".+")
    for path in sorted(WORDS.glob("*.xz")):
        print(f"{path.stem}: {path.stat().st_size:,} bytes", file=sys.stderr)


if __name__ == "__main__":
    main()
