"""JSON artefacts: equal content is equal bytes, and a broken file is named."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rasm.store.json_file import Fields, read_json, write_audit, write_json

contents = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(contents)
def test_round_trip(tmp_path: Path, content: object) -> None:
    path = tmp_path / "file.json"
    write_json(path, content)
    assert read_json(path, object) == content


def test_order_of_keys_does_not_reach_the_file(tmp_path: Path) -> None:
    one, two = tmp_path / "one.json", tmp_path / "two.json"
    write_json(one, {"a": 1, "ب": [2]})
    write_json(two, {"ب": [2], "a": 1})
    assert one.read_text(encoding="utf-8") == '{\n "a": 1,\n "ب": [\n  2\n ]\n}\n'
    assert one.read_bytes() == two.read_bytes()


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b'{"a": ', " is not JSON (EOF while parsing"),
        (b'{"a": "\xff"}', " is not JSON (invalid unicode code point"),
        (b"[" * 100_000, " is not JSON (recursion limit exceeded"),
        (b"null", ": Input should be an object"),
        (b"[]", ": Input should be an object"),
        (b'{"a": {"b": "3"}}', ", field 'a.b': Input should be a valid number"),
        (b'{"a": {"b": true}}', ", field 'a.b': Input should be a valid number"),
    ],
)
def test_other_content_is_named_with_its_field(tmp_path: Path, content: bytes, says: str) -> None:
    path = tmp_path / "file.json"
    path.write_bytes(content)
    with pytest.raises(ValueError) as error:
        read_json(path, dict[str, dict[str, float]], "mend it")
    assert str(error.value).startswith(f"{path}{says}")
    assert str(error.value).endswith(": mend it")


def test_a_huge_file_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "file.json"
    with path.open("wb") as file:
        file.truncate(1 << 40)  # takes no room on the disk
    with pytest.raises(ValueError, match=r"file\.json has 1,099,511,627,776 bytes, more than"):
        read_json(path, object)


def test_a_field_that_is_missing_is_named(tmp_path: Path) -> None:
    fields = Fields({"a": 1}, tmp_path / "file.json")
    assert (fields["a"], fields.get("b")) == (1, None)
    with pytest.raises(ValueError, match=r"file\.json lacks the field 'b': run `dvc repro`"):
        fields["b"]


def test_lines_are_stable_and_readable(tmp_path: Path) -> None:
    path = tmp_path / "audit.jsonl"
    write_audit(path, [{"reason": "no glyphs", "label": "م"}, {"reason": "x", "glyph_id": 7}])
    assert path.read_text(encoding="utf-8") == (
        '{"label": "م", "reason": "no glyphs"}\n{"glyph_id": 7, "reason": "x"}\n'
    )


def test_nothing_left_out_is_an_empty_file(tmp_path: Path) -> None:
    write_audit(tmp_path / "audit.jsonl", [])
    assert (tmp_path / "audit.jsonl").read_bytes() == b""
