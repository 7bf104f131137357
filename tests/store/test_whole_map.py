"""A record file that is cut off is refused before it is mapped: reading it would kill us."""

import struct
from functools import partial
from pathlib import Path

import pytest

from rasm.store.records import Records, key_of, write_records
from rasm.store.whole_map import require_whole


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
