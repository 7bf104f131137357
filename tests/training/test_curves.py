"""Training curves as DVC reads them."""

from pathlib import Path

from rasm.training.run import write_curves


def test_one_row_an_epoch(tmp_path: Path) -> None:
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


def test_a_tuned_network_has_a_row_of_its_own_start(tmp_path: Path) -> None:
    path = tmp_path / "curves.tsv"
    write_curves(path, [{"epoch": 0, "val": 0.5}, {"epoch": 1, "lr": 0.1, "val": 0.75}])
    assert path.read_text() == "epoch\tlr\tval\n0\t\t0.5\n1\t0.1\t0.75\n"


def test_of_no_training_the_header_alone(tmp_path: Path) -> None:
    write_curves(tmp_path / "curves.tsv", [])
    assert (tmp_path / "curves.tsv").read_text() == "epoch\tlr\ttrain_loss\n"
