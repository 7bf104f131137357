"""Put the page together: a folder that any static host serves, and that asks nothing of any other.

    python -m rasm.service.page RUN PACKAGES FONTS SCRIPTS TARGET

RUN is a run or a released model, PACKAGES holds onnxruntime-web as npm installs it, FONTS and
SCRIPTS are the locked folders of font packages, Arabic ones and those of the world's scripts.
"""

import gzip
import hashlib
import json
import shutil
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

from rasm.query.recognizer import Recognizer
from rasm.query.run_files import CORPUS
from rasm.service.page.labels import (
    described_characters,
    described_glyphs,
    drawn_characters,
    drawn_glyphs,
)
from rasm.service.page.networks import EXACT, write_matcher, write_recogniser

WEB = Path(__file__).with_name("web")
# As `.js`, which every host serves as a script.
_RUNTIME = {
    "ort.wasm.min.mjs": "runtime/ort.js",
    "ort-wasm-simd-threaded.mjs": "runtime/ort-wasm.js",
    "ort-wasm-simd-threaded.wasm": "runtime/ort-wasm.wasm",
}


def build_page(run: Path, packages: Path, fonts: Path, scripts: Path, target: Path) -> None:
    """Write the page to a folder, in place of what is there.

    Raises FileNotFoundError or ValueError that say what is missing.
    """
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(WEB, target)
    (target / "runtime").mkdir()
    for name, kept in _RUNTIME.items():
        shutil.copyfile(packages / "onnxruntime-web/dist" / name, target / kept)
    model = target / "model"
    recognizer = Recognizer.load(run, EXACT)
    write_recogniser(recognizer, model / "arabic.onnx")
    glyphs = described_glyphs(recognizer.labels)
    shapes = recognizer.shapes.class_of.tolist()
    _write_labels(model / "arabic", glyphs, drawn_glyphs(recognizer.labels, fonts), shapes)
    entries = write_matcher(run, CORPUS, model / "world.onnx", model / "world-gallery.bin")
    characters = described_characters(entries)
    _write_labels(model / "world", characters, drawn_characters(entries, scripts))
    _write_list(target)


def _write_labels(
    stem: Path,
    labels: Iterable[Mapping[str, Any]],
    pictures: NDArray[np.uint8],
    shapes: Sequence[int] = (),
) -> None:
    """Write STEM-labels.json, and STEM-pictures.bin, one after the other.

    A label is a row: name, place of its kind, code points, and label and text where they are not
    the name and the code points' characters. `shapes` are the labels' shape classes, where
    there are any.
    """
    kinds: dict[str, int] = {}
    rows = []
    for one in labels:
        row = [one["name"], kinds.setdefault(one["kind"], len(kinds)), one["codes"]]
        plain = one["text"] == "".join(map(chr, one["codes"])) and one["label"] == one["name"]
        rows.append(row if plain else [*row, one["label"], one["text"]])
    side = int((8 * pictures.shape[1]) ** 0.5)
    table = {"side": side, "kinds": list(kinds), "rows": rows, "shapes": shapes}
    stem.with_name(f"{stem.name}-labels.json").write_bytes(orjson.dumps(table))
    stem.with_name(f"{stem.name}-pictures.bin").write_bytes(pictures.tobytes())


def _write_list(target: Path) -> None:
    """files.js, by which the service worker keeps the page: all files, and a name for them."""
    names = _files(target)
    digest = hashlib.sha256()
    for name in names:
        digest.update(hashlib.sha256((target / name).read_bytes()).digest())
    content = json.dumps({"version": digest.hexdigest()[:16], "names": names})
    (target / "files.js").write_text(f"self.FILES = {content};\n", encoding="utf-8")


def _files(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def sizes_of(folder: Path) -> tuple[int, int]:
    """Bytes of all files of a folder, as they are and each compressed by gzip -9."""
    contents = [(folder / name).read_bytes() for name in _files(folder)]
    packed = sum(len(gzip.compress(content, 9, mtime=0)) for content in contents)
    return sum(map(len, contents)), packed


def main(arguments: Sequence[str]) -> None:
    """Build as the command line says, and tell the sizes."""
    if len(arguments) != 5:
        sys.exit("usage: python -m rasm.service.page RUN PACKAGES FONTS SCRIPTS TARGET")
    run, packages, fonts, scripts, target = map(Path, arguments)
    build_page(run, packages, fonts, scripts, target)
    raw, packed = sizes_of(target)
    print(f"{target}: {raw / 1e6:.1f} MB, {packed / 1e6:.1f} MB compressed")


if __name__ == "__main__":
    main(sys.argv[1:])
