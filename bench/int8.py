"""The recogniser in bytes beside itself: `python -m bench.int8 [--split val] [--outputs models/1]`.

Both ONNX files answer for the glyphs of the families of a split, in their regular weights, on one
thread; training families' glyphs taught the ranges. Shown are the shares of right shapes and the
glyphs a second, in turns.
"""

import tempfile
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from bench.rows import Entry, Row, answer, compared, in_turns
from experiments.release import EXACT
from rasm.checking.customary import regular_weights
from rasm.query.export import export_recognizer
from rasm.query.int8 import answers, glyphs_of, quantize_recognizer
from rasm.query.recognizer import Recognizer
from rasm.raster.face import draw_file
from rasm.raster.packing import unpack

ROUNDS = 3
SPLITS, PACKAGES = Path("dataset/splits.json"), Path("dataset/fonts/node_modules/@fontsource")


def rows(split: str, outputs: Path, rounds: int) -> Iterator[Entry]:
    recognizer = Recognizer.load(outputs, EXACT)
    number = {label: n for n, label in enumerate(recognizer.labels)}
    masks, labels = [], list[int]()
    for path in regular_weights(SPLITS, PACKAGES, split):
        for face in draw_file(path, recognizer.policy).faces:
            known = [n for n, item in enumerate(face.items) if item.label in number]
            masks.append(unpack(face.rasters)[known])
            labels += [number[face.items[n].label] for n in known]
    pictures, truth = np.concatenate(masks), recognizer.shapes.class_of[labels]
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        export_recognizer(recognizer, folder)
        taught = glyphs_of(regular_weights(SPLITS, PACKAGES, "train"), recognizer.policy)
        quantize_recognizer(folder, taught)
        small, whole = (folder / f"recogniser{name}.onnx" for name in ("_int8", ""))
        right = [
            float(np.mean(recognizer.shapes.class_of[answers(path, pictures).argmax(1)] == truth))
            for path in (small, whole)
        ]
        what = f"shape top-1 of {len(pictures)} glyphs of {split}"
        yield Row(what, "right", right[0], "fp32", right[1], (right[0] / right[1],) * 3)
        sizes = [path.stat().st_size / 1e6 for path in (small, whole)]
        yield Row("recogniser, ONNX", "MB", sizes[0], "fp32", sizes[1], (sizes[1] / sizes[0],) * 3)
        some = pictures[:: max(1, len(pictures) // 500)]
        taken = in_turns(
            {"int8": lambda: answers(small, some, 1), "fp32": lambda: answers(whole, some, 1)},
            rounds,
        )
        yield compared(
            "recogniser on one thread, load included",
            taken["int8"],
            "fp32",
            taken["fp32"],
            items="glyphs",
            count=len(some),
        )


def main() -> None:
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--split", default="val", choices=("val", "test"))
    parser.add_argument("--outputs", type=Path, default=Path("models/1"))
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    answer(rows, parser)


if __name__ == "__main__":
    main()
