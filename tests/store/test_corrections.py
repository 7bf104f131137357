"""Corrections come back as they were given, and nothing else passes for one."""

import base64
import json
from pathlib import Path

import numpy as np
import pytest

from rasm.store.corrections import mask_bits, read_corrections

# As the page writes it: a file a correction, first pixel in the highest bit.
PAGE = {
    "kind": "rasm correction",
    "collection": "arabic",
    "right": "teh_init",
    "answers": [{"label": "beh", "share": 0.9}],
    "strokes": None,
    "mask": {"side": 3, "bits": base64.b64encode(bytes([0b10000001, 0b10000000])).decode()},
}


def test_a_correction_of_the_page_is_a_picture_and_its_label(tmp_path: Path) -> None:
    (tmp_path / "c.json").write_text(json.dumps(PAGE))
    (found,) = read_corrections(tmp_path / "c.json")
    assert (found.right, found.collection, found.picture) == ("teh_init", "arabic", None)
    assert (found.pixels() == 0).tolist() == [[1, 0, 0], [0, 0, 0], [0, 1, 1]]


def test_lines_of_a_review_are_corrections(tmp_path: Path) -> None:
    mask = np.random.default_rng(0).random((128, 128)) < 0.5
    row = {**PAGE, "right": None, "why": "entropy", "mask": mask_bits(mask).model_dump()}
    (tmp_path / "r.jsonl").write_text(f"{json.dumps(row)}\n\n{json.dumps(PAGE)}\n")
    first, second = read_corrections(tmp_path / "r.jsonl")
    assert (first.right, second.right) == (None, "teh_init")
    np.testing.assert_array_equal(first.pixels() == 0, mask)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"kind": "something"}, "field 'kind'"),
        ({"mask": {"side": 0, "bits": ""}}, "field 'mask.side'"),
        ({"right": 3}, "field 'right'"),
    ],
)
def test_what_is_no_correction_names_file_and_field(
    tmp_path: Path, change: dict[str, object], said: str
) -> None:
    (tmp_path / "r.jsonl").write_text(f"{json.dumps(PAGE)}\n{json.dumps({**PAGE, **change})}\n")
    with pytest.raises(ValueError, match=rf"r\.jsonl:2, {said}.*rasm review"):
        read_corrections(tmp_path / "r.jsonl")


def test_bits_that_do_not_fill_the_mask_say_so(tmp_path: Path) -> None:
    for bits, said in (("AAAAAAAA", "48 bits are no mask of 3"), ("?", "no base64")):
        (tmp_path / "c.json").write_text(json.dumps({**PAGE, "mask": {"side": 3, "bits": bits}}))
        (found,) = read_corrections(tmp_path / "c.json")
        with pytest.raises(ValueError, match=said):
            found.pixels()
