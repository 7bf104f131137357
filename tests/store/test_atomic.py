"""A file is there whole or not at all."""

from pathlib import Path

import pytest

from rasm.store.atomic import replacing


def test_the_name_appears_when_all_is_written(tmp_path: Path) -> None:
    target = tmp_path / "new" / "file.txt"
    with replacing(target) as temporary:
        temporary.write_text("whole")
        assert not target.exists()
        assert temporary.parent == target.parent
    assert target.read_text() == "whole"
    assert list(target.parent.iterdir()) == [target]


def test_failure_leaves_what_was_there(tmp_path: Path) -> None:
    target = tmp_path / "file.txt"
    target.write_text("old")
    with pytest.raises(KeyboardInterrupt), replacing(target) as temporary:
        temporary.write_text("ha")
        raise KeyboardInterrupt
    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]


def test_leftovers_of_a_killed_writer_are_not_continued(tmp_path: Path) -> None:
    target = tmp_path / "file.txt"
    with replacing(target) as leftover:
        leftover.write_text("old")
    leftover.write_text("half")
    with replacing(target) as temporary, temporary.open("a") as file:
        file.write("whole")
    assert target.read_text() == "whole"
