"""Text that `rasm repair` gives back to PDF files: `python -m bench.pdf_text [--split test]`.

Each font of the split, in its regular weight, is set by the producers of `bench.producers` that are
installed, in Arabic, Persian and Urdu, of which it must have all letters; with `--cff` its outlines
are in CFF. The maps are taken out and given back. The error is the Levenshtein distance of what
pypdfium2 extracts to the text that was set, in characters, over the characters of the text, spaces
and vowel signs aside; the alternative is the file without maps. Where poppler's pdftotext is
installed, it reads the files too. `whole` is the error of the file as its producer made it, its
spans with a text (ActualText) taken out, which would tell all the same; fonts are called right, or
in want of a map, by the file as it was. Fonts that draw letters of parts have no right map at all:
`spans` is the error with spans on the pages besides. `read` is what `rasm text` makes of a file
without maps. What shapes and joins alone give back is measured on the first producer's files.
"""

import shutil
import subprocess
import tempfile
import unicodedata
from argparse import ArgumentParser
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from difflib import SequenceMatcher
from pathlib import Path

import numpy as np
import pypdfium2

from bench import documents, producers
from bench.rows import Absent, Entry, Row, answer
from rasm.bounded.workers import Workers
from rasm.decoding.evidence import EvidenceWeights
from rasm.labels.pins import pinned_packages
from rasm.labels.splits import Split
from rasm.pdf.document import PDF_LIMITS
from rasm.pdf.lines import Sign
from rasm.pdf.parts import joined
from rasm.pdf.writing import write_texts
from rasm.query.document import Document
from rasm.query.documents import WEIGHTS, read_document
from rasm.query.recognizer import Recognizer

EVIDENCE = {
    "shapes": replace(WEIGHTS, words=0.0, join=0.0, turn=0.0, rounds=0),
    "and joins": replace(WEIGHTS, words=0.0, turn=0.0, rounds=0),
    "and words": WEIGHTS,
}

_TOLD = {
    "broken": "of the broken file",
    "spans": "repaired with spans",
    "whole": "of the whole file",
}
_READ = "read by `rasm text`"


def rows(
    split: Split, outputs: Path, fonts: list[str] | None, by: list[str] | None, cff: bool
) -> Iterator[Entry]:
    names = fonts or pinned_packages(documents.ROOT / "dataset/splits.json", split)
    recognizer = Recognizer.load(outputs)
    makers = {n: make for n, make in producers.installed().items() if by is None or n in by}
    for producer, why in producers.missing().items():
        yield Absent(f"texts set by {producer}", why)
    with tempfile.TemporaryDirectory() as scratch, Workers(PDF_LIMITS, jobs=1) as workers:
        for producer, make in makers.items():
            errors: dict[tuple[str, str], list[float]] = defaultdict(list)
            certain: list[bool] = []
            believed: list[bool] = []
            for name in names:
                font, family = documents.font_file(name, Path(scratch))
                if cff:
                    font = documents.with_cff(font, Path(scratch))
                for language in documents.LANGUAGES:
                    paths = [Path(scratch) / f"{kind}.pdf" for kind in ("set", "good", "broken")]
                    texts = documents.paragraphs(language)
                    if not documents.can_show(font, texts):
                        yield Absent(
                            f"{producer}, {name} {language}", "it lacks letters of the text"
                        )
                        continue
                    if producer not in producers.WITH_OTHER_TYPE:
                        texts = documents.within(font, texts)
                    make(font, family, language, texts, paths[0])
                    documents.without_actual_text(paths[0], paths[1])
                    documents.without_maps(paths[0], paths[2])
                    evidence = (
                        EVIDENCE if producer == next(iter(makers)) else {"and words": WEIGHTS}
                    )
                    one = _measured(*paths, " ".join(texts), recognizer, workers, evidence)
                    for kind, error in one[0].items():
                        errors[kind].append(error)
                    certain += one[1]
                    believed += one[2]
                    told = "  ".join(
                        f"{kind} {reader} {error:.3f}" for (kind, reader), error in one[0].items()
                    )
                    print(f"{producer} {name} {language}  {told}", flush=True)
            yield from _rows(producer, split, errors)
            what = f"signs called certain: {len(certain)}"
            yield _share(f"{producer}, {split}: {what}", certain, 0.995)
            what = f"fonts of whole files that are called what they are: of {len(believed)}"
            yield _share(f"{producer}, {split}: {what}", believed, 0.99)


def _share(what: str, right: list[bool], wanted: float) -> Row:
    share = float(np.mean(right))
    return Row(what, "right", share, "asked for", wanted, (share / wanted,) * 3)


def _rows(producer: str, split: str, errors: dict[tuple[str, str], list[float]]) -> Iterator[Entry]:
    for (kind, reader), values in errors.items():
        if kind == "broken":
            continue
        found = np.array(values)
        broken = np.array(errors["broken", reader or "pypdfium2"])
        told = _READ if kind == _READ else _TOLD.get(kind, f"repaired by {kind}")
        ratio = broken / np.maximum(found, 1e-4)
        yield Row(
            f"{producer}, {split}: text {told}" + (f", {reader}" if reader else ""),
            "wrong",
            float(found.mean()),
            "as it is",
            float(broken.mean()),
            (float(np.median(ratio)), float(ratio.min()), float(ratio.max())),
            f"worst {found.max():.3f}, median {np.median(found):.4f}",
        )


