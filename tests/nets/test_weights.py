"""Weights at rest: the same network comes back, and a wrong one is refused by name."""

from pathlib import Path

import pytest
import torch

from rasm.nets.cell_cnn import CellCNN
from rasm.nets.weights import load_network, read_card, save_weights

ARCHITECTURE = {"cell": 4, "vocabulary": 12, "dropout": 0.2}


def saved(folder: Path) -> CellCNN:
    torch.manual_seed(0)
    model = CellCNN(**ARCHITECTURE)
    model(torch.rand(9, 1, 4, 4))  # moves the statistics of batch norm
    save_weights(folder, model, {"architecture": ARCHITECTURE, "centroid_sha1": "ab"})
    return model.eval()


def test_round_trip_through_the_card_alone(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "phase1"
    model = saved(folder)
    torch.manual_seed(1)
    loaded = load_network(folder, CellCNN)
    cells = torch.rand(5, 1, 4, 4)
    assert not loaded.training
    assert torch.equal(loaded(cells), model(cells))


def test_card_says_what_the_weights_are(tmp_path: Path) -> None:
    saved(tmp_path)
    card = read_card(tmp_path)
    assert card["centroid_sha1"] == "ab"
    assert card["architecture"] == ARCHITECTURE
    assert card["versions"]["torch"] == torch.__version__


def test_the_same_weights_are_the_same_bytes(tmp_path: Path) -> None:
    saved(tmp_path / "one")
    saved(tmp_path / "two")
    for name in ("model.safetensors", "model.json"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_another_architecture_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "phase1"
    saved(folder)
    with pytest.raises(ValueError, match="phase1 holds no weights of this network"):
        load_network(folder, lambda **card: CellCNN(**{**card, "vocabulary": 13}))


def test_missing_weights_say_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"model\.json is missing: run `dvc repro`"):
        read_card(tmp_path)
