"""The files of a trained run, looked at before any network is built.

Networks need PyTorch, whose import takes longer than drawing a font. So what needs no network is
found out first: where the run is, whether it is all there, and how it drew its glyphs.
"""

import os
from collections.abc import Sequence
from pathlib import Path

from pydantic import BaseModel

from rasm.raster.glyph import RasterPolicy
from rasm.store.json_file import read_json
from rasm.store.label_map import read_label_map
from rasm.store.sealed import read_sealed

CORPUS = "world"
"""The corpus that pictures are looked up in unless told otherwise: it knows the most scripts."""
GLYPHS = "arabic"
"""The corpus of the recogniser's own glyphs."""
PACKAGE = Path(__file__).resolve().parents[1]
IS_INSTALLED = not (PACKAGE.parents[1] / "params.yaml").is_file()
"""Whether this package was installed apart from any checkout."""
CHECKOUT = (
    Path(os.environ.get("XDG_DATA_HOME") or os.path.expanduser("~/.local/share"), "rasm")
    if IS_INSTALLED
    else PACKAGE.parents[1]
)
"""The checkout that this package lies in; of an installed one the user's folder for it."""
RELEASES = (PACKAGE if IS_INSTALLED else CHECKOUT) / "models"
"""Trained models that come with it, a folder a version."""
_PHASE1 = "checkpoints/phase1/model.json"
_NEEDED = ("trust/trust.json", "meta/label_map.json", "meta/homoglyphs.json", _PHASE1)


class _Phase1Card(BaseModel, frozen=True):
    raster: RasterPolicy


class _IndexCard(BaseModel, frozen=True):
    count: int
    scripts: dict[str, int]


def default_outputs() -> Path:
    """`outputs` of the current folder if it holds a run, else that of the checkout, else a release.

    A run that has only begun is one too. Of released models the last one counts. Raises
    FileNotFoundError that names the places when none holds any.
    """
    places = dict.fromkeys([Path.cwd() / "outputs", CHECKOUT / "outputs"])
    for outputs in places:
        if _holds_run(outputs):
            return outputs
    if released := sorted(filter(_holds_run, RELEASES.glob("*")), key=lambda path: path.name):
        return released[-1]
    made = "`make run` in a checkout of Rasm" if IS_INSTALLED else f"`make run` in {CHECKOUT}"
    raise FileNotFoundError(
        f"no run in {' or '.join(map(str, places))}: {made} makes one, "
        "`--outputs` names the folder of another"
    )


def _holds_run(outputs: Path) -> bool:
    needed = any((outputs / name).is_file() for name in _NEEDED)
    return needed or any(outputs.glob("index/*/index.json"))


def added_beside(outputs: Path) -> Path:
    """Where added classes lie: `dataset/added` beside the folder of the run; `models` has none."""
    beside = Path(os.path.abspath(outputs)).parent
    return (CHECKOUT if beside == RELEASES else beside) / "dataset/added"


def holds_recognizer(outputs: Path) -> bool:
    """Whether the run holds a recogniser, and not only corpora to look pictures up in."""
    return all((outputs / name).is_file() for name in _NEEDED)


def drawing_policy(outputs: Path) -> RasterPolicy:
    """How the run drew its glyphs. Raises FileNotFoundError that says how to make a run."""
    for needed in _NEEDED:
        if not (outputs / needed).is_file():
            raise FileNotFoundError(f"{outputs / needed} is missing: `make run` trains one")
    return read_sealed(outputs / _PHASE1, _Phase1Card).raster


def require_index(corpus: str, outputs: Path) -> None:
    """Raise FileNotFoundError when the run has no index of this corpus, naming those it has."""
    if not (outputs / "index" / corpus / "index.json").is_file():
        known = sorted(path.parent.name for path in outputs.glob("index/*/index.json"))
        there = f"; there are: {', '.join(known)}" if known else ": `make run` builds one"
        raise FileNotFoundError(f"{outputs / 'index' / corpus} is missing{there}")


def ranker_folder(corpus: str, outputs: Path) -> Path | None:
    """Where the quality ranker of a corpus lies; None where the run has none."""
    folder = outputs / "checkpoints/ranker" / corpus
    return folder if (folder / "model.json").is_file() else None


def require_ranker(corpus: str, outputs: Path) -> Path:
    """The folder of a corpus's ranker; FileNotFoundError where there is none, naming those."""
    if folder := ranker_folder(corpus, outputs):
        return folder
    known = sorted(path.parent.name for path in outputs.glob("checkpoints/ranker/*/model.json"))
    there = f"; there are: {', '.join(known)}" if known else ": `make run` trains one"
    raise FileNotFoundError(f"{outputs / 'checkpoints/ranker' / corpus} is missing{there}")


def embedders_of(outputs: Path, corpora: Sequence[str] | None = None) -> Sequence[str]:
    """The corpora of a run that have an embedder; those asked for, where some are.

    Raises FileNotFoundError for one that has none, naming those that have.
    """
    known = sorted(path.parent.name for path in outputs.glob("checkpoints/embedder/*/model.json"))
    for corpus in corpora or ():
        if corpus not in known:
            there = ", ".join(known) or "none"
            raise FileNotFoundError(f"{outputs} has no embedder of '{corpus}'; there are: {there}")
    return corpora or known


def about_run(outputs: Path) -> dict[str, object]:
    """What a run knows, and what was measured of it on test families where its metrics are there.

    Raises FileNotFoundError as `drawing_policy` does.
    """
    drawing_policy(outputs)
    told: dict[str, object] = {"labels": len(read_label_map(outputs / "meta/label_map.json"))}
    measured = outputs / "metrics/font.json"
    if measured.is_file():
        scores = read_json(measured, dict[str, float])
        for name in ("strict_top1", "shape_top1", "letter_top1"):
            low, high = scores[f"{name}_low"], scores[f"{name}_high"]
            told[name] = f"{scores[name]:.3f} ({low:.3f} to {high:.3f})"
    for card in sorted(outputs.glob("index/*/index.json")):
        known = read_sealed(card, _IndexCard)
        scripts = f", scripts: {len(known.scripts)}" if len(known.scripts) > 1 else ""
        told[f"corpus {card.parent.name}"] = f"{known.count} pictures{scripts}"
    return told
