"""Image folders: what their names say, groups, sizes, broken files, splits, real handwriting."""

import json
import os
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from pydantic import ValidationError

from rasm.corpora.corpus import Corpus, CorpusItem, Note, Pictures, read_corpus
from rasm.corpora.folder import FolderParams, import_folder, list_folder, shrunk
from rasm.corpora.group_split import Shares
from rasm.labels.splits import SPLITS
from tests.corpora.digits_folder import write_digits
from tests.corpora.image_folder import put


def touch(folder: Path, *files: str) -> Path:
    for file in files:
        path = folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    return folder


def test_classes_ids_and_order(tmp_path: Path) -> None:
    touch(tmp_path, "b/x_2.JPG", "b/x_10.tif", "a/red_fox_1.png", "ä/ع_3.webp")
    listing = list_folder(tmp_path)
    assert [(one.file, one.label, one.group, one.split) for one in listing.found] == [
        ("a/red_fox_1.png", "a", "red_fox", None),
        ("b/x_10.tif", "b", "x", None),
        ("b/x_2.JPG", "b", "x", None),
        ("ä/ع_3.webp", "ä", "ع", None),
    ]
    assert listing.found[0].path == tmp_path / "a/red_fox_1.png"
    assert listing.left_out == listing.remarks == ()


def test_what_is_not_read_is_listed_with_a_reason(tmp_path: Path) -> None:
    touch(
        tmp_path, "a/x_1.png", "a/x.png", "a/_1.png", "a/x_one.png", "a/x_1.txt", "a/deep/y_1.png"
    )
    touch(tmp_path, "notes.md", "splits/train_ids.json")
    (tmp_path / "empty").mkdir()
    (tmp_path / "a/gone_1.png").symlink_to(tmp_path / "nowhere")
    os.mkfifo(tmp_path / "a/pipe_1.png")  # reading it would wait for ever
    listing = list_folder(tmp_path)
    assert [one.file for one in listing.found] == ["a/x_1.png"]
    unnamed = "its name is not <ID>_<number>"
    assert dict((note.file, note.reason.split(":")[0]) for note in listing.left_out) == {
        "a/x.png": unnamed,
        "a/_1.png": unnamed,
        "a/x_one.png": unnamed,
        "a/x_1.txt": "not a picture by its name",
        "a/deep": "a folder in the folder of a class is not read",
        "a/gone_1.png": "not a file",
        "a/pipe_1.png": "not a file",
        "notes.md": "not in a folder of a class",
        "empty": "a class without pictures",
    }


def test_hidden_files_and_thumbnails_are_not_mentioned(tmp_path: Path) -> None:
    touch(tmp_path, "a/.x_1.png", "a/._x_1.png", "a/Thumbs.db", "a/y_1.png", ".git/x_1.png")
    touch(tmp_path, "desktop.ini", ".DS_Store")
    listing = list_folder(tmp_path)
    assert [one.file for one in listing.found] == ["a/y_1.png"]
    assert listing.left_out == ()


def test_a_name_that_is_not_utf8_is_listed_in_escapes(tmp_path: Path) -> None:
    touch(tmp_path, "a/y_1.png")
    with open(os.fsencode(tmp_path) + b"/a/x\xff_1.png", "wb"):
        pass
    listing = list_folder(tmp_path)
    assert [one.file for one in listing.found] == ["a/y_1.png"]
    assert listing.left_out == (Note("a/x\\xff_1.png", "its name is not UTF-8: rename it"),)


def test_an_id_in_two_classes_is_one_group_and_remarked(tmp_path: Path) -> None:
    listing = list_folder(touch(tmp_path, "a/1_1.png", "b/1_1.png", "b/2_1.png"))
    assert [(one.label, one.group) for one in listing.found] == [("a", "1"), ("b", "1"), ("b", "2")]
    assert listing.remarks == (Note("1", "ID is in classes a, b: one group, kept in one split"),)


