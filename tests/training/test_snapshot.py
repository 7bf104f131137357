"""Training state between epochs: kept whole, bound to its configuration, never thrown away."""

from pathlib import Path

import pytest
import torch

from rasm.training.snapshot import fingerprint, load_snapshot, save_snapshot

MADE = {
    "params": {"lr": 1, "loss.kind": "softmax"},
    "inputs": {"cells.lmdb": "12", "map.json": "34"},
    "code": {"nets/head.py": "56"},
}


def test_round_trip(tmp_path: Path) -> None:
    path = tmp_path / "new" / "snapshot.pt"
    state = {"fingerprint": MADE, "tensor": torch.arange(3), "history": [{"epoch": 1.0}]}
    save_snapshot(path, state)
    loaded = load_snapshot(path, MADE)
    assert loaded is not None
    assert loaded["history"] == state["history"]
    assert torch.equal(loaded["tensor"], torch.arange(3))


def test_one_in_which_a_bit_turned_is_set_aside(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "snapshot.pt"
    save_snapshot(path, {"fingerprint": MADE, "tensor": torch.full((1000,), 0.5)})
    content = bytearray(path.read_bytes())
    content[content.index(torch.full((9,), 0.5).numpy().tobytes())] ^= 1
    path.write_bytes(content)
    assert load_snapshot(path, MADE) is None
    assert "snapshot.set_aside.pt: it was altered after it was written" in capsys.readouterr().out


def test_none_where_there_is_none(tmp_path: Path) -> None:
    assert load_snapshot(tmp_path / "snapshot.pt", MADE) is None
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("part", "now", "says"),
    [
        ("params", {"lr": 2, "loss.kind": "softmax"}, "params: lr: 1 -> 2"),
        ("params", {"lr": 1}, "params: loss.kind: softmax -> None"),
        ("inputs", {"cells.lmdb": "12", "map.json": "35"}, "inputs: map.json changed"),
        ("inputs", {"cells.lmdb": "12"}, "inputs: map.json is gone"),
        ("code", {"nets/head.py": "56", "nets/neck.py": "7"}, "code: nets/neck.py is new"),
    ],
)
def test_one_of_another_configuration_is_set_aside(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], part: str, now: dict[str, str], says: str
) -> None:
    path = tmp_path / "snapshot.pt"
    save_snapshot(path, {"fingerprint": MADE})
    kept = path.read_bytes()
    assert load_snapshot(path, {**MADE, part: now}) is None
    assert not path.exists()
    assert (tmp_path / "snapshot.set_aside.pt").read_bytes() == kept
    out = capsys.readouterr().out
    assert out == f"  not resumed, but kept as {tmp_path}/snapshot.set_aside.pt: {says}\n"


def test_a_second_one_is_numbered(tmp_path: Path) -> None:
    path = tmp_path / "snapshot.pt"
    for number in range(3):
        save_snapshot(path, {"fingerprint": MADE, "number": number})
        load_snapshot(path, {})
    for number, name in enumerate(("", "_2", "_3")):
        aside = torch.load(tmp_path / f"snapshot.set_aside{name}.pt", weights_only=True)
        assert aside["number"] == number


def test_of_many_differences_some_are_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "snapshot.pt"
    save_snapshot(path, {"fingerprint": {"code": {f"m{n}.py": "0" for n in range(9)}}})
    load_snapshot(path, {"code": {}})
    assert "code: m4.py is gone; code: 4 more\n" in capsys.readouterr().out


@pytest.mark.parametrize("kept", [0, 10, 600])
def test_a_corrupt_one_is_set_aside(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], kept: int
) -> None:
    path = tmp_path / "snapshot.pt"
    save_snapshot(path, {"fingerprint": MADE, "tensor": torch.arange(1000)})
    path.write_bytes(path.read_bytes()[:kept])
    assert load_snapshot(path, MADE) is None
    assert (tmp_path / "snapshot.set_aside.pt").stat().st_size == kept
    assert "snapshot.set_aside.pt: it cannot be read" in capsys.readouterr().out


@pytest.mark.parametrize("state", [{}, {"fingerprint": "of an older version"}, [1]])
def test_one_that_does_not_say_what_it_was_made_with_is_set_aside(
    tmp_path: Path, state: dict[str, object]
) -> None:
    path = tmp_path / "snapshot.pt"
    torch.save(state, path)
    assert load_snapshot(path, MADE) is None
    assert (tmp_path / "snapshot.set_aside.pt").is_file()


def test_a_file_that_would_run_code_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    class Trap:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return print, ("sprung",)

    path = tmp_path / "snapshot.pt"
    torch.save({"fingerprint": MADE, "trap": Trap()}, path)
    assert load_snapshot(path, MADE) is None
    out = capsys.readouterr().out
    assert "cannot be read" in out and not out.startswith("sprung")


def test_fingerprint_says_keys_files_and_modules(tmp_path: Path) -> None:
    folder = tmp_path / "corpus"
    folder.mkdir()
    for path in (tmp_path / "one", folder / "two"):
        path.write_bytes(b"a")
    params = {"lr": 1, "loss": {"kind": "soft", "ramp": (0, 1)}, "none": {}}
    made = fingerprint(params, [tmp_path / "one", folder], {"head.py": "12"})
    assert made["params"] == {"lr": 1, "loss.kind": "soft", "loss.ramp": [0, 1], "none": {}}
    assert made["code"] == {"head.py": "12"}
    a = "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"
    assert made["inputs"] == {f"{tmp_path}/one": a, f"{tmp_path}/corpus/two": a}
