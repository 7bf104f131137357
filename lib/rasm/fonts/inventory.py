"""The label inventory: every glyph class that a font may be asked for, and how to ask for it.

A label names a letter in one form.  The form is obtained from the font by shaping the letter
with zero-width joiners (ZWJ) beside it, which join like a letter and draw nothing:

    isolated  beh          `beh`            init   beh ZWJ        `beh_init`
    medi      ZWJ beh ZWJ  `beh_medi`       final  ZWJ beh        `beh_final`

Which forms a letter has follows from its joining type: dual-joining letters have four,
right-joining ones two, all others one.  Marks, digits, punctuation and symbols stand alone.

Ligatures are the presentation forms that Unicode decomposes into two or more letters.  Their
labels join the letters: `lam+alef_final`.  Ligatures of marks are encoded on a carrier, a space
(isolated) or a tatweel (medial), which is no part of the mark: it is dropped, so both are the one
item `fatha+shadda`, shaped as a free-standing pair; where one mark is left it is no ligature.
Marks are shaped with shadda first, the order in which HarfBuzz renders them: any other order is
rearranged, which fuses the clusters and would make every pair look like a ligature.

The characters are read from the excerpt `arabic.tsv` beside this file; `unicode_excerpt` says why
this is data and how the file is made.
"""

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

EXCERPT = Path(__file__).with_name("arabic.tsv")
ZWJ = "\u200d"
_SPACE, _TATWEEL, _SHADDA, _LETTER_MARK = 0x0020, 0x0640, 0x0651, 0x061C

_FORMS = {"D": ("isol", "init", "medi", "final"), "R": ("isol", "final")}
_UNICODE_FORMS = {"isolated": "isol", "initial": "init", "medial": "medi", "final": "final"}
_CLASSES = {
    "Mn": "diacritic",
    "Nd": "digit",
    "Po": "punctuation",
    "Ps": "punctuation",
    "Pe": "punctuation",
    "Sc": "symbol",
    "Sk": "symbol",
    "Sm": "symbol",
    "So": "symbol",
    "Cf": "symbol",
}


@dataclass(frozen=True, slots=True)
class Character:
    """One row of the excerpt."""

    code_point: int
    name: str
    """Unicode name, e.g. `ARABIC LETTER BEH`."""
    category: str
    """General category, e.g. `Lo`."""
    joining_type: str
    """D dual, R right, U non-joining, C join-causing, T transparent."""
    joining_group: str | None
    """Joining group as ArabicShaping.txt spells it, e.g. `TEH MARBUTA`; None if it has none."""
    form: str | None
    """Tag of a presentation form: isolated, initial, medial or final; None for others."""
    parts: tuple[int, ...]
    """Code points of a tagged decomposition; empty for characters without a form tag."""


def _character(row: dict[str, str]) -> Character:
    form, parts = None, list[str]()
    if row["decomposition"].startswith(("<isolated>", "<initial>", "<medial>", "<final>")):
        tag, *parts = row["decomposition"].split()
        form = tag.strip("<>")
    group = row["joining_group"]
    return Character(
        code_point=int(row["code_point"], 16),
        name=row["name"],
        category=row["general_category"],
        joining_type=row["joining_type"],
        joining_group=None if group == "No_Joining_Group" else group,
        form=form,
        parts=tuple(int(part, 16) for part in parts),
    )


def read_characters(lines: Iterable[str]) -> dict[int, Character]:
    """Parse the lines of an excerpt: code point -> character, in file order."""
    rows = csv.DictReader(
        (line for line in lines if not line.startswith("#")),
        delimiter="\t",
        quoting=csv.QUOTE_NONE,
    )
    return {character.code_point: character for character in map(_character, rows)}


def arabic_characters() -> dict[int, Character]:
    """Return the characters of the shipped excerpt."""
    return read_characters(EXCERPT.read_text(encoding="utf-8").splitlines())


