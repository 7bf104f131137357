"""Training state between epochs: kept whole, bound to its configuration, refused when broken."""

from pathlib import Path

import pytest
import torch

from rasm.training.snapshot import fingerprint, load_snapshot, save_snapshot


def test_round_trip(tmp_path: Path) -> None:
    path = tmp_path / "new" / "snapshot.pt"
    state = {"fingerprint": "x", "tensor": torch.arange(3), "history": [{"epoch": 1.0}]}
    save_snapshot(path, state)
    loaded = load_snapshot(path, "x")
    assert loaded is not None
    assert loaded["history"] == state["history"]
    assert torch.equal(loaded["tensor"], torch.arange(3))


def test_none_where_there_is_none_or_one_of_another_configuration(tmp_path: Path) -> None:
    path = tmp_path / "snapshot.pt"
    assert load_snapshot(path, "x") is None
    save_snapshot(path, {"fingerprint": "y"})
    assert load_snapshot(path, "x") is None


@pytest.mark.parametrize("kept", [0, 10, 600])
def test_a_corrupt_one_says_what_to_do(tmp_path: Path, kept: int) -> None:
    path = tmp_path / "snapshot.pt"
    save_snapshot(path, {"fingerprint": "x", "tensor": torch.arange(1000)})
    path.write_bytes(path.read_bytes()[:kept])
    with pytest.raises(ValueError, match=r"snapshot\.pt cannot be read .*delete it"):
        load_snapshot(path, "x")


def test_a_file_that_would_run_code_is_refused(tmp_path: Path) -> None:
    class Trap:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return print, ("sprung",)

    path = tmp_path / "snapshot.pt"
    torch.save({"fingerprint": "x", "trap": Trap()}, path)
    with pytest.raises(ValueError, match="cannot be read"):
        load_snapshot(path, "x")


def test_fingerprint_changes_with_settings_and_inputs_only(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    one.write_bytes(b"a")
    two.write_bytes(b"b")
    base = fingerprint({"lr": 1, "seed": 2}, [one, two])
    assert fingerprint({"seed": 2, "lr": 1}, [one, two]) == base
    assert fingerprint({"lr": 1, "seed": 3}, [one, two]) != base
    assert fingerprint({"lr": 1, "seed": 2}, [two, one]) != base
    two.write_bytes(b"c")
    assert fingerprint({"lr": 1, "seed": 2}, [one, two]) != base
