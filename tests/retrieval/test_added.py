"""Pictures that a user added: there at once, there tomorrow, gone when removed, and found."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from rasm.inputs.pictures import PixelArray
from rasm.reading.embeddings import Embed
from rasm.retrieval.added import AddedPictures, with_added
from rasm.retrieval.index import Searcher, build_index
from tests.retrieval.circle import at
from tests.retrieval.test_index import params

DARK = np.zeros((2, 3), dtype=np.uint8)
GREY = np.full((2, 3), 100, dtype=np.uint8)


def grey_and_one(pictures: Sequence[PixelArray]) -> np.ndarray:
    """An embedding to read: a third, to be exact in no decimals, and the mean grey."""
    return np.array([[1 / 3, picture.mean()] for picture in pictures], dtype=np.float32)


def negated(pictures: Sequence[PixelArray]) -> np.ndarray:
    return -grey_and_one(pictures)


def refuse(pictures: Sequence[PixelArray]) -> np.ndarray:
    raise AssertionError("nothing is to be embedded")


def gallery(folder: Path, embedder: str = "one", embed: Embed = grey_and_one) -> AddedPictures:
    return AddedPictures(folder / "added", embedder, embed)


def test_an_added_picture_is_there_after_a_restart(tmp_path: Path) -> None:
    identity = gallery(tmp_path).add(DARK, "waw", (0x648,))
    (found,) = gallery(tmp_path, embed=refuse).added()
    assert (found.identity, found.label, found.codepoints) == (identity, "waw", (0x648,))
    assert found.embedding.tobytes() == grey_and_one([DARK])[0].tobytes(), "to the last bit"
    with Image.open(found.picture) as image:
        np.testing.assert_array_equal(np.asarray(image), DARK)


def test_pictures_are_listed_by_label_and_not_twice(tmp_path: Path) -> None:
    shelf = gallery(tmp_path)
    for picture, label in ((DARK, "waw"), (GREY, "beh"), (DARK, "waw"), (DARK, "teh")):
        shelf.add(picture, label)
    assert [found.label for found in shelf.added()] == ["beh", "teh", "waw"]


def test_an_empty_gallery_has_nothing(tmp_path: Path) -> None:
    assert gallery(tmp_path).added() == []


def test_remove_takes_all_of_a_label_and_no_other(tmp_path: Path) -> None:
    shelf = gallery(tmp_path)
    for picture, label in ((DARK, "waw"), (GREY, "waw"), (GREY, "beh")):
        shelf.add(picture, label)
    assert shelf.remove("waw") == 2
    assert [found.label for found in shelf.added()] == ["beh"]
    assert len(list(shelf.folder.glob("[!.]*"))) == 2, "pictures go with their records"
    with pytest.raises(ValueError, match="no added label 'waw'; it has: beh"):
        shelf.remove("waw")


def test_another_embedder_makes_embeddings_again_once(tmp_path: Path) -> None:
    gallery(tmp_path).add(GREY, "waw", (0x648,))
    (found,) = gallery(tmp_path, "two", negated).added()
    assert found.embedding[1] == -100 and found.codepoints == (0x648,)
    (again,) = gallery(tmp_path, "two", refuse).added()
    assert again.embedding[1] == -100


def test_colour_pictures_keep_their_colours(tmp_path: Path) -> None:
    colours = np.arange(18, dtype=np.uint8).reshape(2, 3, 3)
    gallery(tmp_path).add(colours, "waw")
    seen: list[PixelArray] = []

    def look(pictures: Sequence[PixelArray]) -> np.ndarray:
        seen.extend(pictures)
        return grey_and_one(pictures)

    gallery(tmp_path, "two", look).added()
    np.testing.assert_array_equal(seen[0], colours)


def test_what_a_kill_leaves_behind_is_not_an_entry_and_does_no_harm(tmp_path: Path) -> None:
    """A picture without its record, and both files half written."""
    shelf = gallery(tmp_path)
    identity = shelf.add(DARK, "waw")
    (shelf.folder / f"{identity}.json").unlink()
    (shelf.folder / f".{identity}.json.partial").write_text('{"label": "wa')
    (shelf.folder / ".0123.png.partial").write_bytes(b"\x89PNG")
    assert shelf.added() == []
    assert shelf.add(DARK, "waw") == identity
    assert [found.label for found in shelf.added()] == ["waw"]


def test_one_picture_added_many_times_at_once_is_there_once(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: gallery(tmp_path).add(DARK, "waw"), range(40)))
    assert [found.label for found in gallery(tmp_path).added()] == ["waw"]


def test_two_that_meet_another_embedder_at_once_make_embeddings_again_once(tmp_path: Path) -> None:
    for grey in range(5):
        gallery(tmp_path).add(np.full((2, 3), grey, dtype=np.uint8), "waw")
    asked: list[int] = []

    def count(pictures: Sequence[PixelArray]) -> np.ndarray:
        asked.append(len(pictures))
        return negated(pictures)

    with ThreadPoolExecutor(8) as pool:
        lists = list(pool.map(lambda _: gallery(tmp_path, "two", count).added(), range(40)))
    assert {len(found) for found in lists} == {5}
    assert sum(asked) == 5


def test_adding_and_removing_at_once_leaves_whole_entries(tmp_path: Path) -> None:
    shelf = gallery(tmp_path)

    def add_or_remove(number: int) -> None:
        shelf.add(DARK, "waw")
        shelf.added()
        if number % 2:
            try:
                shelf.remove("waw")
            except ValueError as error:
                assert "no added label" in str(error)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(add_or_remove, range(40)))
    assert all(found.picture.is_file() for found in shelf.added())


def test_a_record_of_an_older_version_is_made_again(tmp_path: Path) -> None:
    identity = gallery(tmp_path).add(DARK, "waw", (0x648,))
    path = tmp_path / f"added/{identity}.json"
    content = json.loads(path.read_text())
    del content["seal"]
    path.write_text(json.dumps({**content, "embedding": [7, 7]}))
    (found,) = gallery(tmp_path).added()
    assert found.embedding.tobytes() == grey_and_one([DARK])[0].tobytes()
    assert (found.label, found.codepoints) == ("waw", (0x648,))
    path.write_text(json.dumps({**content, "label": "teh"}))
    with pytest.raises(ValueError, match=f"{identity}.png or its label was altered"):
        gallery(tmp_path).added()


@pytest.mark.slow
def test_a_kill_while_adding_leaves_the_rest(tmp_path: Path) -> None:
    """A process adds pictures without end and is killed: whatever is there can be read."""
    code = (
        "import sys, itertools, numpy as np; from pathlib import Path\n"
        "from rasm.retrieval.added import AddedPictures\n"
        "embed = lambda pictures: np.ones((len(pictures), 2), np.float32)\n"
        "shelf = AddedPictures(Path(sys.argv[1]), 'one', embed)\n"
        "for n in itertools.count():\n"
        "    shelf.add(np.full((9, 9), n % 256, np.uint8), f'class {n}')\n"
        "    if n == 20: print('many', flush=True)\n"
    )
    folder = tmp_path / "added"
    command = [sys.executable, "-c", code, str(folder)]
    library = str(Path(__file__).parents[2] / "lib")
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": library}
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"many\n"
        process.send_signal(signal.SIGKILL)
    found = gallery(tmp_path, embed=refuse).added()
    assert len(found) > 20
    assert all(added.picture.is_file() for added in found)


def test_a_label_is_needed(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="label"):
        gallery(tmp_path).add(DARK, " ")
    with pytest.raises(ValueError, match="is not UTF-8"):
        gallery(tmp_path).add(DARK, "\udcff")
    assert gallery(tmp_path).added() == []


@pytest.mark.parametrize("damage", ["", "{", '{"label": "waw"}'])
def test_a_damaged_record_is_named(tmp_path: Path, damage: str) -> None:
    shelf = gallery(tmp_path)
    identity = shelf.add(DARK, "waw")
    (shelf.folder / f"{identity}.json").write_text(damage)
    with pytest.raises(ValueError, match=f"{identity}.json.*delete it"):
        shelf.added()


def test_a_damaged_picture_is_named_when_it_is_needed(tmp_path: Path) -> None:
    shelf = gallery(tmp_path)
    identity = shelf.add(DARK, "waw")
    Image.fromarray(GREY).save(shelf.folder / f"{identity}.png")
    with pytest.raises(ValueError, match=f"{identity}.png or its label was altered.*delete it"):
        gallery(tmp_path, "two").added()
    (shelf.folder / f"{identity}.png").write_bytes(b"\x89PNG")
    assert len(shelf.added()) == 1
    with pytest.raises(ValueError, match=f"{identity}.png cannot be read"):
        gallery(tmp_path, "two").added()


GALLERY = at(0, 90, 180)
QUERIES = at(0, 150)


def merged(added: np.ndarray, top: int) -> tuple[np.ndarray, np.ndarray]:
    hits = Searcher(build_index(GALLERY, params(), 0)).search(QUERIES, 3)
    return with_added(hits, QUERIES, added, first=3, top=top)


def test_added_pictures_stand_where_their_distance_puts_them() -> None:
    """Added at 60 (number 3) and 150 degrees (number 4)."""
    distances, numbers = merged(at(60, 150), top=3)
    assert numbers.tolist() == [[0, 3, 1], [4, 2, 1]]
    near = 2 * np.sin(np.radians(15))
    np.testing.assert_allclose(distances, [[0, 1, 2**0.5], [0, near, 1]], atol=1e-3)
    assert distances.dtype == np.float32 and numbers.dtype == np.int64


def test_at_equal_distance_the_added_comes_first() -> None:
    assert merged(at(0), top=2)[1].tolist() == [[3, 0], [2, 1]]


def test_nothing_added_changes_nothing() -> None:
    assert merged(at(), top=3)[1].tolist() == [[0, 1, 2], [2, 1, 0]]


def test_all_are_shown_when_there_is_room() -> None:
    assert merged(at(60), top=20)[1].shape == (2, 4)


def test_what_the_index_did_not_find_stays_last() -> None:
    hits = (np.array([[0.5, np.inf]], np.float32), np.array([[0, -1]]))
    distances, numbers = with_added(hits, at(0), at(90), first=9, top=3)
    assert numbers.tolist() == [[0, 9, -1]] and np.isinf(distances[0, 2])
