"""Which items an epoch sees."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from rasm.training.task import shuffled_batches, steps_per_epoch


@given(st.integers(1, 60), st.integers(1, 20), st.integers(0, 3))
def test_full_batches_of_distinct_items(count: int, size: int, seed: int) -> None:
    batches = list(shuffled_batches(count, size, torch.Generator().manual_seed(seed)))
    assert len(batches) == steps_per_epoch(count, size)
    seen = torch.cat(batches).tolist()
    assert len(set(seen)) == len(seen)
    assert set(seen) <= set(range(count))
    assert {len(batch) for batch in batches} == {min(size, count)}


@pytest.mark.parametrize(("count", "size", "steps"), [(10, 3, 3), (9, 3, 3), (2, 3, 1)])
def test_steps(count: int, size: int, steps: int) -> None:
    assert steps_per_epoch(count, size) == steps


def test_epochs_differ_and_a_seed_repeats_one() -> None:
    generator = torch.Generator().manual_seed(0)
    (first,), (second,) = (list(shuffled_batches(50, 50, generator)) for _ in range(2))
    (again,) = shuffled_batches(50, 50, torch.Generator().manual_seed(0))
    assert torch.equal(first, again)
    assert not torch.equal(first, second)
