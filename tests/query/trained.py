"""A small recogniser that knows a third of a real font by heart, as the files of a run."""

from pathlib import Path
from typing import Any

import numpy as np
import torch

from rasm.inputs.examples import Examples, plain_grids, plain_rasters
from rasm.labels.filtering import class_indices
from rasm.labels.homoglyphs import (
    ShapeClasses,
    ShapeFile,
    coincidence,
    label_prior,
    merge,
    write_shape_file,
)
from rasm.losses.cells import naming_loss
from rasm.nets.cell_cnn import CellCNN
from rasm.nets.kinds import build_grid_net
from rasm.nets.raster_cnn import RasterCNN
from rasm.nets.weights import save_weights
from rasm.primitives.assignment import as_bits, nearest_primitives
from rasm.primitives.patterns import find_patterns
from rasm.primitives.vocabulary import centroid_sha1, cluster
from rasm.raster.glyph import Raster
from rasm.raster.packing import pack, slice_cells
from rasm.reading.cells import predict_cells
from rasm.reading.features import see
from rasm.reading.logits import predict
from rasm.store.json_file import write_json
from rasm.store.sealed import marks_of
from rasm.training.glyphs import glyph_task
from rasm.training.loop import fit
from rasm.training.phase1 import CellAugmentation, cell_task
from rasm.training.task import Task
from rasm.trust.calibration import calibrate, write_trust
from rasm.trust.conformal import SetParams
from rasm.trust.outliers import OutlierRule, learn_familiar, write_outlier_rule
from tests.raster.real_glyphs import DEFAULT, rasters_of
from tests.training.toy import fabric, glyph_params, params, silent

FONT = "tajawal"
VOCABULARY = 128
CPU = torch.device("cpu")
LINEAR: dict[str, Any] = {"dropout": 0.0, "cosine_scale": None, "size_cues": False}


def learn(folder: Path, model: torch.nn.Module, task: Task, card: Any, **settings: Any) -> None:
    fit(
        model,
        task,
        params(weight_decay=0.0001, early_stop_patience=99, **settings),
        fabric=fabric(),
        seed=0,
        snapshot=folder / "snapshot.pt",
        fingerprint={},
        track=silent,
    )
    save_weights(folder, model, card)


def known_rasters() -> dict[str, Raster]:
    """Every third glyph of the font, and all forms of the two letters that tests exchange."""
    return {
        label: raster
        for number, (label, raster) in enumerate(rasters_of(FONT).items())
        if number % 3 == 0 or label.partition("_")[0] in ("beh", "teh")
    }


def train(outputs: Path) -> None:
    """Write what `Recognizer.load` reads. Validation is training here: heart is what is wanted."""
    glyphs = known_rasters()
    number = class_indices(glyphs)
    labels = np.array([number[label] for label in glyphs])
    masks = np.stack([raster.mask for raster in glyphs.values()])
    packed = pack(masks)
    fonts = np.array([FONT] * len(glyphs))
    same, both = coincidence(fonts, labels, [row.tobytes() for row in packed], len(number))
    class_of = merge(same, both, min_share=0.5, min_fonts=1)
    shapes = ShapeClasses(class_of, label_prior(class_of, np.bincount(labels)))
    names = list(number)
    members = [
        [names[i] for i in np.flatnonzero(class_of == c).tolist()] for c in range(shapes.count)
    ]
    write_json(outputs / "meta/label_map.json", number)
    prior = shapes.prior.tolist()
    shape_file = ShapeFile(
        class_of=class_of.tolist(),
        prior=prior,
        members=members,
        train_counts=np.bincount(labels).tolist(),
        train_ceiling_strict=1.0,
        train_ceiling_shape=1.0,
        files=marks_of(outputs / "meta/label_map.json"),
    )
    write_shape_file(outputs / "meta/homoglyphs.json", shape_file)

    patterns, (numbered,) = find_patterns([slice_cells(masks, 16)], 16)
    bits = as_bits(patterns.cells)
    weights = patterns.counts[1:].astype(np.float64)
    vocabulary = cluster(bits[1:], weights, VOCABULARY - 1, iterations=10, seed=0)
    of_pattern = nearest_primitives(bits, vocabulary.centroids)
    torch.manual_seed(0)
    architecture: dict[str, Any] = {"cell": 8, "vocabulary": VOCABULARY, "dropout": 0.2}
    phase1 = CellCNN(**architecture)
    still = CellAugmentation(translate_px=0, blur_sigma_max=0, gamma_jitter=0)
    cells = cell_task(
        packed,
        vocabulary.centroids,
        (bits, of_pattern, patterns.counts),
        naming_loss(),
        grid=16,
        batch_size=512,
        cells_per_epoch=512 * 40,
        empty_share=0.1,
        augmentation=still,
        device=CPU,
    )
    sha1 = centroid_sha1(vocabulary.centroids)
    card: dict[str, Any] = {"architecture": architecture, "centroid_sha1": sha1}
    policy = {"grid": 16, "raster": DEFAULT.model_dump()}
    learn(outputs / "checkpoints/phase1", phase1, cells, {**card, **policy}, epochs=3, lr=0.003)
    with torch.inference_mode():
        named = predict_cells(phase1, torch.from_numpy(bits)).numpy()
    named[0] = 0

    logits = {}
    grids = torch.from_numpy(named[numbered].astype(np.int32)).reshape(-1, 16, 16)
    settings = glyph_params(batch_size=16)
    sizes = {"embedding": 32, "width": 24, "blocks": 1}
    architecture = {"classes": shapes.count, "vocabulary": VOCABULARY, **sizes, **LINEAR}
    phase2 = build_grid_net("cnn", **architecture)
    phase2.start_from(torch.from_numpy(vocabulary.centroids))
    asked = Examples(grids, labels, plain_grids)
    task = glyph_task(asked, asked, shapes, names, settings)
    card["architecture"] = {"kind": "cnn", **architecture}
    learn(outputs / "checkpoints/phase2", phase2, task, card, epochs=20, lr=0.004)

    rasters = torch.from_numpy(packed)
    sizes = {"width": 16, "blocks": 1}
    architecture = {"classes": shapes.count, "channels": ["ink"], **sizes, **LINEAR}
    baseline = RasterCNN(**architecture).to(memory_format=torch.channels_last)
    seen = Examples(rasters, labels, plain_rasters(baseline.channels))
    task = glyph_task(seen, seen, shapes, names, settings)
    card = {"architecture": architecture}
    learn(outputs / "checkpoints/baseline", baseline, task, card, epochs=20, lr=0.004)
    with torch.inference_mode():
        logits["phase2"] = predict(phase2, asked).numpy()
        logits["baseline"] = predict(baseline, seen).numpy()
    promises = SetParams(coverage=(0.9,), penalties=(), free=())
    found = calibrate(logits, class_of[labels], fonts, decay=1.0, sets=promises, seed=0)
    font = {"repeat": 0.01, "temperature": 1.0}
    write_trust(outputs / "trust/trust.json", {**found.fitted, "font": font})
    cues = np.zeros((1, 4), dtype=np.float32)
    known = see(baseline, packed, cues, fabric())
    familiar = learn_familiar(known, class_of[labels], [], seed=0)
    # By heart: what is known lies at distance 0, but for half precision.
    write_outlier_rule(outputs / "trust", OutlierRule(familiar, "knn", 0.2))
