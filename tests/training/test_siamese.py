"""Pairs of a clean and a worn letter: who they are, and what a batch of them costs."""

import numpy as np
import pytest
import torch

from rasm.nets.embedder import Embedder
from rasm.training.embedder import Learner
from rasm.training.embedder_params import EmbedderParams, view_params
from rasm.training.siamese import draw_row_pairs, pair_task
from tests.augment.levels import SEVERITIES
from tests.corpora.drawn_letters import LETTERS
from tests.training.four_shapes import params
from tests.training.views.sections import section

CPU = torch.device("cpu")
VIEWS = section("letters", size=32, levels=[SEVERITIES["light"].model_dump()])


def embedder_params() -> EmbedderParams:
    return params(
        batch_size=6,
        views=VIEWS,
        loss={"kind": "siamese", "margin": 2.0},
        backbone={"kind": "small", "width": 3, "layout": 2},
        head={"kind": "mlp", "dropout": 0.3},
        neck=True,
        dimension=4,
        per_class=2,
        steps_per_epoch=2,
    )


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


def test_an_epoch_of_pairs_clean_first_and_the_loss_of_a_network() -> None:
    views, chosen = view_params(VIEWS).views(LETTERS.pictures, CPU), embedder_params()
    task = pair_task(views, LETTERS, lambda model: {"val_recall_at_1": 0.0}, chosen, CPU)
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
    network = Embedder(**chosen.architecture(views.channels)).eval()
    learner = Learner(network, chosen.loss.build(0, chosen.dimension))
    anchors, others = network(pictures).detach().numpy().reshape(2, 6, -1)
    distances = np.linalg.norm(anchors - others, axis=1)
    costs = np.where(same.numpy(), distances, np.maximum(2 - distances, 0)) ** 2
    found = float(task.loss(learner, batches[0], 0.0).detach())
    assert found == pytest.approx(costs.mean(), rel=1e-4)
