"""What the ranker learns, of features whose meaning is known."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest
import torch

from rasm.nets.ranker import RankerNet
from rasm.reading.legibility import PictureFeatures
from rasm.training.feature_cache import Arrays
from rasm.training.loop import fit
from rasm.training.ranker import LetterShares, RankerParams, choose_rule, draw_lot, ranker_task
from tests.augment.levels import SEVERITIES
from tests.training.toy import SETTINGS, fabric, silent

CPU = torch.device("cpu")
GAP_LAST = cast(PictureFeatures, SimpleNamespace(gap_column=3, params=SimpleNamespace(gap=True)))
NAMES = np.array([f"letter {number}" for number in range(20)])


def params(**changes: Any) -> RankerParams:
    settings = {
        **SETTINGS,
        **{"epochs": 3, "batch_size": 64, "lr": 0.02, "steps_per_epoch": 60},
        "features": {
            "clip": {"kind": "none"},
            "embedding": False,
            "quality": True,
            "gap": True,
            "turns": 0,
        },
        **{"tower": (16, 8), "dropout": 0.1, "layer_norm": False, "margin": 1.0},
        "letters": {"most": 100, "val": 0.2, "test": 0.3},
        "ladders": {
            **{"steps": 5, "views": 1, "severity": SEVERITIES["heavy"]},
            **{"most": {"grain": 1.0}, "unseen": {"motion": 1.0}},
        },
        "read": {"queries": 4, "levels": [SEVERITIES["heavy"]], "share": 0.5},
        "reject": 0.2,
    }
    return RankerParams.model_validate({**settings, **changes})


def examples(seed: int) -> Arrays:
    """Damage shows in the first feature, misreading in the last; those between mean nothing."""
    generator = np.random.default_rng(seed)
    made: Arrays = {}
    for split in ("train", "val"):
        ladders = 0.2 * generator.normal(size=(60, 5, 4))
        ladders[:, :, 0] = -np.arange(5) + generator.normal(size=(60, 1))
        queries = generator.normal(size=(300, 4))
        made[f"{split}_ladders"] = ladders.astype(np.float32)
        made[f"{split}_queries"] = queries.astype(np.float32)
        made[f"{split}_right"] = queries[:, 3] + 0.3 * generator.normal(size=300) > -0.5
    made["val_unseen"] = made["val_ladders"][:10]
    return made


def trained(tmp_path: Path, settings: RankerParams) -> tuple[RankerNet, list[dict[str, float]]]:
    torch.manual_seed(0)
    network = RankerNet(0, 3, 1, settings.tower, settings.dropout, False, (2, 2))
    history = fit(
        network,
        ranker_task(examples(0), settings, CPU, GAP_LAST),
        settings,
        fabric=fabric(),
        seed=0,
        snapshot=tmp_path / "snapshot.pt",
        fingerprint={},
        track=silent,
    )
    return network, history


def test_it_learns_the_order_of_damage_and_of_reading(tmp_path: Path) -> None:
    """Untrained, with no steps that move it, it knows neither."""
    learnt = trained(tmp_path / "a", params())[1]
    still = trained(tmp_path / "b", params(lr=1e-20, epochs=1))[1]
    for key, least in (("val_adjacent", 0.9), ("val_unseen", 0.9), ("val_reading", 0.9)):
        assert max(row[key] for row in learnt) > least
        assert still[0][key] < least - 0.1
    assert learnt[-1]["train_loss"] < learnt[0]["train_loss"]


def test_one_seed_one_network(tmp_path: Path) -> None:
    one, two = (trained(tmp_path / name, params(epochs=1))[0].state_dict() for name in "ab")
    assert all(torch.equal(one[key], two[key]) for key in one)


def test_both_parts_of_the_network_learn() -> None:
    task = ranker_task(examples(0), params(), CPU, GAP_LAST)
    network = RankerNet(0, 3, 1, (16, 8), 0.0, True, (2, 2))
    (batch, *_) = task.batches(torch.Generator().manual_seed(0))
    assert [part.shape for part in batch] == [(64, 4), (64, 4)]
    task.loss(network, batch, 0.0).backward()
    for part in (network.siamese_tower, network.comparison_head, network.norm):
        assert all(weight.grad is not None for weight in part.parameters())


def test_ladders_alone_teach_where_nothing_is_misread(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = examples(0)
    made["train_right"][:] = made["val_right"][:] = True
    task = ranker_task(made, params(), CPU, GAP_LAST)
    assert "ladders alone teach" in capsys.readouterr().out
    (batch, *_) = task.batches(torch.Generator().manual_seed(0))
    assert len(batch[0]) == 64
    assert (batch[0][:, 0] > batch[1][:, 0]).all()
    network = RankerNet(0, 3, 1, (16, 8), 0.0, False, (2, 2)).eval()
    assert "val_reading" not in task.validate(network)


def test_letters_are_dealt_once_each_and_by_the_seed() -> None:
    shares = LetterShares(most=100, val=0.2, test=0.3)
    lot = draw_lot(NAMES, shares, 0)
    assert [len(part) for part in (lot.train, lot.val, lot.test)] == [10, 4, 6]
    assert sorted(lot.train + lot.val + lot.test) == sorted(NAMES.tolist())
    assert draw_lot(NAMES, shares, 0) == lot != draw_lot(NAMES, shares, 1)
    assert len(draw_lot(NAMES, LetterShares(most=5, val=0.2, test=0.2), 0).train) == 3
    with pytest.raises(ValueError, match="needs three letters"):
        draw_lot(NAMES[:2], shares, 0)
    with pytest.raises(ValueError, match="leave no letters to train"):
        LetterShares(most=10, val=0.5, test=0.5)


def test_what_validation_prefers_says_what_to_reshoot(tmp_path: Path) -> None:
    """Here the gap decides what is misread; where it is noise, the network is preferred."""
    network, _ = trained(tmp_path, params())
    made = examples(1)
    made["val_right"] = made["val_queries"][:, 3] > -0.8
    rule = choose_rule(network, made, GAP_LAST, 0.2)
    below = (made["val_queries"][:, 3] < rule.limit).mean()
    assert rule.by == "ranker" or below == pytest.approx(0.2, abs=0.01)
    made["val_right"] = made["val_queries"][:, 0] > -0.8
    assert choose_rule(network, made, GAP_LAST, 0.2).by == "ranker"
