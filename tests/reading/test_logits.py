"""All recognisers asked about the same glyphs, from their files alone."""

from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from rasm.nets.cell_cnn import CellCNN
from rasm.nets.kinds import build_grid_net
from rasm.nets.raster_cnn import RasterCNN
from rasm.nets.weights import save_weights
from rasm.primitives.assignment import as_bits
from rasm.primitives.patterns import find_patterns, write_cells
from rasm.raster.channels import Channel, stack_channels
from rasm.raster.packing import pack, slice_cells
from rasm.reading.cells import predict_cells
from rasm.reading.logits import GlyphFiles, Logits, RecogniserFolders, logits_of_all
from rasm.store.manifest import Roster
from rasm.store.records import Records, key_of, write_records
from tests.nets.small import CELL_CNN, GRID_TRANSFORMER, RASTER_CNN
from tests.raster.real_glyphs import rasters_of
from tests.training.toy import fabric

GRID = {"kind": "transformer", **GRID_TRANSFORMER}
MASKS = np.stack([raster.mask for raster in list(rasters_of("tajawal").values())[:6]])
IDS = np.array([2, 3, 5, 7, 11, 13])


def save(folder: Path, architecture: dict[str, Any], kind: Any, seed: int = 0) -> Any:
    torch.manual_seed(seed)
    model = kind(**architecture)
    save_weights(folder, model, {"architecture": architecture})
    return model.eval()


@pytest.fixture
def outputs(tmp_path: Path) -> Path:
    """Stores of six glyphs, where the grids are phase 1's own, and one network of each kind."""
    patterns, (numbers,) = find_patterns([slice_cells(MASKS, 16)], 16)
    ids = IDS.tolist()
    write_cells(tmp_path / "cells", patterns, zip(ids, numbers, strict=True))
    write_records(
        tmp_path / "rasters",
        ((key_of(n), pack(mask).tobytes()) for n, mask in zip(ids, MASKS, strict=True)),
    )
    phase1 = save(tmp_path / "phase1", CELL_CNN, CellCNN)
    named = predict_cells(phase1, torch.from_numpy(as_bits(patterns.cells))).numpy()
    named[0] = 0
    grids = named[numbers].astype("<u2")
    write_records(
        tmp_path / "grids", ((key_of(n), g.tobytes()) for n, g in zip(ids, grids, strict=True))
    )
    save(tmp_path / "phase2", GRID, build_grid_net, seed=1)
    save(tmp_path / "baseline", RASTER_CNN, RasterCNN)
    return tmp_path


def ask(outputs: Path, ids: Any = IDS, cue: float = 0.0) -> Logits:
    count = len(ids)
    roster = Roster(
        glyph_ids=np.asarray(ids),
        labels=np.zeros(count, dtype=np.int64),
        fonts=np.array(["f"] * count),
        families=np.array(["F"] * count),
        char_classes=np.array(["isol"] * count),
        is_diacritic=np.zeros(count, dtype=bool),
        cues=np.full((count, 4), cue, dtype=np.float32),
    )
    return logits_of_all(
        roster,
        GlyphFiles(**{field.name: outputs / field.name for field in fields(GlyphFiles)}),
        RecogniserFolders(phase2=outputs / "phase2", baseline=outputs / "baseline"),
        fabric(),
    )


def test_answers_are_aligned_with_the_roster(outputs: Path) -> None:
    given = ask(outputs)
    turned = ask(outputs, IDS[::-1])
    assert given.keys() == {"phase2", "baseline"}
    for name, logits in given.items():
        assert logits.shape == (6, 5)
        np.testing.assert_allclose(turned[name], logits[::-1], atol=1e-5)


def test_the_baseline_sees_the_rasters(outputs: Path) -> None:
    model = save(outputs / "again", RASTER_CNN, RasterCNN)
    pictures = torch.from_numpy(MASKS).float()[:, None]
    np.testing.assert_allclose(
        ask(outputs)["baseline"], model(pictures).detach().numpy(), atol=1e-5
    )


def test_the_baseline_sees_the_channels_that_its_card_lists(outputs: Path) -> None:
    names: list[Channel] = ["ink", "skeleton"]
    model = save(outputs / "baseline", {**RASTER_CNN, "channels": names}, RasterCNN)
    pictures = stack_channels(torch.from_numpy(MASKS).float(), names)
    np.testing.assert_allclose(
        ask(outputs)["baseline"], model(pictures).detach().numpy(), atol=1e-5
    )


def test_phase_2_sees_the_grids(outputs: Path) -> None:
    model = save(outputs / "again", GRID, build_grid_net, seed=1)
    with Records(outputs / "grids") as store:
        grids = store.stack(IDS).view("<u2").astype(np.int64).reshape(6, 16, 16)
    expected = model(torch.from_numpy(grids)).detach().numpy()
    np.testing.assert_allclose(ask(outputs)["phase2"], expected, atol=1e-5)


@pytest.mark.parametrize("name", ["phase2", "baseline"])
def test_networks_that_read_size_cues_get_them(outputs: Path, name: str) -> None:
    if name == "phase2":
        save(outputs / "phase2", {**GRID, "size_cues": True}, build_grid_net)
    else:
        save(outputs / "baseline", {**RASTER_CNN, "size_cues": True}, RasterCNN)
    small, large = ask(outputs, cue=-3.0), ask(outputs, cue=3.0)
    assert not np.allclose(small.pop(name), large.pop(name), atol=1e-3)
    ((_, one),), ((_, other),) = small.items(), large.items()
    np.testing.assert_array_equal(one, other)


def test_networks_of_other_classes_are_refused(outputs: Path) -> None:
    save(outputs / "baseline", {**RASTER_CNN, "classes": 6}, RasterCNN)
    with pytest.raises(ValueError, match="disagree on the classes .*'baseline': 6"):
        ask(outputs)


def test_weights_in_the_wrong_place_are_named(outputs: Path) -> None:
    save(outputs / "phase2", RASTER_CNN, RasterCNN)
    with pytest.raises(ValueError, match="phase2 holds no weights of this network"):
        ask(outputs)
