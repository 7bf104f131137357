"""What was left out, one JSON line each."""

from pathlib import Path

from rasm.store.audit import write_audit


def test_lines_are_stable_and_readable(tmp_path: Path) -> None:
    path = tmp_path / "audit.jsonl"
    write_audit(path, [{"reason": "no glyphs", "label": "م"}, {"reason": "x", "glyph_id": 7}])
    assert path.read_text(encoding="utf-8") == (
        '{"label": "م", "reason": "no glyphs"}\n{"glyph_id": 7, "reason": "x"}\n'
    )


def test_nothing_left_out_is_an_empty_file(tmp_path: Path) -> None:
    write_audit(tmp_path / "audit.jsonl", [])
    assert (tmp_path / "audit.jsonl").read_bytes() == b""
