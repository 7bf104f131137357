"""What an image folder holds, told by names alone: which file is of which class and which group.

Two layouts are read:

    FOLDER/CLASS/ID_SEQUENCE.png                 one thing (ID) may have several pictures
    FOLDER/train/CLASS/... val/... test/...      somebody has divided the pictures already

The ID is all before the last underscore, the sequence is a number. In a divided folder other names
are allowed, and such a file is a group of its own. A folder is taken for divided when `train`
holds folders.

Nothing disappears without a word: what is not read is listed with a reason, except hidden files and
the thumbnails that file managers leave behind.

* An ID in two classes (`cat/001_1.jpg`, `dog/001_1.jpg`: often each class was numbered anew) is one
  group of two classes. That keeps every picture and can leak nothing.
* A group in two splits goes to train with all its pictures: what was trained on cannot test.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from pathlib import Path

from rasm.corpora.corpus import Note
from rasm.corpora.pictures import FORMATS
from rasm.corpora.split_lists import SPLITS, Split

LISTS = "splits"
"""Folder of the user's own split lists; never a class."""
_SILENT = {"thumbs.db", "desktop.ini"}
_NAME = re.compile(r"(?P<id>.+)_\d+")


@dataclass(frozen=True, slots=True)
class Found:
    """A file that by its name is a picture of the folder."""

    path: Path
    file: str
    """Path inside the folder, with forward slashes."""
    label: str
    group: str
    split: Split | None
    """Where its folder puts it; None where the folder is not divided."""


@dataclass(frozen=True, slots=True)
class Listing:
    """The files of a folder, by group and then by file."""

    found: tuple[Found, ...]
    left_out: tuple[Note, ...]
    remarks: tuple[Note, ...]


def list_folder(folder: Path) -> Listing:
    """List an image folder.

    Raises NotADirectoryError when it is none, and ValueError when moving groups to train leaves
    nothing in a split: then the names are not of the form ID_SEQUENCE.
    """
    if not folder.is_dir():
        raise NotADirectoryError(f"{folder} is not a folder: put <class>/<ID>_<number>.png there")
    left_out: list[Note] = []
    found: list[Found] = []
    divided = any(path.is_dir() for path in _entries(folder / SPLITS[0]))
    for path in _entries(folder):
        split = next((name for name in SPLITS if divided and name == path.name), None)
        if split:
            for inner in _entries(path):
                found += _of_class(folder, inner, split, left_out)
        elif divided:
            left_out.append(Note(_name(folder, path), f"beside {', '.join(SPLITS)}"))
        elif path.name != LISTS:
            found += _of_class(folder, path, None, left_out)
    labels_of: dict[str, set[str]] = defaultdict(set)
    splits_of: dict[str, set[Split]] = defaultdict(set)
    for one in found:
        labels_of[one.group].add(one.label)
        if one.split:
            splits_of[one.group].add(one.split)
    moved = [replace(f, split="train") if len(splits_of[f.group]) > 1 else f for f in found]
    if lost := {one.split for one in found} - {one.split for one in moved}:
        raise ValueError(
            f"{folder}: each ID in {' and '.join(sorted(map(str, lost)))} is in another split too: "
            "an ID, all before the last _, names one thing; rename the files"
        )
    remarks = [
        *_shared(labels_of, "is in classes {}: one group, kept in one split"),
        *_shared(splits_of, "is in {}: all its pictures go to train"),
    ]
    in_order = sorted(moved, key=lambda one: (one.group, one.file))
    return Listing(tuple(in_order), tuple(left_out), tuple(remarks))


def _of_class(
    folder: Path, place: Path, split: Split | None, left_out: list[Note]
) -> Iterator[Found]:
    if not place.is_dir():
        left_out.append(Note(_name(folder, place), "not in a folder of a class"))
        return
    entries = _entries(place)
    if not entries:
        left_out.append(Note(_name(folder, place), "a class without pictures"))
    for path in entries:
        file = _name(folder, path)
        match = _NAME.fullmatch(path.stem)
        if file != path.relative_to(folder).as_posix():
            left_out.append(Note(file, "its name is not UTF-8: rename it"))
        elif reason := _objection(path, named=match is not None or split is not None):
            left_out.append(Note(file, reason))
        else:
            yield Found(path, file, place.name, match["id"] if match else file, split)


def _objection(path: Path, *, named: bool) -> str | None:
    """Why what lies in the folder of a class is no picture of it, or None."""
    if path.is_dir():
        return "a folder in the folder of a class is not read"
    if not path.is_file():
        return "not a file"
    if path.suffix.lower() not in FORMATS:
        return f"not a picture by its name: {' '.join(FORMATS)} are"
    return None if named else "its name is not <ID>_<number>"


def _entries(folder: Path) -> list[Path]:
    """What lies in a folder, by name, without what is hidden; nothing where there is no folder."""
    if not folder.is_dir():
        return []
    kept = (
        path
        for path in folder.iterdir()
        if not path.name.startswith(".") and path.name.lower() not in _SILENT
    )
    return sorted(kept, key=lambda path: path.name)


def _name(folder: Path, path: Path) -> str:
    """Path inside the folder; bytes that are no UTF-8 are written as escapes."""
    relative = path.relative_to(folder).as_posix()
    return relative.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def _shared(names_of: Mapping[str, AbstractSet[str]], text: str) -> list[Note]:
    return [
        Note(group, f"ID {text.format(', '.join(sorted(names)))}")
        for group, names in sorted(names_of.items())
        if len(names) > 1
    ]
