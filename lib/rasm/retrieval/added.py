"""Classes that a user adds from one picture each, with no training: a folder of small files.

An added picture is two files that share a name, the fingerprint of its pixels and label: the PNG,
and a record with label, code points and embedding. The record is written last and removed first, so
a kill at any moment leaves the picture added or not, and nothing in between. No file lists the
others, so two programs may add at the same time.

The embedding is worth something only beside those of the same embedder. A record made by another
one is made again from the PNG, when the gallery is next read.
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from pydantic import BaseModel

from rasm.inputs.pictures import PixelArray
from rasm.reading.embeddings import Embed
from rasm.retrieval.index import Hits
from rasm.store.atomic import replacing
from rasm.store.json_file import read_json


class _Record(BaseModel, frozen=True, extra="forbid"):
    label: str
    codepoints: tuple[int, ...]
    embedder: str
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

        Raises ValueError for a label of blanks.
        """
        if not label.strip():
            raise ValueError("an added picture needs a label that is not blank")
        content = f"{label}\0{picture.shape}\0".encode() + np.ascontiguousarray(picture).tobytes()
        identity = hashlib.sha256(content).hexdigest()[:16]
        (embedding,) = self.embed([picture])
        with replacing(self._png(identity)) as temporary:
            Image.fromarray(picture).save(temporary, format="PNG")
        self._write(identity, self._record(label, codepoints, embedding))
        return identity

    def added(self) -> list[Added]:
        """All added pictures by label, then identity, with embeddings of this embedder.

        Raises ValueError naming a file that cannot be read.
        """
        records = {path.stem: _read(path) for path in sorted(self.folder.glob("*.json"))}
        stale = [i for i, record in records.items() if record.embedder != self.embedder]
        if stale:
            vectors = self.embed([_picture(self._png(identity)) for identity in stale])
            for identity, embedding in zip(stale, vectors, strict=True):
                old = records[identity]
                records[identity] = self._record(old.label, old.codepoints, embedding)
                self._write(identity, records[identity])
        return [
            Added(i, r.label, r.codepoints, self._png(i), np.array(r.embedding, dtype=np.float32))
            for i, r in sorted(records.items(), key=lambda item: (item[1].label, item[0]))
        ]

    def remove(self, label: str) -> int:
        """Remove all pictures added under this label and return their number.

        Raises ValueError when there are none.
        """
        records = {path: _read(path) for path in sorted(self.folder.glob("*.json"))}
        found = [path for path, record in records.items() if record.label == label]
        if not found:
            there = ", ".join(sorted({r.label for r in records.values()})) or "none"
            raise ValueError(f"{self.folder} has no added label {label!r}; it has: {there}")
        for path in found:
            path.unlink()
            self._png(path.stem).unlink(missing_ok=True)
        return len(found)

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
        with replacing(self.folder / f"{identity}.json") as temporary:
            temporary.write_text(record.model_dump_json() + "\n", encoding="utf-8")


def _read(path: Path) -> _Record:
    return read_json(path, _Record, "delete it and add the picture again")


def _picture(path: Path) -> PixelArray:
    try:
        with Image.open(path) as image:
            return np.asarray(image, dtype=np.uint8)
    except OSError as error:
        raise ValueError(
            f"{path} cannot be read ({error}): delete it and its .json, and add the picture again"
        ) from None


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