def test_a_divided_folder(tmp_path: Path) -> None:
    touch(tmp_path, "train/a/x_1.png", "train/a/x_2.png", "train/b/plain.png", "val/a/plain.png")
    touch(tmp_path, "test/b/y_1.png", "extra/a/z_1.png", "test/stray.png", "train/b/notes.txt")
    listing = list_folder(tmp_path)
    assert [(one.file, one.label, one.group, one.split) for one in listing.found] == [
        ("train/b/plain.png", "b", "train/b/plain.png", "train"),
        ("val/a/plain.png", "a", "val/a/plain.png", "val"),
        ("train/a/x_1.png", "a", "x", "train"),
        ("train/a/x_2.png", "a", "x", "train"),
        ("test/b/y_1.png", "b", "y", "test"),
    ]
    assert {note.file: note.reason.split(":")[0] for note in listing.left_out} == {
        "extra": "beside train, val, test",
        "test/stray.png": "not in a folder of a class",
        "train/b/notes.txt": "not a picture by its name",
    }


def test_a_class_may_be_called_train(tmp_path: Path) -> None:
    listing = list_folder(touch(tmp_path, "train/x_1.png", "bus/y_1.png"))
    assert [(one.label, one.split) for one in listing.found] == [("train", None), ("bus", None)]


def test_a_group_in_two_splits_goes_to_train_and_is_remarked(tmp_path: Path) -> None:
    touch(tmp_path, "val/a/x_1.png", "test/a/x_2.png", "test/a/y_1.png", "val/a/z_1.png")
    listing = list_folder(touch(tmp_path, "train/a/w_1.png"))
    assert {one.file: one.split for one in listing.found} == {
        "test/a/x_2.png": "train",
        "val/a/x_1.png": "train",
        "train/a/w_1.png": "train",
        "test/a/y_1.png": "test",
        "val/a/z_1.png": "val",
    }
    assert listing.remarks == (Note("x", "ID is in test, val: all its pictures go to train"),)


def test_names_that_are_no_ids_are_not_taken_for_one_huge_group(tmp_path: Path) -> None:
    """img_1, img_2, ...: all would be one ID, and nothing left to validate or test with."""
    touch(tmp_path, "train/a/img_1.png", "val/a/img_2.png", "test/a/img_3.png")
    with pytest.raises(ValueError, match="each ID in test and val is in another split too"):
        list_folder(tmp_path)


def test_no_folder_says_what_to_put_there(tmp_path: Path) -> None:
    with pytest.raises(NotADirectoryError, match="nothing is not a folder: put <class>/<ID>_"):
        list_folder(tmp_path / "nothing")


PARAMS = FolderParams(
    minimum_size=30,
    size=40,
    colour="grey",
    max_pixels=10_000,
    shares=Shares(train=0.7, val=0.15, test=0.15),
)


def imported(tmp_path: Path, params: FolderParams = PARAMS, jobs: int = 1) -> Corpus:
    import_folder(tmp_path / "own", tmp_path / "corpus", params, seed=1, jobs=jobs)
    return read_corpus(tmp_path / "corpus")


def files(corpus: Corpus) -> list[str]:
    return [item.source for item in corpus.items]


def reasons(corpus: Corpus) -> dict[str, str]:
    return {note.file: note.reason for note in corpus.left_out}


def test_three_things_of_a_class_go_to_three_splits(tmp_path: Path) -> None:
    for number, shade in ((1, 10), (2, 20), (3, 30)):
        put(tmp_path / "own", f"oak/x{number}_1.png", shade=shade)
    put(tmp_path / "own", "oak/x1_2.png", shade=11)
    corpus = imported(tmp_path)
    assert files(corpus) == ["oak/x1_1.png", "oak/x1_2.png", "oak/x2_1.png", "oak/x3_1.png"]
    one, two = corpus.items[:2]
    assert one == CorpusItem(0, "oak", "x1", one.split, "oak/x1_1.png", ())
    assert two.split == one.split
    assert {item.split for item in corpus.items} == set(SPLITS)
    assert corpus.class_to_idx == {"oak": 0}
    with Pictures(tmp_path / "corpus") as pictures:
        shades = [int(pictures[item.picture].mean()) for item in corpus.items]
    assert shades == [10, 11, 20, 30]


