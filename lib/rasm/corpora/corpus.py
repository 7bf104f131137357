"""One form on disk for every corpus: pictures, who they are, and what was left out.

    pictures.lmdb       PNG bytes by picture number, 8 bits grey or RGB
    items.jsonl         one `Item` a line, sorted by picture
    class_to_idx.json   label -> index, alphabetical
    splits/*_ids.json   the groups of each split
    left_out.jsonl      files that are not in the corpus, and why
    remarks.jsonl       what was done to files that are
    corpus.json         card that vouches for what is read of them

Fonts, letters and anybody's photographs are written by this module alone and read by it alone, so
whoever trains or searches need not know where pictures come from.

The groups of a split are a JSON list, for people to read too. A user who lays such lists beside his
pictures has his own split kept for good: a picture that comes later moves no group that is listed.
"""

import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from pydantic import BaseModel

from rasm.labels.splits import SPLITS, Split
from rasm.store.atomic import replacing
from rasm.store.json_file import parse_json_lines, read_json, write_json
from rasm.store.records import Records, key_of, write_records
from rasm.store.sealed import Mark, marks_of, read_sealed, vouched, write_sealed

_PICTURES, _ITEMS, _CLASSES, _SPLITS = "pictures.lmdb", "items.jsonl", "class_to_idx.json", "splits"
_LEFT_OUT, _REMARKS, _CARD = "left_out.jsonl", "remarks.jsonl", "corpus.json"
_REBUILD = "run `dvc repro` to make the corpus again"


def list_file(folder: Path, split: Split) -> Path:
    """Where the groups of a split are listed."""
    return folder / f"{split}_ids.json"


def read_lists(folder: Path) -> dict[str, Split]:
    """Split of every listed group; a list that is not there lists nothing.

    Raises ValueError when a file is no list of names, or two lists hold one group.
    """
    split_of: dict[str, Split] = {}
    for split in SPLITS:
        path = list_file(folder, split)
        advice = "write IDs as strings, in brackets"
        for group in read_json(path, list[str], advice) if path.exists() else []:
            if split_of.setdefault(group, split) != split:
                other = list_file(folder, split_of[group]).name
                raise ValueError(f"{path}: ID {group!r} is in {other} too: leave it in one list")
    return split_of


def write_lists(folder: Path, split_of: Mapping[str, Split]) -> None:
    """Write the groups of each split, sorted; a split without any is an empty list."""
    for split in SPLITS:
        write_json(list_file(folder, split), sorted(g for g, s in split_of.items() if s == split))


@dataclass(frozen=True, slots=True)
class CorpusItem:
    """One picture of a corpus."""

    picture: int
    """Key of the picture's record."""
    label: str
    group: str
    """Pictures of one group are never divided between splits."""
    split: Split
    source: str
    """File or font that it came from."""
    codepoints: tuple[int, ...]
    """Characters that it shows; none where that is not known."""


@dataclass(frozen=True, slots=True, order=True)
class Note:
    """A file, and why it is not in the corpus or what was done to it."""

    file: str
    reason: str


@dataclass(frozen=True)
class Corpus:
    """What is known of the pictures of a corpus, without the pixels."""

    items: tuple[CorpusItem, ...]
    class_to_idx: dict[str, int]
    left_out: tuple[Note, ...]
    remarks: tuple[Note, ...]

    def of(self, split: Split) -> tuple[CorpusItem, ...]:
        """The items of one split, by picture number."""
        return tuple(item for item in self.items if item.split == split)


def encode_png(picture: NDArray[np.uint8]) -> bytes:
    """PNG bytes of a picture (H, W) or (H, W, 3)."""
    buffer = io.BytesIO()
    Image.fromarray(picture).save(buffer, format="PNG")
    return buffer.getvalue()


def write_pictures(folder: Path, pictures: Iterable[tuple[int, bytes]]) -> int:
    """Write (number, PNG bytes) in ascending order of number as they come; return how many.

    Raises ValueError, leaving no file, when numbers do not ascend.
    """
    return write_records(folder / _PICTURES, ((key_of(n), data) for n, data in pictures))


