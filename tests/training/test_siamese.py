"""Pairs of a clean and a worn letter: who they are, and what their distance costs."""

from typing import Any

import numpy as np
import pytest
import torch
from rasm.training.aged_views import AgedParams, AgedViews
from rasm.training.metric_losses import LossParams

from rasm.nets.embedder import Embedder
from rasm.training.embedder import EmbedderParams, Learner
from rasm.training.siamese import PairLoss, draw_row_pairs, pair_task
from tests.corpora.drawn_letters import LETTERS
from tests.retrieval.circle import at
from tests.training.toy import SETTINGS

CPU = torch.device("cpu")


def loss_params(margin: float = 2.0) -> LossParams:
    return LossParams(
        kind="contrastive", margin=margin, scale=1, centers=1, label_smoothing=0, ramp=(0, 1)
    )


def embedder_params(**changes: Any) -> EmbedderParams:
    settings = {
        **SETTINGS,
        "batch_size": 6,
        "backbone": "small",
        "weights": "none",
        "width": 3,
        "layout": 2,
        "neck": True,
        "head": "mlp",
        "dimension": 4,
        "dropout": 0.3,
        "loss": loss_params(),
        "per_class": 2,
        "steps_per_epoch": 2,
        "accumulate": 1,
        "frozen_epochs": 0,
        "unfreeze_last": 0,
        "backbone_lr": 1.0,
        "keep_every": 0,
    }
    return EmbedderParams(**{**settings, **changes})


def test_pairs_are_the_recipe() -> None:
    """Same: the other drawing of the letter if there is one. Different: any of any other letter."""
    drawn = draw_row_pairs(LETTERS, 2000, torch.Generator().manual_seed(1))
    kinds: dict[bool, set[tuple[int, int]]] = {True: set(), False: set()}
    for pair in zip(
        drawn.anchors.tolist(), drawn.others.tolist(), drawn.same.tolist(), strict=True
    ):
        kinds[pair[2]].add(pair[:2])
    assert kinds[True] == {(0, 0), (1, 2), (3, 3)}
    assert kinds[False] == {(0, 1), (0, 2), (0, 3), (1, 0), (1, 3), (3, 0), (3, 1), (3, 2)}
    assert 900 < int(drawn.same.sum()) < 1100
    for ideal in (0, 1, 3):
        assert 580 < int((drawn.anchors == ideal).sum()) < 750
    apart = drawn.others[(drawn.anchors == 0) & ~drawn.same]
    assert 0.4 < float((apart == 3).float().mean()) < 0.6, "letters are drawn, not drawings"


def test_loss_by_hand() -> None:
    """Distances 1, 0 and sqrt(2): same costs 1, same 0, different (2 - sqrt(2)) squared."""
    embeddings = torch.from_numpy(at(0, 30, 90, 60, 30, 0))
    same = torch.tensor([True, True, False])
    expected = (1 + 0 + (2 - 2**0.5) ** 2) / 3
    loss = PairLoss(loss_params(), 0, 2)
    assert float(loss(embeddings, same, 0.0)) == pytest.approx(expected, abs=1e-6)
    reachable = PairLoss(loss_params(margin=1.4), 0, 2)
    assert float(reachable(embeddings, same, 0.0)) == pytest.approx(1 / 3, abs=1e-6)


def test_a_pair_in_one_place_has_a_gradient_that_is_a_number() -> None:
    embeddings = torch.from_numpy(at(10, 10, 10, 10)).requires_grad_()
    PairLoss(loss_params(), 0, 2)(embeddings, torch.tensor([True, False]), 0.0).backward()
    assert embeddings.grad is not None and embeddings.grad.isfinite().all()


def test_half_precision_around_it_changes_nothing() -> None:
    embeddings = torch.from_numpy(at(0, 30, 1, 90))
    same = torch.tensor([True, False])
    loss = PairLoss(loss_params(), 0, 2)
    with torch.autocast("cpu", torch.bfloat16):
        assert torch.equal(loss(embeddings, same, 0.0), loss(embeddings.float(), same, 0.0))


def test_an_epoch_of_pairs_clean_first_and_the_loss_of_a_network() -> None:
    views = AgedViews.of(
        LETTERS.pictures, AgedParams(size=32, severity="light", clean_share=0), CPU
    )
    params = embedder_params()
    task = pair_task(views, LETTERS, lambda model: {"val": 0.0}, "val", params, CPU)
    batches = list(task.batches(torch.Generator().manual_seed(2)))
    assert len(batches) == task.steps == 2
    drawn = draw_row_pairs(LETTERS, 6, torch.Generator().manual_seed(2))
    pictures, same = batches[0]
    assert pictures.shape == (12, 1, 32, 32)
    assert torch.equal(pictures[:6], views.clean(drawn.anchors)) and torch.equal(same, drawn.same)
    worn, clean = pictures[6:], views.clean(drawn.others)
    assert not (worn == clean).all(dim=(1, 2, 3)).any()
    assert float((worn - clean).abs().mean()) < 0.1, "of the rows that were drawn"
    torch.manual_seed(1)
    network = Embedder(**params.architecture(views.channels)).eval()
    learner = Learner(network, PairLoss(params.loss, 0, params.dimension))
    anchors, others = network(pictures).detach().numpy().reshape(2, 6, -1)
    distances = np.linalg.norm(anchors - others, axis=1)
    costs = np.where(same.numpy(), distances, np.maximum(2 - distances, 0)) ** 2
    found = float(task.loss(learner, batches[0], 0.0).detach())
    assert found == pytest.approx(costs.mean(), rel=1e-4)
