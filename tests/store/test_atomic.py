"""A file is there whole or not at all."""

import resource
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
import torch

from rasm.nets.weights import save_weights
from rasm.store.atomic import holding, replacing
from rasm.store.json_file import write_json
from rasm.store.records import key_of, write_records


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


def test_leftovers_of_a_killed_writer_go(tmp_path: Path) -> None:
    """But what a living one is writing stays."""
    target = tmp_path / "file.txt"
    with subprocess.Popen([sys.executable, "-c", ""]) as ended:
        pass
    with replacing(target) as own:
        own.write_text("whole")
        left = own.with_name(own.name.replace(f"-{own.name.split('-')[-2]}-", f"-{ended.pid}-"))
        left.write_text("half")
        with replacing(target) as other:
            other.write_text("other")
    assert target.read_text() == "whole", "the last one stays"
    assert list(tmp_path.iterdir()) == [target]


def test_writers_of_one_file_do_not_disturb_each_other(tmp_path: Path) -> None:
    target = tmp_path / "file.json"

    def write(number: int) -> None:
        write_json(target, [number] * 1000)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(40)))
    assert len(set(target.read_text().split())) == 4, "brackets, one number with and without comma"
    assert list(tmp_path.iterdir()) == [target]


def test_who_holds_a_folder_is_alone(tmp_path: Path) -> None:
    inside = []

    def enter(number: int) -> None:
        with holding(tmp_path):
            inside.append(number)
            inside.append(number)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(enter, range(40)))
    assert inside[::2] == inside[1::2]


@contextmanager
def room_for(size: int) -> Iterator[None]:
    """No file may grow beyond `size` bytes, as on a disk that is full."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("name", ["file.json", "records.lmdb", "model.safetensors"])
def test_want_of_room_is_said_with_file_and_bytes(tmp_path: Path, name: str) -> None:
    """Whatever the library says of it: LMDB says input/output error."""
    (tmp_path / name).write_text("old")
    with (
        room_for(20_000),
        pytest.raises(OSError, match=rf"{name} could not .* grow larger .* bytes are written, "),
    ):
        if name == "file.json":
            write_json(tmp_path / name, ["x" * 99] * 999)
        elif name == "records.lmdb":
            write_records(tmp_path / name, ((key_of(n), bytes(3000)) for n in range(40)))
        else:
            save_weights(tmp_path, torch.nn.Linear(99, 99), {})
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [(name, "old")]
