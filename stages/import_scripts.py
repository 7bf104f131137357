"""Fonts of the world's scripts -> a corpus of characters, split by script."""

from pathlib import Path

from fontTools import unicodedata
from pydantic import BaseModel, Field

from rasm.corpora.corpus import CorpusItem, encode_png, write_items, write_pictures
from rasm.corpora.look_alikes import look_alikes
from rasm.corpora.scripts import draw_packages, locked_packages, picture_of
from rasm.labels.splits import SPLITS, Split
from stages.progress import Track


class Params(BaseModel, frozen=True, extra="forbid"):
    """The section import_scripts of params.yaml."""

    packages: list[str]
    picture: int = Field(ge=32, multiple_of=8)
    left_out: list[str]
    val: list[str]
    test: list[str]


def main(params: Params, track: Track, *, packages: Path, lock: Path, corpus: Path) -> None:
    """Draw every letter, digit and spacing mark; look-alikes within a split are one class."""
    folders = locked_packages(packages, lock, params.packages)
    drawn = draw_packages(
        track(folders, desc="fonts", unit="font"), params.picture, params.left_out
    )
    split_of: dict[str, Split] = {character.script: "train" for character in drawn}
    split_of.update(dict.fromkeys(params.val, "val"))
    split_of.update(dict.fromkeys(params.test, "test"))
    items = []
    for split in SPLITS:
        chosen = [(n, c) for n, c in enumerate(drawn) if split_of[c.script] == split]
        standing_for = look_alikes(character for _, character in chosen)
        items += [
            CorpusItem(
                picture=number,
                label=_name(standing_for[c.codepoint]),
                group=c.script,
                split=split,
                source=c.font,
                codepoints=(c.codepoint,),
            )
            for number, c in chosen
        ]
    corpus.mkdir(parents=True, exist_ok=True)
    write_pictures(corpus, ((n, encode_png(picture_of(c))) for n, c in enumerate(drawn)))
    write_items(corpus, items, [], [])
    for split in SPLITS:
        own = [item for item in items if item.split == split]
        print(
            f"  {split}: {len(own)} pictures of {len({i.label for i in own})} classes from "
            f"{len({i.group for i in own})} scripts and {len({i.source for i in own})} fonts"
        )


def _name(code: int) -> str:
    return str(unicodedata.name(chr(code), f"U+{code:04X}"))
