"""A recogniser loaded from the files of a run."""

import shutil
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from rasm.nets.compute import Compute
from rasm.nets.kinds import build_grid_net
from rasm.nets.raster_cnn import RasterCNN
from rasm.nets.weights import read_card, save_weights
from rasm.query.check import check_face
from rasm.query.recognizer import Recognizer
from rasm.raster.face import draw_file
from rasm.raster.packing import unpack
from rasm.reading.cells import NamedCells
from rasm.store.sealed import write_sealed
from tests.fonts.building import package_file
from tests.query.trained import FONT, known_rasters
from tests.raster.real_glyphs import DEFAULT

pytestmark = pytest.mark.slow  # the run of these tests takes seconds to train


def test_it_knows_what_it_learnt(outputs: Path) -> None:
    recognizer = Recognizer.load(outputs)
    assert recognizer.policy == DEFAULT
    rasters = known_rasters()
    scores = recognizer.classify(np.stack([raster.mask for raster in rasters.values()]))
    assert scores.shape == (len(rasters), recognizer.shapes.count)
    np.testing.assert_allclose(scores.sum(axis=1), 1)
    number = {label: i for i, label in enumerate(recognizer.labels)}
    truth = recognizer.shapes.class_of[[number[label] for label in rasters]]
    assert np.mean(scores.argmax(axis=1) == truth) > 0.97


def test_answers_do_not_depend_on_the_company(outputs: Path) -> None:
    recognizer = Recognizer.load(outputs)
    masks = np.stack([raster.mask for raster in list(known_rasters().values())[:5]])
    alone = np.concatenate([recognizer.classify(mask[None]) for mask in masks])
    np.testing.assert_allclose(recognizer.classify(masks), alone, atol=0.02)  # bf16 rounds


def test_a_claim_that_the_baseline_confirms_is_not_read_twice(
    outputs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Right claims get the baseline's answer, wrong ones the fusion's, of equal pictures too."""
    recognizer = Recognizer.load(outputs)
    masks = np.stack([raster.mask for raster in known_rasters().values()])
    fused = recognizer.classify(masks)
    asked: list[int] = []
    read = NamedCells.grids

    def counted(reader: NamedCells, masks: NDArray[np.bool_], grid: int) -> NDArray[np.int32]:
        asked.append(len(masks))
        return read(reader, masks, grid)

    monkeypatch.setattr(NamedCells, "grids", counted)
    right = fused.argmax(axis=1)
    wrong = (right + 1) % fused.shape[1]
    monkeypatch.setattr("rasm.query.recognizer._CONFIRMED", 0.5)
    found = recognizer.classify(
        np.concatenate([masks, masks]), None, np.concatenate([right, wrong])
    )
    sure, refused = np.split(found, 2)
    np.testing.assert_allclose(refused, fused, atol=0.02)  # bf16 rounds
    assert np.array_equal(sure.argmax(axis=1), right)
    assert len(asked) == 1 and len(set(map(bytes, masks))) <= asked[0] < 1.5 * len(masks)


def test_a_run_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"trust\.json is missing: `make run` trains one"):
        Recognizer.load(tmp_path)


@pytest.mark.parametrize("name", ["phase2", "baseline"])
def test_a_network_that_reads_size_cues_is_told_them_by_a_font(
    outputs: Path, tmp_path: Path, name: str
) -> None:
    """A bare picture lacks them, and says so."""
    run = Path(shutil.copytree(outputs, tmp_path / "outputs"))
    folder = run / "checkpoints" / name
    card = read_card(folder)
    card["architecture"]["size_cues"] = True
    kind = build_grid_net if name == "phase2" else RasterCNN
    save_weights(folder, kind(**card["architecture"]), card)
    recognizer = Recognizer.load(run)
    (face,) = draw_file(package_file(FONT), DEFAULT).faces
    assert check_face(face, recognizer).verdicts
    with pytest.raises(ValueError, match="trained with size cues, which a bare picture lacks"):
        recognizer.classify(unpack(face.rasters))


def test_what_to_compute_on_is_asked_for(outputs: Path) -> None:
    wanted = Compute(accelerator="cpu", precision="bf16-mixed", compile=False)
    recognizer = Recognizer.load(outputs, wanted)
    assert (recognizer.device.type, recognizer.precision) == ("cpu", "bf16-mixed")
    assert recognizer.compute == wanted, "for the embedder, which is loaded when it is asked"


def test_networks_of_two_runs_do_not_mix(outputs: Path) -> None:
    folder = outputs / "checkpoints/phase2"
    card, original = read_card(folder), (folder / "model.json").read_bytes()
    write_sealed(folder / "model.json", {**card, "centroid_sha1": "other"})
    with pytest.raises(ValueError, match="know other primitives"):
        Recognizer.load(outputs)
    (folder / "model.json").write_bytes(original)