@dataclass(frozen=True, slots=True)
class Item:
    """One glyph class and the text that makes a font show it."""

    label: str
    code_points: tuple[int, ...]
    """The characters shown, in logical order and without joiners."""
    text: str
    """What is shaped: the characters with joiners where the form needs them."""
    form: str
    """isol, init, medi or final."""
    char_class: str
    """The form for single letters; otherwise diacritic, digit, punctuation, symbol, ligature."""
    joining_group: str | None
    """Joining group of the letter; of a ligature its letters' groups joined by `+`."""
    name: str
    """Unicode name of the character or of the ligature's presentation form."""

    @property
    def isolated_text(self) -> str:
        """The same characters without joiners."""
        return self.text.replace(ZWJ, "")


def base_label(name: str) -> str:
    """Turn a Unicode name into a label: `ARABIC LETTER DOTLESS BEH` -> `dotless_beh`."""
    short = name.removeprefix("ARABIC ").removeprefix("LETTER ")
    return short.lower().replace(" ", "_").replace("-", "_")


def in_form(text: str, form: str) -> str:
    """Put joiners where the form joins its neighbours."""
    before = ZWJ if form in ("medi", "final") else ""
    after = ZWJ if form in ("init", "medi") else ""
    return before + text + after


def _suffix(form: str) -> str:
    return "" if form == "isol" else f"_{form}"


def _is_sign(character: Character) -> bool:
    """Whether a character is one sign whatever it decomposes into: a currency, a whole phrase."""
    return character.category in _CLASSES or _SPACE in character.parts[1:]


def _single(character: Character) -> Iterator[Item]:
    char_class = _CLASSES.get(character.category, "symbol") if _is_sign(character) else None
    forms = _FORMS.get(character.joining_type, ("isol",)) if char_class is None else ("isol",)
    for form in forms:
        yield Item(
            label=base_label(character.name) + _suffix(form),
            code_points=(character.code_point,),
            text=in_form(chr(character.code_point), form),
            form=form,
            char_class=char_class or form,
            joining_group=character.joining_group,
            name=character.name,
        )


def _ligature(character: Character, characters: Mapping[int, Character]) -> Item | None:
    parts = tuple(part for part in character.parts if part not in (_SPACE, _TATWEEL))
    if len(parts) < 2:
        return None
    letters = [characters[part] for part in parts]
    of_marks = all(letter.category == "Mn" for letter in letters)
    form = "isol" if of_marks else _UNICODE_FORMS[character.form or "isolated"]
    groups = [letter.joining_group for letter in letters if letter.joining_group]
    shown = sorted(parts, key=lambda part: part != _SHADDA) if of_marks else parts
    return Item(
        label="+".join(base_label(letter.name) for letter in letters) + _suffix(form),
        code_points=parts,
        text=in_form("".join(map(chr, shown)), form),
        form=form,
        char_class="ligature",
        joining_group="+".join(groups) or None,
        name=character.name,
    )


def items(characters: Mapping[int, Character]) -> list[Item]:
    """Build the inventory from a table of characters: single ones first, then ligatures.

    Raises ValueError when two different texts get the same label.
    """
    found: dict[str, Item] = {}
    ligatures = []
    for character in characters.values():
        if character.form and not _is_sign(character):
            ligatures.append(_ligature(character, characters))
        elif character.code_point != _LETTER_MARK:  # the one character here that draws nothing
            for item in _single(character):
                if item.label in found:
                    raise ValueError(f"label {item.label}: {found[item.label].name}, {item.name}")
                found[item.label] = item
    for ligature in ligatures:
        # Unicode encodes some twice: marks on both carriers, and a few ligatures of letters.
        if ligature is not None:
            found.setdefault(ligature.label, ligature)
    return list(found.values())


def arabic_inventory() -> list[Item]:
    """Return the inventory of the shipped Unicode excerpt."""
    return items(arabic_characters())
