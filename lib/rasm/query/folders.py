"""Folders of pictures that a user names, by class where they have folders of classes."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from rasm.corpora.pictures import FORMATS
from rasm.query.lookup import inked_picture
from rasm.trust.image_quality import ImageQuality, measure_quality

if TYPE_CHECKING:
    from rasm.reading.embeddings import Embed

_BATCH = 256  # pictures that are held at once


@dataclass(frozen=True)
class FolderPicture:
    """A file, and the class whose folder it lies in; empty where it lies in none."""

    path: Path
    label: str


def pictures_below(folder: Path) -> list[FolderPicture]:
    """The pictures of a folder and of its folders, one a class, by name; hidden ones are not.

    Raises NotADirectoryError, and ValueError where there is none.
    """
    if not folder.is_dir():
        raise NotADirectoryError(f"{folder} is no folder: name one of pictures")
    found = []
    for place in sorted(folder.iterdir()):
        label = place.name if place.is_dir() else ""
        for path in sorted(place.iterdir()) if label else [place]:
            if path.suffix.lower() in FORMATS and not path.name.startswith("."):
                found.append(FolderPicture(path, label))
    if not found:
        raise ValueError(f"{folder} has no pictures ({' '.join(FORMATS)}), nor have its folders")
    return found


@dataclass(frozen=True)
class EmbeddedFolder:
    """The pictures that could be read, their embeddings (N, D) and their measures."""

    pictures: list[FolderPicture]
    embeddings: NDArray[np.float32]
    qualities: list[ImageQuality]
    unread: int
    """Pictures that could not be, or are blank; each was told about."""


def embed_folder(folder: Path, embed: "Embed") -> EmbeddedFolder:
    """Embed a folder's pictures, a batch at a time.

    Raises as `pictures_below` does, and ValueError where none can be read.
    """
    listed = pictures_below(folder)
    kept, parts = list[FolderPicture](), list[NDArray[np.float32]]()
    qualities: list[ImageQuality] = []
    for start in range(0, len(listed), _BATCH):
        opened = [(one, inked_picture(one.path)) for one in listed[start : start + _BATCH]]
        read = [(one, picture) for one, picture in opened if picture is not None]
        if read:
            kept += [one for one, _ in read]
            qualities += [measure_quality(picture) for _, picture in read]
            parts.append(embed([picture for _, picture in read]))
    if not kept:
        raise ValueError(f"{folder}: none of its {len(listed)} pictures can be read")
    return EmbeddedFolder(kept, np.concatenate(parts), qualities, len(listed) - len(kept))
