"""Time to repair a long PDF: `python -m bench.pdf_pages [--pages 100]`.

An Arabic text in five fonts of the test families, set by Typst, without its maps: from the file to
the repaired copy, once models are loaded. Beside it pypdfium2 extracts the text of the repaired
copy.
"""

import resource
import tempfile
from argparse import ArgumentParser
from collections.abc import Iterator
from itertools import cycle, islice
from pathlib import Path

import pikepdf
import pypdfium2

from bench import documents, producers
from bench.rows import Entry, answer, compared, in_turns
from rasm.bounded.workers import Workers
from rasm.labels.pins import pinned_packages
from rasm.pdf.document import PDF_LIMITS
from rasm.query.documents import read_document, write_document
from rasm.query.recognizer import Recognizer

FONTS = 5
ROUNDS = 3
PARAGRAPHS_A_PAGE = 5


def rows(pages: int, outputs: Path) -> Iterator[Entry]:
    recognizer = Recognizer.load(outputs)
    with tempfile.TemporaryDirectory() as scratch, Workers(PDF_LIMITS, jobs=1) as workers:
        folder = Path(scratch)
        broken, fixed = folder / "broken.pdf", folder / "fixed.pdf"
        documents.without_maps(long_file(folder, pages), broken)
        with pikepdf.open(broken) as pdf:
            count = len(pdf.pages)

        def ours() -> None:
            document = read_document(broken, recognizer, workers, "all")
            write_document(document, fixed, workers, spans=False, break_signature=False)

        def theirs() -> None:
            with pypdfium2.PdfDocument(fixed) as pdf:
                for page in pdf:
                    page.get_textpage().get_text_range()

        taken = in_turns({"ours": ours, "theirs": theirs}, ROUNDS)
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
        what = f"{count} pages in {FONTS} fonts repaired"
        note = f"worker {peak} MB"
        yield compared(what, taken["ours"], "text by pypdfium2", taken["theirs"], note=note)


def long_file(folder: Path, pages: int) -> Path:
    """A text of so many pages, the fonts in turn."""
    names = pinned_packages(documents.ROOT / "dataset/splits.json", "test")
    made = (documents.font_file(name, folder) for name in names)
    texts = documents.paragraphs("ar", 1200)
    families = [family for font, family in made if documents.can_show(font, texts)][:FONTS]
    source, out = folder / "long.typ", folder / "long.pdf"
    parts = [
        '#set text(lang: "ar", dir: rtl, size: 12pt)\n#set page(width: 15cm, height: 20cm)',
        *(
            f'#page[#set text(font: "{family}")\n'
            + "\n\n".join(
                map(
                    producers.escaped_for_typst,
                    islice(cycle(texts), number, number + PARAGRAPHS_A_PAGE),
                )
            )
            + "]"
            for number, family in zip(range(pages), cycle(families), strict=False)
        ),
    ]
    source.write_text("\n".join(parts), encoding="utf-8")
    import typst

    typst.compile(str(source), output=str(out), font_paths=[str(folder)])
    return out


def main() -> None:
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=100)
    parser.add_argument("--outputs", type=Path, default=documents.ROOT / "models/1")
    answer(rows, parser)


if __name__ == "__main__":
    main()