def _measured(
    made: Path,
    good: Path,
    broken: Path,
    text: str,
    recognizer: Recognizer,
    workers: Workers,
    evidence: Mapping[str, EvidenceWeights],
) -> tuple[dict[tuple[str, str], float], list[bool], list[bool]]:
    truth = plain(text)
    errors: dict[tuple[str, str], float] = {}

    def measure(kind: str, path: Path, readers: Iterable[str] = READERS) -> None:
        for reader in readers:
            errors[kind, reader] = error_rate(READERS[reader](path), truth)

    fixed = broken.with_name("fixed.pdf")

    def repaired(*, spans: bool) -> Path:
        texts = document.written(spans=spans)
        outcome = workers.do("", write_texts, broken, fixed, texts, False)
        if outcome.error:
            raise outcome.error
        return fixed

    measure("broken", broken)
    measure("whole", good)
    for name, weights in evidence.items():
        document = read_document(broken, recognizer, workers, "all", weights=weights)
        measure(name, repaired(spans=False), READERS if weights is WEIGHTS else ["pypdfium2"])
    measure("spans", repaired(spans=True))
    read = " ".join(document.text(page) for page in document.pages)
    errors[_READ, ""] = error_rate(plain(read), truth)
    return errors, certain_right(document, truth), borne_out(made, truth, recognizer, workers)


def borne_out(path: Path, truth: str, recognizer: Recognizer, workers: Workers) -> list[bool]:
    """Of each font of a producer's whole file, whether its text bears out what it is called.

    Right, or in want of a map or half of one where the file's own text is wrong by more than 3%.
    """
    document = read_document(path, recognizer, workers, None)
    given = " ".join(document.text(page, given=True) for page in document.pages)
    lacks = error_rate(plain(given), truth) > 0.03
    borne_out = {"right", "absent", "partial"} if lacks else {"right"}
    return [found.state in borne_out for found in document.diagnoses if found.codes]


def certain_right(document: Document, truth: str) -> list[bool]:
    """Of each sign called certain, whether the text has what it says in most places of it.

    What a producer's map says of it is no truth: one skeleton is several letters.
    """
    read = {sign.sign: sign for reading in document.readings.values() for sign in reading.signs}
    lines = (line for page in document.pages for line in page.lines)
    shown = [
        (sign, letter)
        for line in lines
        for word in line.words
        for sign in joined(word, document.parts)
        if sign in read
        for letter in plain(read[sign].text)
    ]
    found = "".join(letter for _, letter in shown)
    same = SequenceMatcher(None, found, truth, autojunk=False).get_matching_blocks()
    matched = {block.a + n for block in same for n in range(block.size)}
    places: dict[Sign, list[bool]] = defaultdict(list)
    for at, (sign, _) in enumerate(shown):
        places[sign].append(at in matched)
    return [2 * sum(hits) >= len(hits) for sign, hits in places.items() if read[sign].is_certain]


def extracted(path: Path) -> str:
    """What pypdfium2 extracts of a file, plain."""
    with pypdfium2.PdfDocument(path) as pdf:
        return plain(" ".join(page.get_textpage().get_text_range() for page in pdf))


def printed(path: Path) -> str:
    """What poppler's pdftotext extracts of a file, plain."""
    done = subprocess.run(["pdftotext", path, "-"], capture_output=True, check=True)
    return plain(done.stdout.decode("utf-8", errors="replace"))


def plain(text: str) -> str:
    """A text without forms, spaces, vowel signs, tatweel and characters that show nothing.

    Heh with a hamza is one character or two in Persian and Urdu, and here the bare letter.
    """
    apart = unicodedata.normalize("NFKC", text).translate({0x6C0: 0x647, 0x6C2: 0x6C1})
    dropped = ("Mn", "Cf", "Cc", "Zs", "Zl", "Zp")
    return "".join(c for c in apart if unicodedata.category(c) not in dropped and c != "\u0640")


def error_rate(found: str, truth: str) -> float:
    """Levenshtein distance over the length of the truth.

    >>> error_rate("kitten", "sitting")
    0.42857142857142855
    """
    letters = np.array([ord(c) for c in truth], dtype=np.int64)
    row = np.arange(len(truth) + 1)
    steps = np.arange(len(truth) + 1)
    for count, letter in enumerate(found, start=1):
        changed = np.minimum(row[:-1] + (letters != ord(letter)), row[1:] + 1)
        row = np.concatenate([[count], changed])
        row = np.minimum.accumulate(row - steps) + steps
    return float(row[-1]) / max(1, len(truth))


READERS: dict[str, Callable[[Path], str]] = {"pypdfium2": extracted}
if shutil.which("pdftotext"):
    READERS["pdftotext"] = printed


def main() -> None:
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--split", default="test", choices=("train", "val", "test"))
    parser.add_argument("--outputs", type=Path, default=documents.ROOT / "models/1")
    parser.add_argument("--fonts", type=lambda text: text.split(","), default=None)
    parser.add_argument("--by", type=lambda text: text.split(","), help="producers; all by default")
    parser.add_argument("--cff", action="store_true", help="fonts with outlines in CFF")
    answer(rows, parser)


if __name__ == "__main__":
    main()
