"""What an embedder is shown, which part of it learns how fast, and that it learns."""

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from pydantic import ValidationError
from torch import nn

from rasm.augment.mixing import mixer
from rasm.nets.embedder import Embedder
from rasm.nets.torchvision_backbone import TorchvisionBackbone
from rasm.training.embedder import (
    Learner,
    embedding_task,
    set_free,
    start_weights,
    tell_collapse,
)
from rasm.training.embedder_params import EmbedderParams
from rasm.training.loop import fit
from rasm.training.optimizer import make_optimizer
from tests.augment.levels import PRESETS
from tests.losses.sections import SECTIONS as LOSSES
from tests.training.four_shapes import ARCFACE, CLASSES, CPU, learner, params, recall, task
from tests.training.toy import Item, fabric, silent
from tests.training.views.sections import section

TRIPLET = {"kind": "triplet", "margin": 0.2}
CONTRASTIVE = {"kind": "contrastive", "margin": 1.0}


def drawn(chosen: EmbedderParams, classes: Any, seed: int = 0) -> list[tuple[list[int], list[int]]]:
    """Rows and labels of the batches of an epoch."""
    rows_alone = embedding_task(
        lambda rows, generator: rows, np.array(classes), recall, chosen, CPU
    )
    batches = rows_alone.batches(torch.Generator().manual_seed(seed))
    return [(rows.tolist(), labels.tolist()) for rows, labels in batches]


def train(folder: Path, chosen: EmbedderParams, track: Any = silent) -> tuple[Learner, Any]:
    model = learner(chosen)
    history = fit(
        model,
        task(chosen),
        chosen,
        fabric=fabric(),
        seed=5,
        snapshot=folder / "snapshot.pt",
        fingerprint={},
        track=track,
    )
    return model, history


def changed(before: nn.Module, after: nn.Module) -> set[str]:
    """Names of the weights and statistics that differ."""
    old, new = before.state_dict(), after.state_dict()
    return {name for name in old if not torch.equal(old[name], new[name])}


def test_a_batch_holds_pictures_of_different_classes() -> None:
    classes = [0] * 5 + [1] * 4 + [2] * 9 + [3] * 4
    for rows, labels in drawn(params(batch_size=12), classes):
        assert list(Counter(labels).values()) == [4, 4, 4]
        assert [classes[row] for row in rows] == labels
        assert len(set(rows)) == 12  # every class has as many pictures as are asked for


def test_a_picture_comes_once_before_any_comes_twice() -> None:
    classes = [0] * 3 + [1] * 3 + [2]
    seen = drawn(params(batch_size=15, per_class=5), classes)
    assert len(seen) == 10
    for rows, _ in seen:
        counts = Counter(rows)
        assert sorted(counts[row] for row in (0, 1, 2)) == [1, 2, 2]
        assert sorted(counts[row] for row in (3, 4, 5)) == [1, 2, 2]
        assert counts[6] == 5


def test_classes_are_drawn_evenly_however_many_pictures_they_have() -> None:
    chosen = params(batch_size=100, per_class=1)
    labels = np.concatenate([batch for _, batch in drawn(chosen, [0] * 99 + [1])])
    assert len(labels) == 1000
    assert 0.45 < labels.mean() < 0.55


@pytest.mark.parametrize("per_class", [1, 4])
def test_batches_follow_from_the_generator(per_class: int) -> None:
    chosen = params(per_class=per_class)
    assert drawn(chosen, CLASSES, seed=1) == drawn(chosen, CLASSES, seed=1)
    assert drawn(chosen, CLASSES, seed=1) != drawn(chosen, CLASSES, seed=2)


def test_batches_are_mixed_after_they_are_drawn() -> None:
    chosen, drawing = params(), torch.Generator().manual_seed(0)

    def mix(pictures: Any, labels: Any, generator: Any) -> tuple[Any, Any]:
        assert generator is drawing
        return pictures + 100, nn.functional.one_hot(labels, 4) / 2

    mixed = embedding_task(lambda r, _: r, CLASSES, recall, chosen, CPU, mix)
    plain = drawn(chosen, CLASSES)
    for (rows, shares), (expected, labels) in zip(mixed.batches(drawing), plain, strict=True):
        assert rows.tolist() == [row + 100 for row in expected]
        assert shares.argmax(dim=1).tolist() == labels and shares.max() == 0.5


def test_losses_of_pairs_are_not_mixed() -> None:
    chosen, mix = params(loss=TRIPLET), mixer(PRESETS["light"], 4)
    with pytest.raises(ValueError, match="triplet takes no pictures that are mixed"):
        embedding_task(lambda r, _: r, CLASSES, recall, chosen, CPU, mix)


