"""Losses that compare pictures with each other, and proxy anchor, worked out by hand."""

import math

import pytest
import torch

from rasm.losses.contrastive import reachable_margin
from rasm.losses.proxy_anchor import ProxyAnchor
from tests.losses.sections import EAST, NORTH, WEST, loss_of, value
from tests.retrieval.circle import at


def test_contrastive() -> None:
    """Of one class and sqrt(2) apart: EAST and NORTH. WEST is 2 and sqrt(2) from them."""
    points, labels = [EAST, NORTH, WEST], [0, 0, 1]
    assert value(loss_of("contrastive", margin=1.0), points, labels) == pytest.approx(2**0.5)
    own, other = 2**0.5, 1.9 - 2**0.5  # one pair of two classes is nearer than the margin
    assert value(loss_of("contrastive", margin=1.9), points, labels) == pytest.approx(own + other)


def test_reachable_margin() -> None:
    assert reachable_margin(2) == 2  # antipodes
    assert reachable_margin(3) == pytest.approx(3**0.5)  # a triangle in the unit circle
    assert reachable_margin(28) == pytest.approx(1.44, abs=0.005)


def test_triplet_takes_the_hardest_of_each() -> None:
    """(0.8, 0.6) is nobody's farthest friend, and 1.003 nearer to its own than to WEST."""
    points, labels = [EAST, NORTH, (0.8, 0.6), WEST], [0, 0, 0, 1]
    of_east, of_north = 2**0.5 - 2 + 1, 2**0.5 - 2**0.5 + 1
    found = value(loss_of("triplet", margin=1.0), points, labels)
    assert found == pytest.approx((of_east + of_north) / 2)


def test_multi_similarity_leaves_out_what_is_easy_by_the_margin() -> None:
    """A like at a cosine c costs log(1 + e^(2 (0.5 - c))) / 2, others so far off nothing.

    It is 0 for EAST and NORTH, 1 for the other two. Only NORTH has an other that is as near.
    """
    points, labels = [EAST, NORTH, WEST, WEST], [0, 0, 1, 1]
    apart, together = math.log(1 + math.e) / 2, math.log(1 + 1 / math.e) / 2
    every = value(loss_of("multi_similarity", margin=3.0), points, labels)
    assert every == pytest.approx((2 * apart + 2 * together) / 4, rel=1e-5)
    hard = value(loss_of("multi_similarity", margin=0.1), points, labels)
    assert hard == pytest.approx(apart / 4, rel=1e-5)


def test_proxy_anchor() -> None:
    """EAST draws its own proxy (cosine 1); the other one (cosine 0) counts for half of two."""
    loss = loss_of("proxy_anchor", margin=0.0)
    assert isinstance(loss, ProxyAnchor)
    with torch.no_grad():
        loss.loss.proxies.copy_(torch.tensor([EAST, NORTH]))
    expected = math.log(1 + math.exp(-2)) + math.log(1 + math.exp(0)) / 2
    assert value(loss, [EAST], [0]) == pytest.approx(expected)


def test_siamese() -> None:
    """Distances 1, 0 and sqrt(2): same costs 1, same 0, different (2 - sqrt(2)) squared."""
    points, same = at(0, 30, 90, 60, 30, 0).tolist(), [True, True, False]
    expected = (1 + 0 + (2 - 2**0.5) ** 2) / 3
    assert value(loss_of("siamese", margin=2.0), points, same) == pytest.approx(expected, abs=1e-6)
    assert value(loss_of("siamese", margin=1.4), points, same) == pytest.approx(1 / 3, abs=1e-6)


def test_a_pair_in_one_place_has_a_gradient_that_is_a_number() -> None:
    embeddings = torch.from_numpy(at(10, 10, 10, 10)).requires_grad_()
    loss_of("siamese", margin=2.0)(embeddings, torch.tensor([True, False]), 0.0).backward()
    assert embeddings.grad is not None and embeddings.grad.isfinite().all()
