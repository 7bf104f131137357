"""The form of a corpus on disk: round trip, the same bytes twice, and every disagreement named."""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from rasm.corpora.corpus import (
    Corpus,
    CorpusItem,
    Note,
    Pictures,
    encode_png,
    read_corpus,
    read_lists,
    write_items,
    write_lists,
    write_pictures,
)
from rasm.labels.splits import Split

ITEMS = (
    CorpusItem(0, "b", "g1", "train", "b/g1_1.png", ()),
    CorpusItem(2, "a", "g2", "val", "Noto: ا", (0x627, 0x644)),
    CorpusItem(5, "a", "g1", "train", "a/g1\u2028 2.png", (0x10A80,)),
)
LEFT_OUT = (Note("z.png", "truncated"), Note("b/x.png", "is empty"))
REMARKS = (Note("b/g1_1.png", "resized from 5x4"),)


def pictures() -> dict[int, NDArray[np.uint8]]:
    generator = np.random.default_rng(3)
    shapes = {0: (4, 5), 2: (4, 5, 3), 5: (9, 2)}
    return {n: generator.integers(0, 256, s, dtype=np.uint8) for n, s in shapes.items()}


def write(
    folder: Path, items: Sequence[CorpusItem] = ITEMS, left_out: Sequence[Note] = LEFT_OUT
) -> dict[str, bytes]:
    write_pictures(folder, ((n, encode_png(picture)) for n, picture in pictures().items()))
    write_items(folder, items, left_out, REMARKS)
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_round_trip(tmp_path: Path) -> None:
    write(tmp_path)
    in_order = (LEFT_OUT[1], LEFT_OUT[0])
    assert read_corpus(tmp_path) == Corpus(ITEMS, {"a": 0, "b": 1}, in_order, REMARKS)
    assert read_corpus(tmp_path).of("val") == ITEMS[1:2]
    with Pictures(tmp_path) as store:
        for number, picture in pictures().items():
            assert store[number].dtype == np.uint8
            np.testing.assert_array_equal(store[number], picture)


def test_what_is_written_is_the_form_agreed_on(tmp_path: Path) -> None:
    written = write(tmp_path)
    assert sorted(written) == [
        "class_to_idx.json",
        "corpus.json",
        "items.jsonl",
        "left_out.jsonl",
        "pictures.lmdb",
        "remarks.jsonl",
        "splits/test_ids.json",
        "splits/train_ids.json",
        "splits/val_ids.json",
    ]
    lines = written["items.jsonl"].decode().split("\n")
    assert lines[1] == (
        '{"picture":2,"label":"a","group":"g2","split":"val","source":"Noto: ا",'
        '"codepoints":[1575,1604]}'
    )
    assert json.loads(written["left_out.jsonl"].splitlines()[0]) == {
        "file": "b/x.png",
        "reason": "is empty",
    }
    assert json.loads(written["splits/train_ids.json"]) == ["g1"]


def test_equal_input_in_any_order_is_equal_bytes(tmp_path: Path) -> None:
    first = write(tmp_path / "one")
    assert first == write(tmp_path / "two", ITEMS[::-1], LEFT_OUT[::-1])


def test_a_group_in_two_splits_is_refused(tmp_path: Path) -> None:
    items = (*ITEMS, CorpusItem(7, "a", "g1", "test", "a/g1_7.png", ()))
    with pytest.raises(ValueError, match=r"group 'g1' is in train and in test \(a/g1_7.png\)"):
        write(tmp_path, items)
    assert not (tmp_path / "items.jsonl").exists()


def test_pictures_must_ascend(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="out of order"):
        write_pictures(tmp_path, [(2, b"x"), (1, b"x")])


def test_pictures_of_another_corpus_are_refused(tmp_path: Path) -> None:
    write(tmp_path)
    write_pictures(tmp_path, [(0, b"x")])
    with pytest.raises(ValueError, match=r"items\.jsonl and pictures\.lmdb hold other pictures"):
        read_corpus(tmp_path)


def test_what_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"corpus.json is missing: run `dvc repro`"):
        read_corpus(tmp_path)
    write(tmp_path)
    with Pictures(tmp_path) as store, pytest.raises(ValueError, match="no record of glyph 1"):
        store[1]


def test_round_trip_of_the_lists(tmp_path: Path) -> None:
    split_of: dict[str, Split] = {"b": "train", "a": "train", "ج": "test"}
    write_lists(tmp_path, split_of)
    assert read_lists(tmp_path) == split_of
    assert (tmp_path / "train_ids.json").read_text() == '[\n "a",\n "b"\n]\n'
    assert (tmp_path / "val_ids.json").read_text() == "[]\n"


def test_lists_that_are_not_there_list_nothing(tmp_path: Path) -> None:
    assert read_lists(tmp_path / "splits") == {}
    (tmp_path / "test_ids.json").write_text('["a"]')
    assert read_lists(tmp_path) == {"a": "test"}


def test_an_id_in_two_lists_is_named_with_both(tmp_path: Path) -> None:
    (tmp_path / "train_ids.json").write_text('["a", "b"]')
    (tmp_path / "test_ids.json").write_text('["b"]')
    with pytest.raises(ValueError, match=r"test_ids\.json: ID 'b' is in train_ids\.json too"):
        read_lists(tmp_path)


@pytest.mark.parametrize("text", ['{"a": 1}', "[1, 2]", '"a"'])
def test_what_is_no_list_of_names_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "val_ids.json").write_text(text)
    with pytest.raises(ValueError, match=r"val_ids\.json.* should be a valid .*: write IDs as str"):
        read_lists(tmp_path)