def test_an_id_with_a_small_picture_is_left_out_whole(tmp_path: Path) -> None:
    put(tmp_path / "own", "a/x_1.png")
    put(tmp_path / "own", "a/x_2.png", width=50, height=29)
    put(tmp_path / "own", "a/y_1.png", width=50, height=30)
    (tmp_path / "own/a/x_3.png").write_text("no picture")
    corpus = imported(tmp_path)
    assert files(corpus) == ["a/y_1.png"]
    whole = "x_2.png is 50x29, under 30: its ID is left out whole"
    assert reasons(corpus) == {
        "a/x_1.png": whole,
        "a/x_2.png": whole,
        "a/x_3.png": "no PNG picture",
    }


def test_what_cannot_be_read_is_left_out_alone(tmp_path: Path) -> None:
    put(tmp_path / "own", "a/x_1.png")
    put(tmp_path / "own", "a/x_2.png", width=101, height=100)
    (tmp_path / "own/a/x_3.jpg").write_bytes((tmp_path / "own/a/x_1.png").read_bytes())
    (tmp_path / "own/a/x_4.png").write_bytes((tmp_path / "own/a/x_1.png").read_bytes()[:45])
    (tmp_path / "own/a/x_5.png").touch()
    corpus = imported(tmp_path)
    assert files(corpus) == ["a/x_1.png"]
    found = reasons(corpus)
    assert found["a/x_2.png"] == "101x100 is more than 10000 pixels"
    assert found["a/x_3.jpg"] == "mislabelled: named as JPEG, but holds PNG"
    assert found["a/x_4.png"].startswith("cannot be read")
    assert found["a/x_5.png"] == "empty file"


def test_shorter_side_is_reduced_and_never_enlarged() -> None:
    large, small = np.zeros((80, 200, 3), dtype=np.uint8), np.zeros((30, 35), dtype=np.uint8)
    assert shrunk(large, 40).shape == (40, 100, 3)
    assert shrunk(large.transpose(1, 0, 2), 40).shape == (100, 40, 3)
    assert shrunk(small, 40) is small


def test_reduced_pictures_are_stored_in_the_colour_asked_for(tmp_path: Path) -> None:
    put(tmp_path / "own", "a/x_1.png", width=90, height=60, shade=77)
    for colour, shape in (("grey", (40, 60)), ("rgb", (40, 60, 3))):
        imported(tmp_path, PARAMS.model_copy(update={"colour": colour}))
        with Pictures(tmp_path / "corpus") as pictures:
            assert pictures[0].shape == shape
            assert set(pictures[0].ravel()) == {77}


def test_the_users_lists_are_kept_and_what_is_not_listed_is_assigned(tmp_path: Path) -> None:
    for number in range(20):
        put(tmp_path / "own", f"a/x{number:02}_1.png")
    lists = tmp_path / "own/splits"
    lists.mkdir()
    (lists / "test_ids.json").write_text('["x00", "x01", "x02", "x03", "x04", "old"]')
    corpus = imported(tmp_path)
    test = [item.group for item in corpus.of("test")]
    assert test == ["x00", "x01", "x02", "x03", "x04"]
    assert len(corpus.of("val")) == 3
    assert corpus.remarks == (Note("old", "ID listed in test_ids.json, without a file"),)
    assert corpus.left_out == ()


def test_lists_that_contradict_themselves_name_the_id(tmp_path: Path) -> None:
    put(tmp_path / "own", "a/x_1.png")
    (tmp_path / "own/splits").mkdir()
    for split in ("train", "val"):
        (tmp_path / f"own/splits/{split}_ids.json").write_text('["x"]')
    with pytest.raises(ValueError, match=r"val_ids.json: ID 'x' is in train_ids.json too"):
        imported(tmp_path)


