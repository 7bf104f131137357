"""Networks small enough for a test: a test names what it is about, the rest is written here."""

from typing import Any

from rasm.nets.cell_cnn import CellCNN
from rasm.nets.embedder import Embedder
from rasm.nets.glyph_net import GlyphHead
from rasm.nets.grid_cnn import GridCNN
from rasm.nets.grid_transformer import GridTransformer
from rasm.nets.raster_cnn import RasterCNN

LINEAR: dict[str, Any] = {"dropout": 0.0, "cosine_scale": None, "size_cues": False}
"""Head of a glyph classifier."""
CELL_CNN: dict[str, Any] = {"cell": 8, "vocabulary": 20, "dropout": 0.0}
GRID_CNN: dict[str, Any] = {
    "classes": 5,
    "vocabulary": 20,
    "embedding": 6,
    "width": 8,
    "blocks": 1,
    **LINEAR,
}
GRID_TRANSFORMER: dict[str, Any] = {
    "classes": 5,
    "vocabulary": 20,
    "grid": 16,
    "patch": 2,
    "embedding": 6,
    "width": 16,
    "layers": 2,
    "heads": 2,
    "mlp": 24,
    "position": "learned",
    "pooling": "cls",
    **LINEAR,
}
RASTER_CNN: dict[str, Any] = {"classes": 5, "width": 4, "blocks": 1, "channels": ["ink"], **LINEAR}
EMBEDDER: dict[str, Any] = {
    "backbone": {"kind": "small", "width": 4, "layout": 1},
    "head": {"kind": "linear"},
    "dimension": 5,
    "neck": False,
    "channels": 1,
}


def cell_cnn(**changes: Any) -> CellCNN:
    return CellCNN(**{**CELL_CNN, **changes})


def grid_cnn(**changes: Any) -> GridCNN:
    return GridCNN(**{**GRID_CNN, **changes})


def grid_transformer(**changes: Any) -> GridTransformer:
    return GridTransformer(**{**GRID_TRANSFORMER, **changes})


def raster_cnn(**changes: Any) -> RasterCNN:
    return RasterCNN(**{**RASTER_CNN, **changes})


def embedder(**changes: Any) -> Embedder:
    return Embedder(**{**EMBEDDER, **changes})


def head(**changes: Any) -> GlyphHead:
    return GlyphHead(**{"features": 8, "classes": 5, **LINEAR, **changes})
