"""An index survives the disk, and a file that was touched does not pass."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import faiss
import pytest

from rasm.retrieval.index import Searcher, build_index
from rasm.retrieval.index_folder import Entry, load_index, read_index_card, save_index
from rasm.retrieval.voting import AnswerRule, Limits
from rasm.store.sealed import read_sealed, write_sealed
from rasm.trust.votes import VoteRule
from tests.retrieval.circle import at
from tests.retrieval.test_index import ROUND, params

ENTRIES = [
    # A line separator inside a label must not cut its line.
    Entry("beh\u2028init", "Amiri-Regular", "Amiri", (0x628,), 7, "exemplar"),
    Entry("lam+alef", "Cairo-Bold", "Cairo", (0x644, 0x627), 9, "prototype"),
]


def saved(folder: Path) -> Path:
    save_index(folder, build_index(at(0, 90), params(), 0), ENTRIES, params(), "abc")
    return folder


def test_what_is_saved_is_loaded(tmp_path: Path) -> None:
    index, entries = load_index(saved(tmp_path / "new"), "abc")
    assert entries == tuple(ENTRIES)
    assert Searcher(index).search(at(89), 2)[1].tolist() == [[1, 0]]
    card = read_index_card(tmp_path / "new")
    assert (card.dimension, card.count) == (2, 2)
    assert card.params == params()
    assert card.scripts == {"Arab": 2}
    line = json.loads((tmp_path / "new/entries.jsonl").read_bytes().splitlines()[1])
    assert line["label"] == "lam+alef" and line["codepoints"] == [0x644, 0x627]


def test_the_rule_is_kept(tmp_path: Path) -> None:
    rule = AnswerRule(voters=20, limits=Limits(distance=0.75, margin=2.0))
    save_index(tmp_path, build_index(at(0, 90), params(), 0), ENTRIES, params(), "abc", rule)
    assert read_index_card(tmp_path).rule == rule
    load_index(tmp_path, "abc")


def test_cards_of_before_say_nothing_of_probability(tmp_path: Path) -> None:
    votes = VoteRule(voters=20, temperature=0.7, none=-6.0, slope=5.0)
    built = build_index(at(0, 90), params(), 0)
    save_index(tmp_path, built, ENTRIES, params(), "abc", votes=votes)
    assert read_index_card(tmp_path).votes == votes
    card = read_sealed(tmp_path / "index.json", dict[str, Any])
    del card["votes"]
    write_sealed(tmp_path / "index.json", card)
    assert read_index_card(tmp_path).votes is None
    load_index(tmp_path, "abc")


def test_labels_are_counted_by_script(tmp_path: Path) -> None:
    """A Cyrillic letter of two fonts is one label; a digit is common, a photograph is of none."""
    shown = [("be", "A", 0x431), ("be", "B", 0x431), ("ve", "A", 0x432), ("one", "A", 0x31)]
    entries = [Entry(label, font, "", (code,), 0, "exemplar") for label, font, code in shown]
    entries.append(Entry("cat", "cat.png", "", (), 0, "exemplar"))
    save_index(tmp_path, build_index(at(*range(5)), params(), 0), entries, params(), "abc")
    assert read_index_card(tmp_path).scripts == {"Cyrl": 2, "Zyyy": 1}


@pytest.mark.parametrize("kind", ["hnsw", "ivf_pq"])
def test_search_breadth_is_kept(tmp_path: Path, kind: str) -> None:
    built = build_index(ROUND, params(kind, probes=3), 0)
    entries = [ENTRIES[0]] * len(ROUND)
    save_index(tmp_path, built, entries, params(kind, probes=3), "abc")
    loaded, _ = load_index(tmp_path, "abc")
    if isinstance(loaded, faiss.IndexHNSW):
        assert loaded.hnsw.efSearch == 40
    else:
        assert loaded.nprobe == 3
    expected = Searcher(built).search(ROUND, 10)[1].tolist()
    assert Searcher(loaded).search(ROUND, 10)[1].tolist() == expected


def test_same_index_same_bytes(tmp_path: Path) -> None:
    first, second = saved(tmp_path / "a"), saved(tmp_path / "b")
    names = {path.name for path in first.iterdir()}
    assert names == {"index.faiss", "entries.jsonl", "index.json"}
    assert all((first / n).read_bytes() == (second / n).read_bytes() for n in names)


def flip(content: bytes) -> bytes:
    return content[:-1] + bytes([content[-1] ^ 1])


def cut(content: bytes) -> bytes:
    return content[: len(content) // 2]


@pytest.mark.parametrize("name", ["index.faiss", "entries.jsonl", "index.json"])
@pytest.mark.parametrize("damage", [flip, cut])
def test_a_damaged_file_is_named(
    tmp_path: Path, name: str, damage: Callable[[bytes], bytes]
) -> None:
    path = saved(tmp_path) / name
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(ValueError, match=f"{name}.*dvc repro"):
        load_index(tmp_path, "abc")
    path.unlink()
    with pytest.raises(FileNotFoundError, match=f"{name} is missing: run `dvc repro`"):
        load_index(tmp_path, "abc")


def test_another_embedder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="embedder abc, not xyz.*dvc repro"):
        load_index(saved(tmp_path), "xyz")


def test_a_missing_card_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="index.json is missing.*dvc repro"):
        load_index(tmp_path, "abc")


def test_entries_and_vectors_must_agree(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="1 entries for 2 vectors"):
        save_index(tmp_path, build_index(at(0, 90), params(), 0), ENTRIES[:1], params(), "abc")
    assert not list(tmp_path.iterdir())
