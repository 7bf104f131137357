"""What phase 1 learns: targets that follow the shift, batches as told, and cells by heart."""

from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import nn

from rasm.losses.cells import embedding_loss, naming_loss
from rasm.nets.compute import Compute
from rasm.nets.device import make_fabric
from rasm.primitives.assignment import as_bits, nearest_primitives
from rasm.primitives.patterns import find_patterns
from rasm.primitives.vocabulary import cluster
from rasm.raster.packing import pack, slice_cells
from rasm.raster.tensors import unpack_bits
from rasm.reading.cells import as_pictures, cut, predict_cells
from rasm.training.loop import fit
from rasm.training.phase1 import CellAugmentation, cell_task, nearest_centroids
from rasm.training.task import Task
from tests.nets.small import cell_cnn
from tests.raster.real_glyphs import rasters_of
from tests.training.tajawal import tajawal
from tests.training.toy import fabric, params, silent

CPU = torch.device("cpu")
STILL = CellAugmentation(translate_px=0, blur_sigma_max=0, gamma_jitter=0)
SEED_AUGMENTATION = CellAugmentation(translate_px=2, blur_sigma_max=0.6, gamma_jitter=0.05)


def some_cells(seed: int = 0) -> NDArray[np.float32]:
    generator = np.random.default_rng(seed)
    return (generator.random((40, 64)) < 0.5).astype(np.float32)


def task(rasters: NDArray[np.uint8], centroids: NDArray[np.float32], **changes: Any) -> Task:
    settings: dict[str, Any] = {
        "grid": 16,
        "batch_size": 256,
        "cells_per_epoch": 1024,
        "empty_share": 0.1,
        "augmentation": SEED_AUGMENTATION,
        "device": CPU,
    }
    bits = some_cells()
    validation = (bits, nearest_primitives(bits, centroids), np.ones(len(bits), dtype=np.int64))
    return cell_task(rasters, centroids, validation, naming_loss(), **{**settings, **changes})


def test_nearest_is_that_of_the_assignment() -> None:
    bits, centroids = some_cells(), some_cells(1)[:7]
    bits[3] = 0
    found = nearest_centroids(torch.from_numpy(bits), torch.from_numpy(centroids))
    np.testing.assert_array_equal(found.numpy(), nearest_primitives(bits, centroids))


def test_near_ties_fall_as_they_do_in_float64_whatever_the_precision_around() -> None:
    """Squared distances 1.01 and, a hair less, 1 + 0.099999^2, which are one in bfloat16."""
    cell = torch.zeros(1, 64)
    cell[0, :2] = 1
    centres = torch.zeros(2, 64)
    centres[0, 0], centres[1, 1] = 0.9, 0.900001
    halves = make_fabric(Compute(accelerator="cpu", precision="bf16-mixed", compile=False))
    with halves.autocast():
        assert (cell @ centres.T).unique().numel() == 1  # the tie that bfloat16 makes of it
        assert nearest_centroids(cell, centres).tolist() == [2]
        assert nearest_centroids(cell, centres.flip(0)).tolist() == [1]
    assert nearest_centroids(cell, centres).tolist() == [2]


def test_targets_of_real_cells_survive_autocast() -> None:
    cells = cut(unpack_bits(torch.from_numpy(tajawal()[:40])), 16)
    centroids = np.random.default_rng(0).random((200, 64)).astype(np.float32)
    halves = make_fabric(Compute(accelerator="cpu", precision="bf16-mixed", compile=False))
    with halves.autocast():
        found = nearest_centroids(cells, torch.from_numpy(centroids))
    np.testing.assert_array_equal(found, nearest_primitives(cells.numpy(), centroids))


def test_two_views_are_the_same_cells_seen_twice() -> None:
    (pictures, targets), *_ = task(tajawal(), some_cells(), views=2).batches(
        torch.Generator().manual_seed(0)
    )
    first, second = pictures.reshape(2, 128, 64).unbind()
    assert torch.equal(*targets.reshape(2, 128).unbind())
    assert int((targets == 0).sum()) == 2 * 13  # a tenth of 128
    assert not torch.equal(first, second)
    assert (first - second).abs().mean() < 0.1


def test_targets_follow_the_shift_and_inputs_are_disturbed_afterwards() -> None:
    """Without blur and gamma, what is seen is the shifted clean cell: its target is its own."""
    centroids = some_cells()
    shifted = SEED_AUGMENTATION.model_copy(update={"blur_sigma_max": 0, "gamma_jitter": 0})
    for pictures, targets in task(tajawal(), centroids, augmentation=shifted).batches(
        torch.Generator().manual_seed(0)
    ):
        bits = pictures.reshape(len(pictures), -1)
        assert set(bits.unique().tolist()) == {0.0, 1.0}
        np.testing.assert_array_equal(targets, nearest_primitives(bits.numpy(), centroids))


def test_blur_and_gamma_change_the_input_and_not_the_target() -> None:
    """The same draws, with and without: the random numbers of the shift come first."""
    shifted = SEED_AUGMENTATION.model_copy(update={"gamma_jitter": 0})
    (pictures, targets), *_ = task(tajawal(), some_cells(), augmentation=shifted).batches(
        torch.Generator().manual_seed(0)
    )
    grey = (pictures > 0) & (pictures < 1)
    assert grey.float().mean() > 0.1
    crisp = (pictures > 0.5).float().reshape(len(pictures), -1)
    agree = nearest_primitives(crisp.numpy(), some_cells()) == targets.numpy()
    assert agree.mean() > 0.9  # a blur of 0.6 pixels hardly moves the edge at one half


