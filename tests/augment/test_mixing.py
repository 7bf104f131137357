"""Mixed pictures and targets that agree: each share can be read off the picture."""

import torch

from rasm.augment.mixing import mix, mixer
from rasm.augment.presets import Preset
from tests.augment.levels import PRESETS

MIXUP = PRESETS["medium"].model_copy(update={"mixup_alpha": 1.0, "cutmix_alpha": 0})
CUTMIX = PRESETS["medium"].model_copy(update={"mixup_alpha": 0})
CLASSES = 8


def batch(each: int = 1) -> tuple[torch.Tensor, torch.Tensor]:
    """Class k is a picture of which channel k is 1 and the rest 0, `each` of them in a row."""
    targets = torch.arange(CLASSES).repeat_interleave(each)
    pictures = torch.eye(CLASSES)[targets][:, :, None, None].expand(-1, -1, 16, 16)
    return pictures.clone(), targets


def test_shares_of_classes_are_the_shares_of_their_ink() -> None:
    for preset in (MIXUP, CUTMIX, PRESETS["medium"]):
        for seed in range(20):
            pictures, shares = mix(*batch(), CLASSES, preset, seed)
            assert pictures.shape == (CLASSES, CLASSES, 16, 16) and shares.dtype == torch.float32
            torch.testing.assert_close(pictures.mean(dim=(2, 3)), shares, rtol=0, atol=1e-5)
            torch.testing.assert_close(shares.sum(dim=1), torch.ones(CLASSES))


def test_mixup_blends_evenly_and_cutmix_cuts() -> None:
    blended = mix(*batch(), CLASSES, MIXUP, 3)[0]
    assert torch.equal(blended, blended[:, :, :1, :1].expand_as(blended))
    assert len(blended.unique()) > 2
    cut = mix(*batch(), CLASSES, CUTMIX, 3)[0]
    assert set(cut.unique().tolist()) == {0, 1}


def test_rows_keep_their_places_and_every_one_is_a_partner_once() -> None:
    for seed in range(20):
        share = mix(*batch(), CLASSES, MIXUP, seed)[1]
        own = share.diagonal()
        torch.testing.assert_close(own, own[:1].expand(CLASSES))
        torch.testing.assert_close(share.sum(dim=0), torch.ones(CLASSES))


def test_partners_of_a_balanced_batch_are_of_other_classes() -> None:
    """Neighbours, four in a row of one class, would mix three of four with their own."""
    mixed = [(mix(*batch(4), CLASSES, MIXUP, seed)[1] > 0).sum(dim=1) for seed in range(20)]
    assert float((torch.cat(mixed) == 2).float().mean()) > 0.8  # 28 / 31 by chance


def test_both_ways_of_mixing_are_taken_equally_often() -> None:
    cut = [
        set(mix(*batch(), CLASSES, PRESETS["medium"], seed)[0].unique().tolist()) <= {0, 1}
        for seed in range(100)
    ]
    assert 30 < sum(cut) < 70


def test_minimal_mixes_nothing() -> None:
    pictures, targets = batch()
    same, shares = mix(pictures, targets, CLASSES, PRESETS["minimal"], 1)
    assert torch.equal(same, pictures) and torch.equal(shares, torch.eye(CLASSES))


def test_a_seed_decides_alone_and_the_batch_is_left_alone() -> None:
    def mixed(seed: int, preset: Preset = PRESETS["heavy"]) -> torch.Tensor:
        return mix(pictures, targets, CLASSES, preset, seed)[0]

    pictures, targets = batch()
    before = torch.get_rng_state()
    once = mixed(4)
    assert torch.equal(torch.get_rng_state(), before)
    torch.manual_seed(1)
    assert torch.equal(mixed(4), once) and not torch.equal(mixed(5), once)
    assert torch.equal(pictures, batch()[0])


def test_a_mixer_goes_by_a_generator() -> None:
    mixed = mixer(MIXUP, CLASSES)
    assert mixed is not None
    one, other = (torch.Generator().manual_seed(5) for _ in range(2))
    first, second = (mixed(*batch(), one)[1] for _ in range(2))
    assert first.shape == (CLASSES, CLASSES) and not torch.equal(first, second)
    assert torch.equal(mixed(*batch(), other)[1], first)


def test_what_mixes_nothing_is_no_mixer() -> None:
    assert mixer(PRESETS["minimal"], CLASSES) is None
    assert mixer(MIXUP, CLASSES) is not None and mixer(CUTMIX, CLASSES) is not None
