"""The released model: `python -m experiments.release VERSION [OUTPUTS]`, after `make full`.

What `rasm` and `Recognizer` need of a run, small enough for git: networks with their matrices in
half precision, the indexes, labels and calibration as they are, and the metrics of the run, which
its page tells. The folder is loaded as the outputs of any run are. What it then says of fonts of
the test families stands in check.json: a test asks it again.
"""

import json
import shutil
import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load, save_file
from torch import Tensor

from experiments.commands import output
from rasm.labels.pins import pinned_packages
from rasm.nets.compute import Compute
from rasm.nets.weights import read_card
from rasm.query.check import check_face, drawn_file
from rasm.query.recognizer import Recognizer
from rasm.report.summary import report
from rasm.report.terminal import ending_with
from rasm.retrieval.index_folder import read_index_card
from rasm.store.json_file import read_json, write_json
from rasm.store.sealed import marks_of, vouched, write_sealed
from rasm.trust.outliers import BANKED, read_outlier_rule, write_outlier_rule

ROOT = Path(__file__).absolute().parents[1]
_COPIED = (
    *("meta/label_map.json", "meta/homoglyphs.json", "trust"),
    *("metrics", "val_metrics", "corpus_metrics", "plots/curves"),
)
_NETWORKS = "checkpoints/**/model.json"
PACKAGES = ROOT / "dataset/fonts/node_modules/@fontsource"
EXACT = Compute(accelerator="cpu", precision="32-true", compile=False)
"""The same on every machine, but for last digits."""
_MOST = 40_000_000  # bytes, of a folder that every clone carries


