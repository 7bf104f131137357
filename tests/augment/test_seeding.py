"""Seeds made of what is drawn for, and a global generator that nobody notices being used."""

import torch

from rasm.augment.seeding import item_seed, seeded


def test_every_item_of_every_epoch_has_a_seed_of_its_own() -> None:
    """(1, 2) and (2, 1) are not one seed, as they would be if their parts were added up."""
    names = [(seed, epoch, item) for seed in (0, 1) for epoch in range(20) for item in range(50)]
    seeds = [item_seed(*name) for name in names]
    assert len(set(seeds)) == len(names)
    assert seeds == [item_seed(*name) for name in names]
    assert all(0 <= seed < 2**64 for seed in seeds)
    assert max(seeds) > 2**63 and min(seeds) < 2**60, "not spread over all 64 bits"


def test_a_block_repeats_itself_and_leaves_no_trace() -> None:
    torch.manual_seed(5)
    wanted = torch.rand(3)
    torch.manual_seed(5)
    drawn = []
    for seed in (8, 8, 9):
        with seeded(seed):
            drawn.append(torch.rand(3))
    assert torch.equal(drawn[0], drawn[1]) and not torch.equal(drawn[0], drawn[2])
    assert torch.equal(torch.rand(3), wanted)


def test_an_error_inside_leaves_no_trace_either() -> None:
    before = torch.get_rng_state()
    try:
        with seeded(2**64 - 1):
            torch.rand(1)
            raise KeyError
    except KeyError:
        pass
    assert torch.equal(torch.get_rng_state(), before)
