"""An index at rest: what Faiss searches, what its entries are, and a card that vouches for both.

Faiss reads its own format without suspicion, and a cut or altered file can crash it. So the card
vouches for both files, and they are compared before Faiss sees a byte. The card is written
last: a killed writer leaves files that no card vouches for.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

import faiss
import numpy as np
from pydantic import BaseModel

from rasm.retrieval.index import IndexParams
from rasm.retrieval.voting import AnswerRule
from rasm.store.atomic import replacing
from rasm.store.json_file import parse_json_lines
from rasm.store.sealed import Mark, marks_of, read_sealed, vouched, write_sealed
from rasm.trust.matching import MatchRule

_INDEX, _ENTRIES, _CARD = "index.faiss", "entries.jsonl", "index.json"


@dataclass(frozen=True)
class Entry:
    """What one vector of the index stands for; its number is its line in `entries.jsonl`.

    Of a prototype, `source`, `group` and `picture` are those of the exemplar nearest to it.
    """

    label: str
    source: str  # file or font
    group: str  # pictures that stay in one split: family or ID
    codepoints: tuple[int, ...]
    picture: int  # key of the picture's record in its corpus
    kind: Literal["exemplar", "prototype"]


class IndexCard(BaseModel, frozen=True, extra="forbid"):
    """`index.json`."""

    params: dict[str, Any]  # of the index
    dimension: int
    count: int
    embedder: str  # fingerprint of the network that made the embeddings
    files: dict[str, Mark]
    rule: AnswerRule | None  # without one the index gives no verdict
    matching: MatchRule | None  # without one nobody knows when two pictures show one letter


def save_index(
    folder: Path,
    index: faiss.Index,
    entries: Sequence[Entry],
    params: IndexParams,
    embedder: str,
    rule: AnswerRule | None = None,
    matching: MatchRule | None = None,
) -> None:
    """Write the folder; without a `rule` or `matching` the index judges no answer or no pair.

    Raises ValueError when entries and vectors differ in number.
    """
    if len(entries) != index.ntotal:
        raise ValueError(f"{folder}: {len(entries)} entries for {index.ntotal} vectors")
    lines = [json.dumps(asdict(e), ensure_ascii=False, sort_keys=True) + "\n" for e in entries]
    contents = {
        _INDEX: faiss.serialize_index(index).tobytes(),
        _ENTRIES: "".join(lines).encode(),
    }
    (folder / _CARD).unlink(missing_ok=True)
    for name, content in contents.items():
        with replacing(folder / name) as temporary:
            temporary.write_bytes(content)
    card = IndexCard(
        params=params.model_dump(),
        dimension=index.d,
        count=len(entries),
        embedder=embedder,
        files=marks_of(*(folder / name for name in contents)),
        rule=rule,
        matching=matching,
    )
    write_sealed(folder / _CARD, card.model_dump())


def read_index_card(folder: Path) -> IndexCard:
    """The card. Raises FileNotFoundError or ValueError that say how to make the index again."""
    return read_sealed(folder / _CARD, IndexCard)


def load_index(folder: Path, embedder: str) -> tuple[faiss.Index, tuple[Entry, ...]]:
    """The index and its entries, by number.

    Raises ValueError naming the file when it is not the one that the card vouches for, or when the
    index was built with another embedder than the one of fingerprint `embedder`.
    """
    card = read_index_card(folder)
    if card.embedder != embedder:
        raise ValueError(
            f"{folder} was built with embedder {card.embedder}, not {embedder}: run `dvc repro`"
        )
    lines = vouched(folder / _ENTRIES, card.files).splitlines()
    entries = tuple(parse_json_lines(lines, folder / _ENTRIES, Entry))
    # The bytes that were checked are the bytes that Faiss gets: the file may change in between.
    content = vouched(folder / _INDEX, card.files)
    return faiss.deserialize_index(np.frombuffer(content, dtype=np.uint8)), entries
