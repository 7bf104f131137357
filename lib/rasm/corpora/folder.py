"""Any image folder as a corpus.

Files are read group by group, for the size rule is about groups: where one picture of a thing is
too small, its others are mostly crops or thumbnails of the same, so the whole group is left out.
A file that cannot be read is left out alone: it says nothing about the others.

Pictures are stored as small as training needs them: what is larger is reduced by bicubic
interpolation until its shorter side is `size`; what is smaller stays as it is, for enlarging adds
nothing that could not be added later.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Self

import numpy as np
from joblib import Parallel, delayed
from numpy.typing import NDArray
from PIL import Image
from pydantic import BaseModel, Field, model_validator

from rasm.corpora.corpus import Item, Note, encode, write_items, write_pictures
from rasm.corpora.folder_listing import LISTS, Found, list_folder
from rasm.corpora.group_split import Shares, split_groups
from rasm.corpora.pictures import Colour, PictureError, open_picture
from rasm.corpora.split_lists import SPLITS, Split, read_lists


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

    The layout is that of `rasm.corpora.folder_listing`; `source/splits` may hold the user's lists.
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
        Item(number, found.label, found.group, split_of[found.group], found.file, ())
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
        outcomes.append(encode(shrunk(picture, params.size)))
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