def release(outputs: Path, folder: Path, about: Mapping[str, str]) -> None:
    """Write a release of a run's `outputs` to `folder`, which must not be there.

    Raises FileNotFoundError naming what the run lacks, ValueError where the folder is there or
    would become too large.
    """
    if folder.exists():
        raise ValueError(f"{folder} is there: a release is not changed, name another version")
    partial = folder.with_name(f"{folder.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    for name in _COPIED:
        copy = shutil.copytree if (outputs / name).is_dir() else shutil.copy2
        (partial / name).parent.mkdir(parents=True, exist_ok=True)
        copy(outputs / name, partial / name)
    for network in sorted(outputs.glob(_NETWORKS)):
        _halved(network.parent, partial / network.parent.relative_to(outputs))
    for index in sorted(outputs.glob("index/*/index.json")):
        _indexed(index.parent, partial)
    for ranker in sorted(partial.glob("checkpoints/ranker/*/model.json")):
        _of_released(
            ranker.parent, "embedder", partial / f"checkpoints/embedder/{ranker.parent.name}"
        )
    if (partial / "checkpoints/signs").is_dir():
        _of_released(partial / "checkpoints/signs", "baseline", partial / "checkpoints/baseline")
    _slimmed(partial / "trust")
    write_json(partial / "check.json", fonts_read(partial))
    (partial / "README.md").write_text(_card(partial, about), encoding="utf-8")
    if (size := size_of(partial)) > _MOST:
        raise ValueError(f"{partial} has {size:,} bytes, more than {_MOST:,}: keep fewer exemplars")
    partial.rename(folder)


def fonts_read(folder: Path) -> dict[str, dict[str, float]]:
    """What `rasm check` by a release says of the test families' fonts, one a family, by file."""
    recognizer = Recognizer.load(folder, EXACT)
    found = {}
    for package in pinned_packages(ROOT / "dataset/splits.json", "test"):
        files = PACKAGES / package / "files"
        font = files / f"{package}-arabic-400-normal.woff2"
        (drawn,) = drawn_file(font, recognizer.policy)
        for face in drawn.faces:
            read = check_face(face, recognizer)
            scores = {"strict_top1": read.strict_top1, "shape_top1": read.shape_top1}
            found[font.name] = {"glyphs": len(read.verdicts), **scores}
    return found


def size_of(folder: Path) -> int:
    """Bytes of all files below a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _halved(source: Path, folder: Path) -> None:
    """A folder of weights with kernels and matrices in half precision.

    Biases and norms are few and stay as they are. Loading brings all back to single precision.
    """
    card = dict(read_card(source))
    weights = load(vouched(source / "model.safetensors", card["files"]))
    folder.mkdir(parents=True)
    save_file({name: _half(one) for name, one in weights.items()}, folder / "model.safetensors")
    write_sealed(folder / "model.json", {**card, "files": marks_of(folder / "model.safetensors")})


def _half(weight: Tensor) -> Tensor:
    return weight.half() if weight.ndim > 1 and weight.dtype == torch.float32 else weight


def _indexed(source: Path, partial: Path) -> None:
    """An index, of the embedder as it is released."""
    folder = partial / "index" / source.name
    card = read_index_card(source)
    shutil.copytree(source, folder)
    embedder = read_card(partial / "checkpoints/embedder" / source.name)["files"]
    changed = {"embedder": embedder["model.safetensors"]["sha256"]}
    write_sealed(folder / "index.json", {**card.model_dump(), **changed})


def _of_released(folder: Path, role: str, network: Path) -> None:
    """A network over the features of another one, as that is released."""
    changed = {role: read_card(network)["files"]["model.safetensors"]["sha256"]}
    write_sealed(folder / "model.json", {**read_card(folder), **changed})


def _slimmed(trust: Path) -> None:
    """The rule of unknowns without the glyphs of training, if it does not compare with them."""
    rule = read_outlier_rule(trust)
    if rule.detector not in BANKED:
        arrays = {name: one for name, one in rule.familiar.arrays.items() if name != "bank"}
        write_outlier_rule(trust, replace(rule, familiar=replace(rule.familiar, arrays=arrays)))


def _licences(dataset: Path) -> Iterator[tuple[str, int]]:
    """How many font packages are under each licence, by the locks they come from."""
    found: dict[str, int] = {}
    for lock in sorted(dataset.glob("*/package-lock.json")):
        packages = json.loads(lock.read_text(encoding="utf-8"))["packages"]
        for name, package in packages.items():
            if name:
                licence = package.get("license", "unknown")
                found[licence] = found.get(licence, 0) + 1
    yield from sorted(found.items(), key=lambda item: (-item[1], item[0]))


_CARD = """\
# Rasm, model {version}

Reads isolated Arabic glyphs of fonts, looks up characters of the world's scripts by one picture,
and matches worn Old North Arabian letters.

| | |
| --- | --- |
| made by | `make full`, `make release VERSION={version}` at commit {commit}, one seed |
| networks trained on | {accelerator}, {precision}, PyTorch {torch} |
| measured on | {machine} |
| weights | kernels and matrices in half precision |
| galleries | {exemplars} pictures of a class at most, a byte a number |
| fonts by licence | {licences} |

The table below is of the run, its networks not yet halved; `check.json` is what the files here say
of fonts of the test families.

## Data

Fonts of the packages that `dataset/*/package-lock.json` names. Families are divided by
`dataset/splits.json`; those of test trained nothing and chose nothing. The letters of `safaitic`
come from a font, with wear that is computed: carvings were not seen.

## Measured

```
{table}
```

## Limits

Isolated glyphs, tightly framed: labels that differ in size alone are not told apart. Bold display
type is read worst (see `by family`). Verdicts hold for fonts like those of validation. The index of
`world` says of no answer that it is sure.

## Files

| file | bytes | SHA-256 |
| --- | ---: | --- |
{files}
"""


def _card(folder: Path, about: Mapping[str, str]) -> str:
    """The page of a release, in Markdown."""
    trained = read_card(folder / "checkpoints/phase2")
    indexed = read_index_card(folder / "index/world")
    files = [
        f"| {path.relative_to(folder)} | {mark.size:,} | {mark.sha256} |"
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        for mark in marks_of(path).values()
    ]
    return _CARD.format(
        **about,
        **trained["computed_on"],
        torch=trained["versions"]["torch"],
        machine=read_json(folder / "metrics/machine.json", dict[str, str])["machine"],
        exemplars=indexed.exemplars,
        licences=", ".join(f"{name} {count}" for name, count in _licences(ROOT / "dataset")),
        table=report(folder),
        files="\n".join(files),
    )


def main(arguments: list[str]) -> int:
    """Release the run in outputs/, or in another folder, as models/VERSION."""
    if not 1 <= len(arguments) <= 2 or not arguments[0].isalnum():
        print("usage: make release VERSION=1 [ARGS=OUTPUTS]", file=sys.stderr)
        return 2
    outputs = Path(arguments[1]) if arguments[1:] else ROOT / "outputs"
    folder = ROOT / "models" / arguments[0]
    about: dict[str, Any] = {
        "version": arguments[0],
        "commit": output(ROOT, "git", "rev-parse", "--short=12", "HEAD").strip(),
    }
    with ending_with(1):
        release(outputs, folder, about)
    print(f"{folder.relative_to(ROOT)}: {size_of(folder) / 1e6:.1f} MB; see its README.md")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
