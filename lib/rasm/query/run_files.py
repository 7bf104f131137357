"""The files of a trained run, looked at before any network is built.

Networks need PyTorch, whose import takes longer than drawing a font. So what needs no network is
found out first: whether the run is there, and how it drew its glyphs.
"""

from pathlib import Path

from rasm.raster.glyph import RasterPolicy
from rasm.store.json_file import read_json

CORPUS = "world"
"""The corpus that pictures are looked up in unless told otherwise: it knows the most scripts."""
_PHASE1 = "checkpoints/phase1/model.json"
_NEEDED = ("trust/trust.json", "meta/label_map.json", "meta/homoglyphs.json", _PHASE1)


def drawing_policy(outputs: Path) -> RasterPolicy:
    """How the run drew its glyphs. Raises FileNotFoundError that says how to make a run."""
    for needed in _NEEDED:
        if not (outputs / needed).is_file():
            raise FileNotFoundError(f"{outputs / needed} is missing: `make run` trains one")
    return RasterPolicy.model_validate(read_json(outputs / _PHASE1)["raster"])


def require_index(corpus: str, outputs: Path) -> None:
    """Raise FileNotFoundError when the run has no index of this corpus, naming those it has."""
    if not (outputs / "index" / corpus / "index.json").is_file():
        known = sorted(path.parent.name for path in outputs.glob("index/*/index.json"))
        there = f"; there are: {', '.join(known)}" if known else ": `make run` builds one"
        raise FileNotFoundError(f"{outputs / 'index' / corpus} is missing{there}")
