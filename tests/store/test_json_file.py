"""JSON artefacts: equal content is equal bytes, and a broken file is named."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rasm.store.json_file import read_json, write_json

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
    assert read_json(path) == content


def test_order_of_keys_does_not_reach_the_file(tmp_path: Path) -> None:
    one, two = tmp_path / "one.json", tmp_path / "two.json"
    write_json(one, {"a": 1, "ب": [2]})
    write_json(two, {"ب": [2], "a": 1})
    assert one.read_text(encoding="utf-8") == '{\n "a": 1,\n "ب": [\n  2\n ]\n}\n'
    assert one.read_bytes() == two.read_bytes()


def test_what_is_no_json_is_named(tmp_path: Path) -> None:
    path = tmp_path / "broken.json"
    path.write_text('{"a": ')
    with pytest.raises(ValueError, match=r"broken\.json is not JSON .*dvc repro"):
        read_json(path)
