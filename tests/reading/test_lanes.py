"""Glyphs read side by side come back in their order, each once."""

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from rasm.inputs.examples import Examples
from rasm.reading.lanes import Lanes

CPU = torch.device("cpu")


class Noting(nn.Module):
    """Answers with its input and cue, and notes how it was asked."""

    def __init__(self) -> None:
        super().__init__()
        self.sizes: list[int] = []
        self.threads: list[int] = []

    def forward(self, inputs: Tensor, cues: Tensor | None = None) -> Tensor:
        self.sizes.append(len(inputs))
        self.threads.append(torch.get_num_threads())
        assert torch.is_inference_mode_enabled()
        return inputs if cues is None else torch.cat([inputs, cues], dim=1)


def examples(count: int, with_cues: bool) -> Examples:
    rows = torch.arange(count)[:, None]
    cues = -rows.float() if with_cues else None
    return Examples(rows, np.zeros(0, dtype=np.int64), lambda seen, _: 2.0 * seen, cues)


@pytest.mark.parametrize("with_cues", [False, True])
@pytest.mark.parametrize(
    ("count", "size", "parts"), [(1, 1, 1), (5, 8, 1), (32, 32, 1), (70, 32, 3)]
)
def test_in_order_and_in_parts_of_one_size(
    count: int, size: int, parts: int, with_cues: bool
) -> None:
    model, rows = Noting(), torch.arange(count)[:, None].float()
    found = Lanes(CPU, "32-true").predict(model, examples(count, with_cues))()
    assert torch.equal(found, torch.cat([2 * rows, -rows], 1) if with_cues else 2 * rows)
    assert model.sizes == [size] * parts


def test_a_lane_is_one_thread_and_the_caller_keeps_his() -> None:
    own = torch.get_num_threads()
    torch.set_num_threads(3)
    try:
        model = Noting()
        Lanes(CPU, "32-true").predict(model, examples(100, False))()
        assert set(model.threads) == {1}
        assert torch.get_num_threads() == 3
    finally:
        torch.set_num_threads(own)


def test_what_a_network_raises_is_raised_where_it_is_asked_for() -> None:
    asked = Lanes(CPU, "32-true").predict(nn.Linear(3, 1), examples(2, False))
    with pytest.raises(RuntimeError):
        asked()
