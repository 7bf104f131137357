"""A training run from data to weights, with a problem that is learnt in a second."""

from pathlib import Path
from typing import Any

import torch

from rasm.nets.compute import Compute
from rasm.nets.weights import load_network, read_card
from rasm.training.run import Run, write_curves
from tests.training.toy import network, params, quadrant_task, silent

CPU = Compute(accelerator="cpu", precision="32-true", compile=False)
CODE = {"lib/rasm/nets/toy.py": "1234", "torch": "2.0"}


def start(folder: Path, code: dict[str, str] = CODE, **changes: Any) -> Run:
    data = folder / "data"
    data.write_bytes(b"points")
    curves, snapshot = folder / "curves.tsv", folder / "snapshot.pt"
    return Run(params(**changes), 42, CPU, [data], code, curves, snapshot, silent)


def test_a_run_leaves_weights_card_and_curve_and_no_snapshot(tmp_path: Path) -> None:
    run = start(tmp_path, epochs=2)
    model = network()
    run.fit(model, quadrant_task())
    assert run.snapshot.is_file(), "until the weights are saved, it is all there is"
    run.save({tmp_path / "weights": (model, {"architecture": {"kind": "toy"}})})
    assert not run.snapshot.exists()
    assert len(run.curves.read_text().splitlines()) == 1 + 2
    card = read_card(tmp_path / "weights")
    assert card["architecture"] == {"kind": "toy"}
    assert card["params"]["epochs"] == 2
    assert card["computed_on"] == {"accelerator": "cpu", "precision": "32-true"}
    loaded = load_network(tmp_path / "weights", lambda kind: network())
    for name, value in model.state_dict().items():
        assert torch.equal(loaded.state_dict()[name], value), name


def test_the_same_run_is_resumed(tmp_path: Path, capsys: Any) -> None:
    start(tmp_path, epochs=1).fit(network(), quadrant_task())
    start(tmp_path, epochs=1).fit(network(), quadrant_task())
    assert "resuming after epoch 1" in capsys.readouterr().out


def test_other_parameters_data_and_code_are_told_and_not_resumed(
    tmp_path: Path, capsys: Any
) -> None:
    start(tmp_path, epochs=1).fit(network(), quadrant_task())
    run = start(tmp_path, {**CODE, "torch": "2.1"}, epochs=1, lr=0.125)
    (tmp_path / "data").write_bytes(b"other points")
    run.fit(network(), quadrant_task())
    out = capsys.readouterr().out
    assert "resuming" not in out
    told = ("params: lr: 0.05 -> 0.125", f"inputs: {tmp_path}/data changed", "code: torch changed")
    assert f"snapshot.set_aside.pt: {'; '.join(told)}" in out


def test_the_seed_decides_the_network_made_next(tmp_path: Path) -> None:
    start(tmp_path)
    first = torch.rand(3)
    torch.rand(5)
    start(tmp_path)
    assert torch.equal(torch.rand(3), first)


def test_a_curve_has_one_row_an_epoch(tmp_path: Path) -> None:
    path = tmp_path / "new" / "curves.tsv"
    write_curves(
        path,
        [
            {"epoch": 1, "lr": 0.001, "train_loss": 2.3456789, "val_top1": 0.5},
            {"epoch": 2, "lr": 0.0, "train_loss": 1 / 3, "val_top1": 1.0},
        ],
    )
    assert path.read_text() == (
        "epoch\tlr\ttrain_loss\tval_top1\n1\t0.001\t2.34568\t0.5\n2\t0\t0.333333\t1\n"
    )
