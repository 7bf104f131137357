"""An index at rest: what Faiss searches, what its entries are, and a card that vouches for both.

Faiss reads its own format without suspicion, and a cut or altered file can crash it. So the card
vouches for both files, and they are compared before Faiss sees a byte. The card is written
last: a killed writer leaves files that no card vouches for.
"""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

import faiss
import numpy as np
from fontTools.unicodedata import script
from pydantic import BaseModel

from rasm.retrieval.index import IndexParams
from rasm.retrieval.voting import AnswerRule
from rasm.store.atomic import replacing
from rasm.store.json_file import parse_json_lines
from rasm.store.sealed import Mark, marks_of, read_sealed, vouched, write_sealed
from rasm.trust.matching import MatchRule
from rasm.trust.votes import VoteRule

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

    params: IndexParams
    exemplars: int  # pictures of a class at most; 0 where all are held
    dimension: int
    count: int
    scripts: dict[str, int]  # labels of each, by its four-letter code (ISO 15924)
    embedder: str  # fingerprint of the network that made the embeddings
    files: dict[str, Mark]
    rule: AnswerRule | None  # without one the index gives no verdict
    matching: MatchRule | None  # without one nobody knows when two pictures show one letter
    votes: VoteRule | None = None  # without one no answer has a probability; older cards lack it


def save_index(
    folder: Path,
    index: faiss.Index,
    entries: Sequence[Entry],
    params: IndexParams,
    embedder: str,
    rule: AnswerRule | None = None,
    matching: MatchRule | None = None,
    exemplars: int = 0,
    votes: VoteRule | None = None,
) -> None:
    """Write the folder; without a `rule` or `matching` the index judges no answer or no pair.

    Without `votes` it does not say how probable an answer is.

    `exemplars` is how many pictures of a class it holds at most, 0 where it holds all.

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
        params=params,
        exemplars=exemplars,
        dimension=index.d,
        count=len(entries),
        scripts=_scripts(entries),
        embedder=embedder,
        files=marks_of(*(folder / name for name in contents)),
        rule=rule,
        matching=matching,
        votes=votes,
    )
    write_sealed(folder / _CARD, card.model_dump())


def _scripts(entries: Sequence[Entry]) -> dict[str, int]:
    """How many labels show a character of each script; those of no known character count nowhere.

    What scripts share, such as digits and stops, is `Zyyy` (common) in Unicode.
    """
    seen = {(script(chr(code)), e.label) for e in entries for code in e.codepoints}
    return dict(sorted(Counter(name for name, _ in seen).items()))


def read_index_card(folder: Path) -> IndexCard:
    """The card. Raises FileNotFoundError or ValueError that say how to make the index again."""
    return read_sealed(folder / _CARD, IndexCard)


def pictures_by_label(folder: Path) -> dict[str, int]:
    """How many pictures each label has. Raises as `load_index` does."""
    entries = _read_entries(folder, read_index_card(folder))
    return dict(sorted(Counter(e.label for e in entries if e.kind == "exemplar").items()))


def _read_entries(folder: Path, card: IndexCard) -> tuple[Entry, ...]:
    lines = vouched(folder / _ENTRIES, card.files).splitlines()
    return tuple(parse_json_lines(lines, folder / _ENTRIES, Entry))


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
    entries = _read_entries(folder, card)
    # The bytes that were checked are the bytes that Faiss gets: the file may change in between.
    content = vouched(folder / _INDEX, card.files)
    return faiss.deserialize_index(np.frombuffer(content, dtype=np.uint8)), entries
