"""A corpus that can be looked up: letters of two fonts, and an embedder that was never trained.

Even an untrained network places equal pictures at one point, which is all that these tests ask.
"""

from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image

from rasm.inputs.scripts import ScriptInputParams
from rasm.nets.compute import Compute
from rasm.nets.embedder import Embedder
from rasm.nets.weights import save_weights
from rasm.reading.embeddings import PictureEmbedder
from rasm.retrieval.index import FlatParams, build_index
from rasm.retrieval.index_folder import Entry, save_index
from rasm.retrieval.voting import AnswerRule
from rasm.trust.matching import MatchRule
from rasm.trust.votes import VoteRule

FLAT = FlatParams(kind="flat", metric="l2")


def letter(name: str, size: int = 96) -> NDArray[np.uint8]:
    """`bar`, `cross`, `ring`, `hook` or `slash`, dark on white."""
    picture = np.full((size, size), 255, dtype=np.uint8)
    low, middle, high, pen = size // 8, size // 2, size * 7 // 8, max(2, size // 24)
    if name in ("bar", "cross", "hook"):
        picture[low:high, middle : middle + pen] = 0
    if name == "cross":
        picture[middle : middle + pen, low:high] = 0
    if name == "hook":
        picture[high - pen : high, low:middle] = 0
    if name == "slash":
        y, x = np.mgrid[:size, :size]
        picture[(np.abs(x + y - size) < pen) & (np.abs(x - y) < size // 2)] = 0
    if name == "ring":
        y, x = np.mgrid[:size, :size] - middle
        picture[np.abs(np.hypot(x, y) - size / 3) < pen] = 0
    return picture


def write_world(
    outputs: Path,
    rule: AnswerRule | None = None,
    matching: MatchRule | None = None,
    votes: VoteRule | None = None,
) -> None:
    """The embedder and the index of a run that knows a bar, a cross and a ring."""
    torch.manual_seed(0)
    card: dict[str, Any] = {
        "backbone": {"kind": "small", "width": 4, "layout": 1},
        "head": {"kind": "linear"},
        "dimension": 16,
        "neck": False,
        "channels": 1,
    }
    folder = outputs / "checkpoints/embedder/world"
    view = ScriptInputParams(kind="scripts", picture=96, size=64, pen_px=4).card
    save_weights(folder, Embedder(**card).eval(), {"architecture": card, "view": view})
    plain = Compute(accelerator="cpu", precision="32-true", compile=False)
    embedder = PictureEmbedder.load(folder, plain)
    names = ("bar", "cross", "ring")
    embeddings = embedder.embed([letter(name) for name in names])
    entries = [Entry(n, "font", "Xxxx", (ord(n[0]),), i, "exemplar") for i, n in enumerate(names)]
    index = outputs / "index/world"
    index.mkdir(parents=True)
    built = build_index(embeddings, FLAT, 0)
    save_index(index, built, entries, FLAT, embedder.fingerprint, rule, matching, votes=votes)


def save_letter(folder: Path, name: str) -> Path:
    path = folder / f"{name}.png"
    Image.fromarray(letter(name)).save(path)
    return path
