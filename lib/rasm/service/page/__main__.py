"""Put the page together: a folder that any static host serves, and that asks nothing of any other.

    python -m rasm.service.page RUN PACKAGES FONTS TARGET

RUN is a run or a released model, PACKAGES holds onnxruntime-web as npm installs it, FONTS is the
locked folder of Arabic font packages.
"""

import gzip
import hashlib
import json
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

import orjson

from rasm.nets.compute import Compute
from rasm.query.recognizer import Recognizer
from rasm.service.page.labels import PICTURE, described, drawn_examples
from rasm.service.page.networks import write_recogniser

WEB = Path(__file__).with_name("web")
_EXACT = Compute(accelerator="cpu", precision="32-true", compile=False)
# As `.js`, which every host serves as a script.
_RUNTIME = {
    "ort.wasm.min.mjs": "runtime/ort.js",
    "ort-wasm-simd-threaded.mjs": "runtime/ort-wasm.js",
    "ort-wasm-simd-threaded.wasm": "runtime/ort-wasm.wasm",
}


def build_page(run: Path, packages: Path, fonts: Path, target: Path) -> None:
    """Write the page to a folder, in place of what is there.

    Raises FileNotFoundError or ValueError that say what is missing.
    """
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(WEB, target)
    (target / "runtime").mkdir()
    for name, kept in _RUNTIME.items():
        shutil.copyfile(packages / "onnxruntime-web/dist" / name, target / kept)
    recognizer = Recognizer.load(run, _EXACT)
    write_recogniser(recognizer, target / "model")
    labels = {"picture": PICTURE, "labels": list(described(recognizer.labels))}
    (target / "model/labels.json").write_bytes(orjson.dumps(labels))
    examples = drawn_examples(recognizer.labels, fonts)
    (target / "model/examples.bin").write_bytes(examples.tobytes())
    _write_list(target)


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


def measured(folder: Path) -> tuple[int, int]:
    """Bytes of all files of a folder, as they are and each compressed by gzip -9."""
    contents = [(folder / name).read_bytes() for name in _files(folder)]
    packed = sum(len(gzip.compress(content, 9, mtime=0)) for content in contents)
    return sum(map(len, contents)), packed


def main(arguments: Sequence[str]) -> None:
    """Build as the command line says, and tell the sizes."""
    if len(arguments) != 4:
        sys.exit("usage: python -m rasm.service.page RUN PACKAGES FONTS TARGET")
    run, packages, fonts, target = map(Path, arguments)
    build_page(run, packages, fonts, target)
    raw, packed = measured(target)
    print(f"{target}: {raw / 1e6:.1f} MB, {packed / 1e6:.1f} MB compressed")


if __name__ == "__main__":
    main(sys.argv[1:])
