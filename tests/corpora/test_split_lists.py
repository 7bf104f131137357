"""The three lists of groups: round trip, and what a user may get wrong in his own."""

from pathlib import Path

import pytest

from rasm.corpora.split_lists import read_lists, write_lists
from rasm.labels.splits import Split


def test_round_trip(tmp_path: Path) -> None:
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
