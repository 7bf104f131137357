"""What is no file is refused before it is opened, which could take for ever."""

import os
from pathlib import Path

import pytest

from rasm.store.regular_file import read_regular


def test_a_file_and_a_link_to_one_are_read(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"abc")
    (tmp_path / "link").symlink_to("file")
    assert read_regular(tmp_path / "link", 3) == b"abc"
    with pytest.raises(ValueError, match="file has 3 bytes, more than the 2 that it may have"):
        read_regular(tmp_path / "file", 2)


def test_anything_else_is_named_for_what_it_is(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    strange = [(tmp_path / "pipe", "a named pipe"), (tmp_path, "a folder")]
    for path, kind in (*strange, (Path("/dev/zero"), "a device")):
        with pytest.raises(ValueError, match=f"{path} is {kind}, not a file: give a file"):
            read_regular(path, 10)
    with pytest.raises(FileNotFoundError, match="gone"):
        read_regular(tmp_path / "gone", 10)
