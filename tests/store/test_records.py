"""Binary records by key: round trip, the same bytes twice, and reading changes nothing.

A file that is cut off is refused before it is mapped: reading it would kill us.
"""

import hashlib
import os
import signal
import struct
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rasm.store.records import Records, key_of, require_whole, write_records

ROOT = Path(__file__).parents[2]


def numbered(count: int) -> Iterator[tuple[bytes, bytes]]:
    generator = np.random.default_rng(5)
    for glyph_id in range(count):
        yield key_of(glyph_id), generator.bytes(2048)


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@settings(max_examples=40)
@given(
    st.dictionaries(st.integers(0, 2**32 - 1), st.binary(max_size=3000), max_size=12),
    st.dictionaries(st.binary(min_size=9, max_size=20), st.binary(max_size=30), max_size=3),
)
def test_round_trip(glyphs: dict[int, bytes], named: dict[bytes, bytes]) -> None:
    everything = {key_of(number): value for number, value in glyphs.items()} | named
    with TemporaryDirectory() as folder:
        path = Path(folder) / "records.lmdb"
        assert write_records(path, sorted(everything.items())) == len(everything)
        with Records(path) as records:
            assert {key: records[key] for key in everything} == everything
            assert records.glyph_ids().tolist() == sorted(glyphs)


def test_order_of_numbers_is_order_of_keys_and_names_come_last() -> None:
    keys = [key_of(number) for number in (0, 1, 255, 256, 65536, 2**31)]
    assert keys == sorted(keys)
    assert key_of(258) == b"\0\0\1\2"


def test_two_writes_are_the_same_bytes(tmp_path: Path) -> None:
    one, two = tmp_path / "one.lmdb", tmp_path / "two.lmdb"
    for path in (one, two):
        write_records(path, numbered(500))
    assert sha256(one) == sha256(two)
    # A rewrite over an older, larger file keeps nothing of it.
    write_records(two, numbered(900))
    write_records(two, numbered(500))
    assert sha256(one) == sha256(two)


def test_reading_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "records.lmdb"
    write_records(path, numbered(300))
    path.chmod(0o444)
    before, touched = sha256(path), path.stat().st_mtime_ns
    with Records(path) as records:
        records.stack(records.glyph_ids())
    assert (sha256(path), path.stat().st_mtime_ns) == (before, touched)
    assert list(tmp_path.iterdir()) == [path]


def test_records_fill_their_pages(tmp_path: Path) -> None:
    """500 records of half a page: alone, each would take a page."""
    path = tmp_path / "records.lmdb"
    write_records(path, numbered(500))
    assert 500 * 2048 < path.stat().st_size < 500 * 2048 * 1.1


def test_stack_over_blocks_is_what_single_records_are(tmp_path: Path) -> None:
    path = tmp_path / "records.lmdb"
    write_records(path, numbered(200))
    chosen = np.random.default_rng(1).integers(0, 200, 300)
    with Records(path) as records:
        rows = records.stack(chosen)
        assert [row.tobytes() for row in rows] == [records[key_of(int(n))] for n in chosen]


def test_a_stack_of_unequal_records_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "records.lmdb"
    write_records(path, [(key_of(1), b"a"), (key_of(2), b"bc")])
    with Records(path) as records, pytest.raises(ValueError, match="of 1 and of 2 bytes"):
        records.stack([1, 2])


@pytest.mark.parametrize("wanted", [b"pixels of a glyph", b"of the name"])
def test_a_bit_that_turned_is_noticed(tmp_path: Path, wanted: bytes) -> None:
    path = tmp_path / "records.lmdb"
    records = [(key_of(7), b"pixels of a glyph"), (b"name of it", b"what is of the name")]
    write_records(path, records)
    content = bytearray(path.read_bytes())
    content[content.index(wanted)] ^= 16
    path.write_bytes(content)
    with Records(path) as read, pytest.raises(ValueError, match=r"records\.lmdb cannot be read"):
        [read[key] for key, _ in records]


def test_stack_is_in_the_order_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "records.lmdb"
    write_records(path, ((key_of(n), bytes([n, n + 1])) for n in range(5)))
    with Records(path) as records:
        assert records.stack([3, 0, 3]).tolist() == [[3, 4], [0, 1], [3, 4]]


def test_a_stack_of_nothing_is_refused_by_name(tmp_path: Path) -> None:
    """How wide its rows would be is unknown: a split without glyphs must say so here."""
    path = tmp_path / "records.lmdb"
    write_records(path, numbered(1))
    with Records(path) as records, pytest.raises(ValueError, match=r"records\.lmdb"):
        records.stack([])