def test_a_corpus_own_lists_keep_its_split_when_pictures_come(tmp_path: Path) -> None:
    for number in range(12):
        put(tmp_path / "own", f"a/x{number:02}_1.png")
    before = {item.group: item.split for item in imported(tmp_path).items}
    (tmp_path / "corpus/splits").rename(tmp_path / "own/splits")
    for number in range(9):
        put(tmp_path / "own", f"a/new{number}_1.png")
    after = {item.group: item.split for item in imported(tmp_path).items}
    assert {group: after[group] for group in before} == before
    assert len(after) == 21


def test_a_divided_folder_stays_divided(tmp_path: Path) -> None:
    for file in ("train/a/x_1.png", "train/b/y.png", "val/a/z.png", "test/a/x_2.png"):
        put(tmp_path / "own", file)
    put(tmp_path / "own", "test/b/w.png")
    corpus = imported(tmp_path)
    assert {item.source: item.split for item in corpus.items} == {
        "train/a/x_1.png": "train",
        "test/a/x_2.png": "train",
        "train/b/y.png": "train",
        "val/a/z.png": "val",
        "test/b/w.png": "test",
    }
    assert corpus.remarks == (Note("x", "ID is in test, train: all its pictures go to train"),)


def test_a_split_without_pictures_is_remarked(tmp_path: Path) -> None:
    put(tmp_path / "own", "a/x_1.png")
    assert imported(tmp_path).remarks == (
        Note("splits", "test has no picture"),
        Note("splits", "val has no picture"),
    )


def test_a_folder_without_one_good_picture_says_why(tmp_path: Path) -> None:
    (tmp_path / "own/a").mkdir(parents=True)
    (tmp_path / "own/a/x.png").touch()
    with pytest.raises(ValueError, match="no picture can be used, for example a/x.png: its name"):
        imported(tmp_path)


def test_two_processes_write_the_bytes_of_one(tmp_path: Path) -> None:
    write_digits(tmp_path / "own", 12)
    (tmp_path / "own/digit_0/broken_1.png").touch()
    written = []
    for jobs in (1, 2):
        imported(tmp_path, jobs=jobs)
        paths = sorted(path for path in (tmp_path / "corpus").rglob("*") if path.is_file())
        written.append({path.name: path.read_bytes() for path in paths})
    assert written[0] == written[1]
    assert len(written[0]) == 9


def test_minimum_above_size_is_refused() -> None:
    with pytest.raises(ValidationError, match="minimum_size must not exceed size"):
        FolderParams.model_validate(PARAMS.model_dump() | {"minimum_size": 41})


def test_real_handwriting(tmp_path: Path) -> None:
    """300 digits: ten classes of about 30, each divided 70/15/15, legible by their neighbours."""
    write_digits(tmp_path / "own", 300)
    corpus = imported(tmp_path)
    assert list(corpus.class_to_idx) == [f"digit_{digit}" for digit in range(10)]
    assert len(corpus.items) == 300
    assert corpus.left_out == corpus.remarks == ()
    for label in corpus.class_to_idx:
        held = Counter(item.split for item in corpus.items if item.label == label)
        total = sum(held.values())
        assert all(abs(held[split] - 0.15 * total) <= 1 for split in ("val", "test"))
    written = json.loads((tmp_path / "corpus/splits/test_ids.json").read_text())
    assert written == sorted(item.group for item in corpus.of("test"))
    with Pictures(tmp_path / "corpus") as pictures:
        pixels = {item: pictures[item.picture].astype(float).ravel() for item in corpus.items}
    gallery = corpus.of("train")
    near = [
        min(gallery, key=lambda one: float(np.linalg.norm(pixels[one] - pixels[query]))).label
        == query.label
        for query in corpus.of("test")
    ]
    assert np.mean(near) > 0.85  # 0.1 by chance
