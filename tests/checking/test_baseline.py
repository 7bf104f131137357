"""Accepted suspects: they are told once, and again when they look like something else."""

from pathlib import Path

import pytest

from rasm.checking.baseline import Baseline
from tests.checking.faces import check, suspect


def test_a_round_trip_takes_out_what_was_accepted(tmp_path: Path) -> None:
    path = tmp_path / "accepted.json"
    Baseline().updated([check(suspect("beh"), suspect("noon", "empty"))]).write(path)
    baseline = Baseline.read(path)
    left = baseline.without(check(suspect("beh"), suspect("noon", "empty"), suspect("lam")))
    assert [one.label for one in left.suspects] == ["lam"]
    assert left.accepted == 2
    other = baseline.without(check(suspect("beh"), font="b.ttf"))
    assert len(other.suspects) == 1, "another font's"


@pytest.mark.parametrize(
    "changed", [suspect("beh", looks_like="theh"), suspect("beh", "swapped")], ids=["looks", "kind"]
)
def test_another_fault_of_an_accepted_glyph_is_told(changed: object) -> None:
    baseline = Baseline().updated([check(suspect("beh"))])
    assert baseline.without(check(changed)).suspects == (changed,)  # type: ignore[arg-type]


def test_an_update_replaces_what_was_accepted_of_its_fonts_alone() -> None:
    first = Baseline().updated([check(suspect("beh")), check(suspect("beh"), font="b.ttf")])
    second = first.updated([check(suspect("lam"))])
    assert second.without(check(suspect("beh"))).accepted == 0
    assert second.without(check(suspect("lam"))).accepted == 1
    assert second.without(check(suspect("beh"), font="b.ttf")).accepted == 1


def test_what_is_no_baseline_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="--update-baseline"):
        Baseline.read(tmp_path / "none.json")
    (tmp_path / "bad.json").write_text('{"accepted": [{"font": 3}]}')
    with pytest.raises(ValueError, match=r"bad.json, field 'accepted.0.font'.*--update-baseline"):
        Baseline.read(tmp_path / "bad.json")