@pytest.mark.parametrize("numbers", [[1, 3, 2], [1, 1]])
def test_keys_out_of_order_are_refused_and_leave_no_file(
    tmp_path: Path, numbers: list[int]
) -> None:
    path = tmp_path / "records.lmdb"
    with pytest.raises(ValueError, match=r"records\.lmdb: key .* out of order"):
        write_records(path, ((key_of(n), b"x") for n in numbers))
    assert not list(tmp_path.iterdir())


def test_a_writer_that_fails_half_way_leaves_no_file(tmp_path: Path) -> None:
    def failing() -> Iterator[tuple[bytes, bytes]]:
        yield from numbered(50)
        raise RuntimeError("half-way")

    with pytest.raises(RuntimeError, match="half-way"):
        write_records(tmp_path / "records.lmdb", failing())
    assert not list(tmp_path.iterdir())


def test_a_writer_that_is_killed_leaves_the_old_file_and_the_next_one_succeeds(
    tmp_path: Path,
) -> None:
    path = tmp_path / "records.lmdb"
    write_records(path, numbered(10))
    before = sha256(path)
    script = (
        "import os, signal, sys\n"
        "from pathlib import Path\n"
        "from rasm.store.records import key_of, write_records\n"
        "def records():\n"
        "    yield key_of(0), b'x' * 9000\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
        "write_records(Path(sys.argv[1]), records())\n"
    )
    killed = subprocess.run(
        [sys.executable, "-c", script, str(path)],
        env={**os.environ, "PYTHONPATH": str(ROOT / "lib")},
        check=False,
    )
    assert killed.returncode == -signal.SIGKILL
    assert sha256(path) == before
    write_records(path, numbered(10))
    assert sha256(path) == before
    assert list(tmp_path.iterdir()) == [path]


def test_what_is_missing_is_named(tmp_path: Path) -> None:
    path = tmp_path / "records.lmdb"
    with pytest.raises(FileNotFoundError, match=r"records\.lmdb is missing: run `dvc repro`"):
        Records(path)
    write_records(path, numbered(2))
    with (
        Records(path) as records,
        pytest.raises(ValueError, match=r"records\.lmdb has no record of glyph"),
    ):
        records.stack([2])


def test_what_is_no_record_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "records.lmdb"
    path.write_bytes(b"not LMDB" * 2000)
    with pytest.raises(ValueError, match=r"records\.lmdb cannot be read"):
        Records(path)


def written(folder: Path) -> Path:
    path = folder / "records.lmdb"
    write_records(path, ((key_of(n), bytes(3000)) for n in range(40)))
    return path


def test_a_whole_file_passes(tmp_path: Path) -> None:
    require_whole(written(tmp_path))


@pytest.mark.parametrize("share", [0.0, 0.001, 0.02, 0.5, 0.99, 0.99999])
def test_a_part_is_refused_by_name(tmp_path: Path, share: float) -> None:
    path = written(tmp_path)
    with path.open("rb+") as file:
        file.truncate(int(path.stat().st_size * share))
    with pytest.raises(ValueError, match=r"records\.lmdb (is cut off|cannot be read).*dvc repro"):
        Records(path)


def test_what_lmdb_itself_finds_is_said_with_the_file(tmp_path: Path) -> None:
    """The kind of the page that the tree begins with is wiped out."""
    path = written(tmp_path)
    content = bytearray(path.read_bytes())
    roots = [struct.unpack_from("=Q", content, 4096 * n + 128)[0] for n in (0, 1)]
    root = max(number for number in roots if number < 1 << 63)
    content[root * 4096 + 10] = 0
    path.write_bytes(content)
    with Records(path) as records:
        for read in (records.glyph_ids, partial(records.stack, [3])):
            with pytest.raises(ValueError, match=r"records\.lmdb cannot be read: .*dvc repro"):
                read()


@pytest.mark.parametrize(("place", "value"), [(16, 0), (40, 0), (40, 8192), (144, 1 << 40)])
def test_a_damaged_first_page_is_refused_or_leads_to_no_record(
    tmp_path: Path, place: int, value: int
) -> None:
    """Magic number, size of a page; a transaction of the future makes the other page old."""
    path = written(tmp_path)
    with path.open("rb+") as file:
        file.seek(place)
        file.write(struct.pack("=Q", value)[: 8 if place == 144 else 4])
    with pytest.raises(ValueError, match=r"records\.lmdb"), Records(path) as records:
        records.stack([3])
