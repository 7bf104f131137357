"""Classes that a user adds from one picture each, with no training: a folder of small files.

An added picture is two files that share a name, the fingerprint of its pixels and label: the PNG,
and a record with label, code points and embedding. The record is written last and removed first, so
a kill at any moment leaves the picture added or not, and nothing in between. No file lists the
others. Programs that add and remove at the same time wait for each other.

The embedding is worth something only beside those of the same embedder. A record made by another
one is made again from the PNG, when the gallery is next read. So is one without a seal, which
older versions wrote.
"""

import hashlib
import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from pydantic import BaseModel

from rasm.inputs.pictures import PixelArray
from rasm.reading.embeddings import Embed
from rasm.retrieval.index import Hits
from rasm.store.atomic import holding, replacing
from rasm.store.json_file import MOST_OF_FILE, parse_json
from rasm.store.regular_file import read_regular
from rasm.store.sealed import is_sealed, read_sealed, write_sealed

_ADVICE = "delete it and add the picture again"
_MOST_OF_PICTURE = 1 << 30  # bytes


class _Record(BaseModel, frozen=True, extra="forbid"):
    label: str
    codepoints: tuple[int, ...]
    embedder: str
    """Fingerprint."""
    embedding: tuple[float, ...]


@dataclass(frozen=True)
class Added:
    """One added picture."""

    identity: str
    label: str
    codepoints: tuple[int, ...]
    picture: Path
    embedding: NDArray[np.float32]  # (D,)


@dataclass(frozen=True)
class AddedPictures:
    """Added pictures in `folder`, embedded by `embed`, whose fingerprint is `embedder`."""

    folder: Path
    embedder: str
    embed: Embed

    def add(self, picture: PixelArray, label: str, codepoints: tuple[int, ...] = ()) -> str:
        """Add a picture and return its identity; adding it again renews its record.

        Raises ValueError for a label of blanks, or one that is not UTF-8.
        """
        if not label.strip():
            raise ValueError("an added picture needs a label that is not blank")
        if not label.isascii() and any("\ud800" <= letter <= "\udfff" for letter in label):
            raise ValueError(f"the label {label!r} is not UTF-8: write it in another way")
        identity = _identity(picture, label)
        (embedding,) = self.embed([picture])
        self.folder.mkdir(parents=True, exist_ok=True)
        with holding(self.folder):
            with replacing(self._png(identity)) as temporary:
                Image.fromarray(picture).save(temporary, format="PNG")
            self._write(identity, self._record(label, codepoints, embedding))
        return identity

    def added(self) -> list[Added]:
        """All added pictures by label, then identity, with embeddings of this embedder.

        Raises ValueError naming a file that cannot be read.
        """
        records = self._records()
        if self._stale(records):
            with holding(self.folder):
                records = self._records()  # others may have renewed or removed some by now
                self._renew(records)
        return [
            Added(i, r.label, r.codepoints, self._png(i), np.array(r.embedding, dtype=np.float32))
            for i, r in sorted(records.items(), key=lambda item: (item[1].label, item[0]))
        ]

    def remove(self, label: str) -> int:
        """Remove all pictures added under this label and return their number.

        Raises ValueError when there are none.
        """
        if not self.folder.is_dir():
            raise ValueError(f"{self.folder} has no added label {label!r}; it has: none")
        with holding(self.folder):
            records = self._records()
            found = [identity for identity, record in records.items() if record.label == label]
            if not found:
                there = ", ".join(sorted({r.label for r in records.values()})) or "none"
                raise ValueError(f"{self.folder} has no added label {label!r}; it has: {there}")
            for identity in found:
                self._json(identity).unlink()
                self._png(identity).unlink(missing_ok=True)
        return len(found)

    def _records(self) -> dict[str, _Record]:
        """By identity; without those that were removed while they were read."""
        records = {}
        for path in sorted(self.folder.glob("*.json")):
            try:
                records[path.stem] = _read(path)
            except FileNotFoundError:
                continue
        return records

    def _stale(self, records: Mapping[str, _Record]) -> list[str]:
        return [i for i, record in records.items() if record.embedder != self.embedder]

    def _renew(self, records: dict[str, _Record]) -> None:
        stale = self._stale(records)
        pictures = [_picture(self._png(identity), records[identity].label) for identity in stale]
        for identity, embedding in zip(stale, self.embed(pictures), strict=True):
            old = records[identity]
            records[identity] = self._record(old.label, old.codepoints, embedding)
            self._write(identity, records[identity])

    def _json(self, identity: str) -> Path:
        return self.folder / f"{identity}.json"

    def _png(self, identity: str) -> Path:
        return self.folder / f"{identity}.png"

    def _record(
        self, label: str, codepoints: tuple[int, ...], embedding: NDArray[np.float32]
    ) -> _Record:
        return _Record(
            label=label,
            codepoints=codepoints,
            embedder=self.embedder,
            embedding=tuple(embedding.tolist()),
        )

    def _write(self, identity: str, record: _Record) -> None:
        write_sealed(self._json(identity), record.model_dump())


def _identity(picture: PixelArray, label: str) -> str:
    content = f"{label}\0{picture.shape}\0".encode() + np.ascontiguousarray(picture).tobytes()
    return hashlib.sha256(content).hexdigest()[:16]


def _read(path: Path) -> _Record:
    if is_sealed(path, _ADVICE):
        return read_sealed(path, _Record, _ADVICE)
    record = parse_json(read_regular(path, MOST_OF_FILE), path, _Record, _ADVICE)
    return record.model_copy(update={"embedder": ""})


def _picture(path: Path, label: str) -> PixelArray:
    """The picture of a record, which its name vouches for."""
    advice = "delete it and its .json, and add the picture again"
    try:
        content = io.BytesIO(read_regular(path, _MOST_OF_PICTURE))
        with Image.open(content, formats=("PNG",)) as image:
            picture = np.asarray(image, dtype=np.uint8)
    except Exception as error:  # broken bytes may raise anything inside Pillow
        raise ValueError(f"{path} cannot be read ({error}): {advice}") from None
    if _identity(picture, label) != path.stem:
        raise ValueError(f"{path} or its label was altered after it was added: {advice}")
    return picture


def with_added(
    hits: Hits, queries: NDArray[np.float32], added: NDArray[np.float32], first: int, top: int
) -> Hits:
    """The `top` nearest of the index's hits and of the added embeddings, nearest first.

    `hits` are the distances and numbers (N, K) of unit-length `queries` (N, D); the `added`
    embeddings (A, D) take the numbers from `first` on, which is the size of the index. The result
    is (N, min(top, K + A)). At equal distance the added come first: the user has said what it is.
    """
    near, numbers = hits
    apart = [np.linalg.norm(queries - vector, axis=1) for vector in added]
    fresh = np.array(apart, dtype=np.float32).reshape(len(added), len(queries)).T  # (N, A)
    own = np.broadcast_to(np.arange(first, first + len(added)), fresh.shape)
    distances = np.concatenate([fresh, near], axis=1)
    named = np.concatenate([own, numbers], axis=1)
    order = np.argsort(distances, axis=1, kind="stable")[:, :top]
    return np.take_along_axis(distances, order, 1), np.take_along_axis(named, order, 1)