def test_too_few_classes_for_a_batch_are_refused() -> None:
    with pytest.raises(ValueError, match="20 at per_class 4 asks for 5 classes, there are 4"):
        drawn(params(batch_size=20), CLASSES)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"batch_size": 15}, "batch_size 15 is no multiple of per_class"),
        ({"accumulate": 2, "loss": TRIPLET}, "triplet compares a batch's pictures: accumulate 1"),
        ({"per_class": 1, "loss": TRIPLET}, "triplet compares pictures of a class"),
        (
            {"chosen_by": {"kind": "scripts", "ways": 3, "per_script": 4, "strength": 1.0}},
            "chosen_by scripts needs views scripts",
        ),
        ({"loss": {"kind": "siamese", "margin": 1.0}}, "it needs views letters"),
        ({"backbone": {"kind": "small", "width": 4, "name": "resnet18"}}, "Extra inputs"),
    ],
)
def test_what_does_not_fit_together_is_refused(changes: dict[str, Any], says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        params(**changes)


def test_rates_and_decay_of_the_parts() -> None:
    chosen = params(lr=0.02, backbone_lr=0.1, weight_decay=0.3)
    model = learner(chosen)
    groups = task(chosen).groups
    assert groups is not None
    optimizer = make_optimizer(
        chosen.optimizer,
        model,
        groups(model),
        lr=0.02,
        weight_decay=0.3,
        device=CPU,
    )
    found = {
        id(parameter): (group["lr"], group["weight_decay"])
        for group in optimizer.param_groups
        for parameter in group["params"]
    }
    rates = {name: found.pop(id(parameter)) for name, parameter in model.named_parameters()}
    assert not found
    assert rates.pop("loss.proxies") == (0.02, 0.0)
    for name, rate in rates.items():
        plain = name.endswith("bias") or model.get_parameter(name).ndim == 1
        lr = 0.02 if name.startswith("network.head.") else 0.002
        assert rate == (lr, 0.0 if plain else 0.3), name


def test_a_loss_that_learns_nothing_has_no_group() -> None:
    chosen = params(loss=CONTRASTIVE)
    groups = task(chosen).groups
    assert groups is not None
    assert len(groups(learner(chosen))) == 2


def test_the_network_alone_is_validated(tmp_path: Path) -> None:
    asked: list[nn.Module] = []

    def validate(model: nn.Module) -> dict[str, float]:
        asked.append(model)
        return {"val_recall_at_1": 0.5}

    chosen = params(epochs=1, steps_per_epoch=1)
    model = learner(chosen)
    task(chosen, validate).validate(model)
    fit(
        model,
        task(chosen, validate),
        chosen,
        fabric=fabric(),
        seed=5,
        snapshot=tmp_path / "snapshot.pt",
        fingerprint={},
        track=silent,
    )
    assert asked[0] is model.network
    assert isinstance(asked[1], Embedder) and len(asked) == 2  # the mean of its weights


def test_a_frozen_backbone_stands_still(tmp_path: Path) -> None:
    chosen = params(epochs=2, frozen_epochs=2)
    model, _ = train(tmp_path, chosen)
    names = changed(learner(chosen), model)
    assert names == {"network.head.0.weight", "network.head.0.bias", "loss.proxies"}


def test_the_last_blocks_alone_are_set_free(tmp_path: Path) -> None:
    """Of the others not even the statistics of batch norm move."""
    chosen = params(epochs=1, unfreeze_last=1)
    model, _ = train(tmp_path, chosen)
    names = changed(learner(chosen).network.backbone, model.network.backbone)
    assert names == {name for name in model.network.backbone.state_dict() if "body.5." in name}


def test_freezing_goes_by_epochs() -> None:
    chosen = params(frozen_epochs=2, unfreeze_last=1)
    network = learner(chosen).network.train()
    body: Any = network.backbone.body
    for epoch, free in [(0, False), (1, False), (2, True)]:
        set_free(network, chosen, epoch)
        assert all(p.requires_grad == free for p in body[5].parameters())
        assert body[5].training == free
        for part in list(body)[:5]:
            assert not any(p.requires_grad for p in part.parameters())
            assert not any(module.training for module in part.modules())
        assert network.head.training and all(p.requires_grad for p in network.head.parameters())
    whole = params(frozen_epochs=1)
    set_free(network, whole, 0)
    assert not any(p.requires_grad for p in network.backbone.parameters())
    set_free(network, whole, 1)
    assert all(p.requires_grad for p in network.backbone.parameters())
    assert all(module.training for module in network.modules())


@pytest.mark.parametrize(
    "loss",
    [ARCFACE, TRIPLET, CONTRASTIVE],
    ids=lambda loss: loss["kind"],
)
def test_it_learns(tmp_path: Path, loss: dict[str, Any]) -> None:
    chosen = params(epochs=8, loss=loss, lr=0.02, backbone_lr=1.0)
    with torch.inference_mode():
        before = recall(learner(chosen).network.eval())["val_recall_at_1"]
    model, history = train(tmp_path, chosen)
    with torch.inference_mode():
        after = recall(model.network)["val_recall_at_1"]
    assert before < 0.6
    assert after > 0.9, history


@pytest.mark.parametrize("frozen_epochs", [0, 1, 3])
def test_a_run_that_stopped_after_two_epochs_goes_on_to_the_same_weights(
    tmp_path: Path, frozen_epochs: int
) -> None:
    changes = {"frozen_epochs": frozen_epochs, "unfreeze_last": 2}
    chosen = params(**changes, steps_per_epoch=9, accumulate=3, average=0.9)
    unbroken, expected = train(tmp_path / "unbroken", chosen)

    def stopping(
        iterable: Iterable[Item], total: int | None = None, desc: str = "", unit: str = "it"
    ) -> Iterator[Item]:
        if desc == "epoch 3/4":
            raise KeyboardInterrupt
        yield from iterable

    with pytest.raises(KeyboardInterrupt):
        train(tmp_path, chosen, stopping)
    torch.rand(100)  # what happened before must not matter
    resumed, history = train(tmp_path, chosen)
    assert history == expected and len(history) == 4
    assert not changed(unbroken, resumed)


@pytest.mark.parametrize("kind", LOSSES)
def test_params_come_back_from_what_they_are_written_as(kind: str) -> None:
    """The card of the weights and the fingerprint of a snapshot are made of it."""
    chosen = params(loss={"kind": kind, **LOSSES[kind]}, views=section("letters"))
    written = chosen.model_dump(mode="json")
    assert written["loss"] == {"kind": kind, **LOSSES[kind]}
    assert written["views"]["levels"][0]["name"] == "seed"
    assert EmbedderParams.model_validate(written) == chosen


@pytest.mark.parametrize(
    ("pictures", "steps"),
    [
        (32, 6),  # 32 pictures three times are six batches of 16
        (33, 7),
        (1000, 10),  # no more than steps_per_epoch
    ],
)
def test_small_corpora_have_shorter_epochs(pictures: int, steps: int) -> None:
    chosen = params(views_per_picture=3, steps_per_epoch=10)
    assert chosen.steps(pictures) == steps


def test_an_epoch_is_as_long_as_its_pictures_allow() -> None:
    chosen = params(views_per_picture=3)
    assert task(chosen).steps == len(drawn(chosen, CLASSES)) == 4  # of 20 pictures, 16 a batch


@pytest.mark.parametrize("spread", [0.0, 0.01, 0.6])
def test_a_collapse_is_told_after_an_epoch(
    spread: float, capsys: pytest.CaptureFixture[str]
) -> None:
    chosen = params()
    for look in task(chosen).after_epoch:
        look(learner(chosen), 1, {"val_recall_at_1": 0.5, "val_spread": spread})
    assert ("collapsed" in capsys.readouterr().out) == (spread < 0.05)


def test_metrics_without_a_spread_say_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    tell_collapse(nn.Identity(), 1, {"val_recall_at_1": 0.0})
    assert not capsys.readouterr().out


@pytest.mark.parametrize("wanted", ["none", "IMAGENET1K_V1"])
def test_weights_are_fetched_where_they_are_asked_for(
    wanted: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(TorchvisionBackbone, "start_from", lambda _, name: asked.append(name))
    start_weights(learner(params()).network, params())
    of_torchvision = {"kind": "torchvision", "name": "mobilenet_v3_small", "weights": wanted}
    chosen = params(backbone=of_torchvision)
    start_weights(learner(chosen).network, chosen)
    assert asked == [wanted] * (wanted != "none")


def test_a_card_builds_the_network_again() -> None:
    backbone = {"kind": "small", "width": 4, "layout": 2}
    chosen = params(head={"kind": "mlp", "dropout": 0.1}, backbone=backbone, neck=True)
    network = Embedder(**chosen.architecture(3))
    assert network(torch.rand(2, 3, 16, 16)).shape == (2, 8)
    assert len(network.head) == 5
