"""Pictures of a corpus become points, in the order of their items."""

from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rasm.corpora.corpus import CorpusItem, Pictures, encode_png, write_pictures
from rasm.reading.embeddings import embed_items

COUNT = 1500  # more than one batch


def level(pictures: Sequence[NDArray[np.uint8]]) -> NDArray[np.float32]:
    """By the first pixel, its grey level in degrees."""
    turns = np.radians([float(picture[0, 0]) for picture in pictures])
    return np.stack([np.cos(turns), np.sin(turns)], axis=1).astype(np.float32)


def test_order_labels_groups_and_progress(tmp_path: Path) -> None:
    shown = ((n, encode_png(np.full((2, 2), n % 90, dtype=np.uint8))) for n in range(COUNT))
    write_pictures(tmp_path, shown)
    order = [*range(COUNT - 1, -1, -1)]
    items = [CorpusItem(n, f"label{n % 7}", f"group{n}", "train", "", ()) for n in order]
    seen: list[int] = []

    def progress(starts: Iterable[int]) -> Iterable[int]:
        for start in starts:
            seen.append(start)
            yield start

    with Pictures(tmp_path) as pictures:
        found = embed_items(items, pictures, level, progress)
    assert seen == [0, 1024]
    expected = [number % 90 for number in order]
    turns = np.degrees(np.arctan2(found.embeddings[:, 1], found.embeddings[:, 0]))
    np.testing.assert_allclose(turns, expected, atol=1e-4)
    assert found.labels.tolist() == [f"label{n % 7}" for n in order]
    assert found.groups[0] == f"group{COUNT - 1}"