def write_items(
    folder: Path, items: Iterable[CorpusItem], left_out: Sequence[Note], remarks: Sequence[Note]
) -> None:
    """Write everything but the pictures. Raises ValueError when a group is in two splits."""
    ordered = sorted(items, key=lambda item: item.picture)
    split_of: dict[str, Split] = {}
    for item in ordered:
        if split_of.setdefault(item.group, item.split) != item.split:
            raise ValueError(
                f"{folder / _ITEMS}: group {item.group!r} is in {split_of[item.group]} and in "
                f"{item.split} ({item.source}): keep it in one split"
            )
    _write_lines(folder / _ITEMS, ordered)
    write_json(folder / _CLASSES, _class_to_idx(ordered))
    write_lists(folder / _SPLITS, split_of)
    _write_lines(folder / _LEFT_OUT, sorted(left_out))
    _write_lines(folder / _REMARKS, sorted(remarks))
    read_again = (folder / name for name in (_ITEMS, _LEFT_OUT, _REMARKS))
    write_sealed(folder / _CARD, {"files": marks_of(*read_again)})


def read_corpus(folder: Path) -> Corpus:
    """Read everything but the pictures.

    Raises FileNotFoundError or ValueError, which say what to do, when a file is missing, is not as
    it was written, or does not agree with the pictures.
    """
    marks = read_sealed(folder / _CARD, _Card, _REBUILD).files

    def lines(name: str) -> list[bytes]:
        return vouched(folder / name, marks, _REBUILD).splitlines()

    items = tuple(parse_json_lines(lines(_ITEMS), folder / _ITEMS, CorpusItem, _REBUILD))
    numbers = [item.picture for item in items]
    with Records(folder / _PICTURES) as records:
        if numbers != records.glyph_ids().tolist():
            raise ValueError(f"{folder}: {_ITEMS} and {_PICTURES} hold other pictures: {_REBUILD}")
    left_out, remarks = (
        tuple(parse_json_lines(lines(name), folder / name, Note, _REBUILD))
        for name in (_LEFT_OUT, _REMARKS)
    )
    return Corpus(items, _class_to_idx(items), left_out, remarks)


class _Card(BaseModel, frozen=True, extra="forbid"):
    files: dict[str, Mark]


class Pictures:
    """The pixels of a corpus. Use as a context manager; open it inside each worker."""

    def __init__(self, folder: Path) -> None:
        self._records = Records(folder / _PICTURES)

    def __enter__(self) -> "Pictures":
        return self

    def __exit__(self, *error: object) -> None:
        self._records.__exit__(None, None, None)

    def __getitem__(self, picture: int) -> NDArray[np.uint8]:
        """The picture with this number as (H, W) or (H, W, 3) uint8."""
        with Image.open(io.BytesIO(self._records[key_of(picture)]), formats=("PNG",)) as image:
            return np.array(image)

    def of(self, items: Sequence[CorpusItem]) -> Sequence[NDArray[np.uint8]]:
        """The pictures of these items; each is read when it is asked for."""
        return _Shown(self, items)


class _Shown(Sequence[NDArray[np.uint8]]):
    def __init__(self, pictures: Pictures, items: Sequence[CorpusItem]) -> None:
        self._pictures, self._items = pictures, items

    def __len__(self) -> int:
        return len(self._items)

    def __getitem__(self, place: Any) -> Any:
        return self._pictures[self._items[place].picture]


def _class_to_idx(items: Iterable[CorpusItem]) -> dict[str, int]:
    return {label: index for index, label in enumerate(sorted({item.label for item in items}))}


def _write_lines(path: Path, rows: Iterable[CorpusItem | Note]) -> None:
    with replacing(path) as temporary, temporary.open("w", encoding="utf-8", newline="\n") as file:
        for row in rows:
            line = json.dumps(asdict(row), ensure_ascii=False, separators=(",", ":"))
            file.write(line + "\n")
