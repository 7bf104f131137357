"""What a folder holds by its names: two layouts, groups, and a reason for all that is not read."""

import os
from pathlib import Path

import pytest

from rasm.corpora.corpus import Note
from rasm.corpora.folder import list_folder


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
