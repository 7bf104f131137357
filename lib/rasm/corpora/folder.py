"""Any image folder as a corpus.

Files are read group by group, for the size rule is about groups: where one picture of a thing is
too small, its others are mostly crops or thumbnails of the same, so the whole group is left out.
A file that cannot be read is left out alone: it says nothing about the others.

Pictures are stored as small as training needs them: what is larger is reduced by bicubic
interpolation until its shorter side is `size`; what is smaller stays as it is, for enlarging adds
nothing that could not be added later.

What an image folder holds, told by names alone: which file is of which class and which group.

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
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from typing import Self

import numpy as np
from joblib import Parallel, delayed
from numpy.typing import NDArray
from PIL import Image
from pydantic import BaseModel, Field, model_validator

from rasm.corpora.corpus import (
    CorpusItem,
    Note,
    encode_png,
    read_lists,
    write_items,
    write_pictures,
)
from rasm.corpora.group_split import Shares, split_groups
from rasm.corpora.pictures import FORMATS, Colour, PictureError, open_picture
from rasm.labels.splits import SPLITS, Split

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


class FolderParams(BaseModel, frozen=True, extra="forbid"):
    """How the pictures of a folder are taken in."""

    minimum_size: int = Field(ge=1)
    """Pixels of the shorter side; a group with a smaller picture is left out."""
    size: int = Field(ge=1)
    """Pixels of the shorter side to which larger pictures are reduced."""
    colour: Colour
    max_pixels: int = Field(ge=1)
    """Larger pictures are left out unread."""
    shares: Shares

    @model_validator(mode="after")
    def _sizes_in_order(self) -> Self:
        if self.minimum_size > self.size:
            raise ValueError("minimum_size must not exceed size")
        return self


def import_folder(source: Path, target: Path, params: FolderParams, seed: int, jobs: int) -> None:
    """Write the corpus of the image folder `source` to `target`, reading in `jobs` processes.

    The layout is that of `rasm.corpora.folder`; `source/splits` may hold the user's lists.
    Raises ValueError when no picture is left, or when the lists contradict themselves.
    """
    listing = list_folder(source)
    left_out, remarks, kept = list(listing.left_out), list(listing.remarks), list[Found]()

    def pictures() -> Iterator[tuple[int, bytes]]:
        groups = [list(files) for _, files in groupby(listing.found, key=lambda one: one.group)]
        read = Parallel(n_jobs=jobs, return_as="generator")(
            delayed(read_group)(group, params) for group in groups
        )
        for group, outcomes in zip(groups, read, strict=True):
            for found, outcome in zip(group, outcomes, strict=True):
                if isinstance(outcome, str):
                    left_out.append(Note(found.file, outcome))
                else:
                    yield len(kept), outcome
                    kept.append(found)

    write_pictures(target, pictures())
    if not kept:
        first = f", for example {left_out[0].file}: {left_out[0].reason}" if left_out else ""
        raise ValueError(f"{source}: no picture can be used{first}")
    listed = {} if kept[0].split else read_lists(source / LISTS)
    split_of = _splits(kept, listed, params.shares, seed)
    here = {found.group for found in listing.found}
    remarks += [
        *(
            Note(group, f"ID listed in {listed[group]}_ids.json, without a file")
            for group in sorted(listed.keys() - here)
        ),
        *(
            Note(LISTS, f"{split} has no picture")
            for split in SPLITS
            if split not in split_of.values()
        ),
    ]
    items = (
        CorpusItem(number, found.label, found.group, split_of[found.group], found.file, ())
        for number, found in enumerate(kept)
    )
    write_items(target, items, left_out, remarks)


def read_group(group: Sequence[Found], params: FolderParams) -> list[bytes | str]:
    """PNG bytes of each picture of a group, or the reason why it is left out."""
    outcomes: list[bytes | str] = []
    small = ""
    for found in group:
        try:
            picture = open_picture(found.path, params.colour, params.max_pixels)
        except PictureError as error:
            outcomes.append(str(error))
            continue
        height, width = picture.shape[:2]
        if min(height, width) < params.minimum_size:
            small = small or f"{found.path.name} is {width}x{height}"
        outcomes.append(encode_png(shrunk(picture, params.size)))
    if small:
        reason = f"{small}, under {params.minimum_size}: its ID is left out whole"
        return [outcome if isinstance(outcome, str) else reason for outcome in outcomes]
    return outcomes


def shrunk(picture: NDArray[np.uint8], size: int) -> NDArray[np.uint8]:
    """The picture (H, W) or (H, W, 3) with a shorter side of at most `size`, aspect kept."""
    height, width = picture.shape[:2]
    scale = size / min(height, width)
    if scale >= 1:
        return picture
    shape = round(width * scale), round(height * scale)
    return np.asarray(Image.fromarray(picture).resize(shape, Image.Resampling.BICUBIC))


def _splits(
    kept: Iterable[Found], listed: Mapping[str, Split], shares: Shares, seed: int
) -> dict[str, Split]:
    """Split of each group: its folder's where the folder is divided, else listed or assigned."""
    labels_of: dict[str, set[str]] = defaultdict(set)
    given: dict[str, Split] = {}
    for found in kept:
        labels_of[found.group].add(found.label)
        if found.split:
            given[found.group] = found.split
    return given or split_groups(labels_of, shares, listed, seed)
