"""What comes of damaged PDF files, beside sound ones: `python -m bench.hostile_pdfs [MUTATED]`.

200 by default: an Arabic text set by Typst and, where it is installed, by Chromium, without its
maps; two thirds are damaged with all streams unpacked, so that fonts and pages are hit and not
their packing. Each is read and repaired, the text marked on the pages too, and after it the sound
one. What is no error of a file ends the bench.
"""

import random
import resource
import tempfile
import time
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pikepdf

from bench import documents, producers
from bench.damage import damaged
from bench.rows import Entry, answer, compared
from rasm.bounded.limits import OverLimit
from rasm.bounded.workers import Workers
from rasm.pdf.document import PDF_LIMITS
from rasm.query.documents import read_document, write_document
from rasm.query.recognizer import Recognizer

FONT = "tajawal"
WORDS = 60


def rows(mutated: int, outputs: Path) -> Iterator[Entry]:
    recognizer = Recognizer.load(outputs)
    chance, ends = random.Random(0), Counter[str]()
    bad, sound = list[float](), list[float]()
    slowest = (0.0, 0)
    with tempfile.TemporaryDirectory() as scratch, Workers(PDF_LIMITS, jobs=1) as workers:
        folder = Path(scratch)

        def repaired(path: Path) -> tuple[float, str]:
            start = time.perf_counter()
            try:
                document = read_document(path, recognizer, workers, "all")
                out = folder / "out.pdf"
                write_document(document, out, workers, spans=True, break_signature=False)
                end = "repaired" if document.readings else "nothing to repair"
            except OverLimit:
                end = "given up"
            except (ValueError, OSError):
                end = "refused"
            return time.perf_counter() - start, end

        whole = list(files(folder))
        repaired(whole[0])  # so that letter models are there
        for number in range(mutated):
            path = chance.choice(whole)
            data = (path if number % 3 == 0 else unpacked(path)).read_bytes()
            hurt = folder / "damaged.pdf"
            hurt.write_bytes(damaged(data, chance, head=len(data)))
            seconds, end = repaired(hurt)
            bad.append(seconds)
            sound.append(repaired(path)[0])
            ends[end] += 1
            slowest = max(slowest, (seconds, number))
            print(f"  {seconds:6.2f} s  {number:03} of {path.stem}: {end}", flush=True)
    counts = ", ".join(f"{count} {end}" for end, count in ends.items())
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    note = f"{counts}; slowest {slowest[0]:.1f} s, number {slowest[1]}; largest worker {peak} MB"
    yield compared(f"a damaged PDF, of {mutated}", bad, "a sound one", sound, note=note)


def files(folder: Path) -> Iterator[Path]:
    """Sound files without maps."""
    font, family = documents.font_file(FONT, folder)
    texts = documents.paragraphs("ar", WORDS)
    for name, make in producers.installed().items():
        make(font, family, "ar", texts, folder / "set.pdf")
        documents.without_maps(folder / "set.pdf", folder / f"{name}.pdf")
        yield folder / f"{name}.pdf"


def unpacked(path: Path) -> Path:
    """A copy with no stream packed, made once."""
    out = path.with_suffix(".unpacked")
    if not out.exists():
        with pikepdf.open(path) as pdf:
            pdf.save(
                out,
                compress_streams=False,
                stream_decode_level=pikepdf.StreamDecodeLevel.generalized,
                object_stream_mode=pikepdf.ObjectStreamMode.disable,
            )
    return out


def main() -> None:
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("mutated", nargs="?", type=int, default=200)
    parser.add_argument("--outputs", type=Path, default=documents.ROOT / "models/1")
    answer(rows, parser)


if __name__ == "__main__":
    main()