@pytest.mark.parametrize("grid", [8, 16, 32])
def test_a_batch_is_full_and_its_empty_cells_are_capped(grid: int) -> None:
    pixels = (128 // grid) ** 2
    centroids = (np.random.default_rng(0).random((8, pixels)) < 0.5).astype(np.float32)
    bits = centroids[:2]
    one = cell_task(
        tajawal(),
        centroids,
        (bits, nearest_primitives(bits, centroids), np.ones(2, dtype=np.int64)),
        naming_loss(),
        grid=grid,
        batch_size=1024,
        cells_per_epoch=4096,
        empty_share=0.1,
        augmentation=STILL,
        device=CPU,
    )
    batches = list(one.batches(torch.Generator().manual_seed(0)))
    assert len(batches) == one.steps == 4
    for pictures, targets in batches:
        assert pictures.shape == (1024, 1, 128 // grid, 128 // grid)
        assert int((targets == 0).sum()) == 102


def test_an_epoch_smaller_than_a_batch_still_has_a_step() -> None:
    assert task(tajawal(), some_cells(), cells_per_epoch=100).steps == 1


def test_validation_weighs_patterns_by_their_occurrences() -> None:
    """Always answering 1: right on one of two inked patterns (3 of 4 cells), wrong on 6 empty."""
    bits = np.zeros((3, 64), dtype=np.float32)
    bits[1, 0] = bits[2, 1] = 1
    counts = np.array([6, 3, 1])
    one = cell_task(
        tajawal(),
        some_cells(),
        (bits, np.array([0, 1, 2], dtype=np.uint16), counts),
        naming_loss(),
        grid=16,
        batch_size=8,
        cells_per_epoch=8,
        empty_share=0.1,
        augmentation=STILL,
        device=CPU,
    )

    class Always(nn.Module):
        def forward(self, cells: torch.Tensor) -> torch.Tensor:
            return torch.eye(3)[1].expand(len(cells), 3)

    metrics = one.validate(Always())
    assert metrics["val_accuracy"] == pytest.approx(0.3)
    assert metrics["val_accuracy_inked"] == pytest.approx(0.75)
    assert one.monitor == "val_accuracy_inked"


@pytest.mark.slow
def test_5000_cells_are_learnt_by_heart(tmp_path: Any) -> None:
    """If the network cannot even do this, more data will not help."""
    masks = np.stack([raster.mask for raster in rasters_of("tajawal").values()])
    patterns, _ = find_patterns([slice_cells(masks, 16)], 16)
    bits = as_bits(patterns.cells[1:])
    weights = patterns.counts[1:].astype(np.float64)
    centroids = cluster(bits, weights, 64, iterations=10, seed=0).centroids
    chosen = np.random.default_rng(0).choice(len(bits), 4500, p=weights / weights.sum())
    cells = torch.from_numpy(np.concatenate([bits[chosen], np.zeros((500, 64), np.float32)]))
    targets = torch.from_numpy(nearest_primitives(cells.numpy(), centroids).astype(np.int64))

    def batches(generator: torch.Generator) -> Any:
        for index in torch.randperm(5000, generator=generator).split(100):
            yield as_pictures(cells[index]), targets[index]

    one = Task(
        batches,
        50,
        lambda model, batch, progress: nn.functional.cross_entropy(model(batch[0]), batch[1]),
        lambda model: {"accuracy": float((predict_cells(model, cells) == targets).float().mean())},
        "accuracy",
    )
    torch.manual_seed(0)
    model = cell_cnn(vocabulary=65)
    history = fit(
        model,
        one,
        params(epochs=14, lr=0.004, early_stop_patience=14),
        fabric=fabric(),
        seed=0,
        snapshot=tmp_path / "snapshot.pt",
        fingerprint={},
        track=silent,
    )
    assert max(row["accuracy"] for row in history) >= 0.99
    assert one.validate(model)["accuracy"] >= 0.99


@pytest.mark.slow
def test_an_embedding_learns_the_names_and_puts_like_cells_side_by_side(tmp_path: Any) -> None:
    masks = np.stack([raster.mask for raster in rasters_of("tajawal").values()])
    patterns, _ = find_patterns([slice_cells(masks, 16)], 16)
    bits, counts = as_bits(patterns.cells), patterns.counts
    centroids = cluster(bits[1:], counts[1:].astype(np.float64), 32, iterations=5, seed=0).centroids
    truth = nearest_primitives(bits, centroids)
    one = cell_task(
        pack(masks),
        centroids,
        (bits, truth, counts),
        embedding_loss(None, 0.1),
        grid=16,
        batch_size=256,
        cells_per_epoch=256 * 40,
        empty_share=0.1,
        augmentation=SEED_AUGMENTATION,
        device=CPU,
        views=2,
    )
    torch.manual_seed(0)
    model = cell_cnn(vocabulary=33, embedding=8, temperature=0.1)
    settings = params(epochs=2, lr=0.004)
    fit(
        model,
        one,
        settings,
        fabric=fabric(),
        seed=0,
        snapshot=tmp_path / "snapshot.pt",
        fingerprint={},
        track=silent,
    )
    with torch.inference_mode():
        assert one.validate(model)["val_accuracy_inked"] > 0.85
        vectors = model.encode(as_pictures(torch.from_numpy(bits[1:])))
    beside = (vectors @ vectors.T).fill_diagonal_(-1).argmax(dim=1).numpy() + 1
    assert (truth[beside] == truth[1:]).mean() > 0.85
