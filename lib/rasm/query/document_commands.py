"""The commands for PDF files: `rasm diagnose`, `rasm repair`, `rasm text`."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from rasm.bounded.workers import Workers
from rasm.nets.compute import HERE, Compute
from rasm.query import lookup
from rasm.query.run_files import drawing_policy
from rasm.report.terminal import complain, ending_with, printable, printable_json, say, show_table

if TYPE_CHECKING:
    from rasm.pdf.document import PageText
    from rasm.query.document import Document, FontReading
    from rasm.query.documents import Which
    from rasm.query.recognizer import Recognizer

LanguageOption = Annotated[
    Literal["ar", "fa", "ur"] | None,
    typer.Option(help="of the text; found out if unsaid"),
]
FontsOption = Annotated[
    Literal["absent", "wrong", "all"],
    typer.Option(help="fonts to read: without a map or with half of one; wrong ones too; all"),
]
_LISTED = 12
"""Doubtful glyphs of a font that are listed."""


def diagnose(
    files: Annotated[list[Path], typer.Argument(help="PDF files", metavar="IN.pdf...")],
    outputs: lookup.OutputsOption,
    as_json: Annotated[bool, typer.Option("--json", help="for machines")] = False,
    accelerator: lookup.AcceleratorOption = HERE.accelerator,
    precision: lookup.PrecisionOption = HERE.precision,
) -> None:
    """Say of each font of a PDF whether its text can be believed.

    Exit status 0 when all can, 1 when a font has no map, half a map or a wrong one, 2 when a file
    could not be read; the others are looked at all the same.
    """
    told: dict[str, list[dict[str, object]]] = {}
    status = 0
    with _reading(outputs, lookup.compute_of(accelerator, precision)) as (recognizer, workers):
        from rasm.query.documents import read_document

        for path in files:
            try:
                found = read_document(path, recognizer, workers, fonts=None).diagnoses
            except (ValueError, OSError) as error:
                complain(_about(path, error))
                status = 2
                continue
            told[str(path)] = [one.as_dict() for one in found]
            status = max(status, int(any(one.needs_map for one in found)))
            if not as_json:
                say(path)
                show_table(
                    ("font", "kind", "state", "glyphs", "without text", "denied", ""),
                    (
                        (
                            one.font.name,
                            one.font.kind,
                            one.state,
                            str(one.codes),
                            str(one.without_text),
                            f"{one.denied} of {one.judged}",
                            one.reason,
                        )
                        for one in found
                    ),
                )
    if as_json:
        print(printable_json(told))
    raise typer.Exit(status)


def repair_file(
    file: Annotated[Path, typer.Argument(help="PDF file, never changed", metavar="IN.pdf")],
    out: Annotated[Path, typer.Option("-o", "--out", help="copy with text", metavar="OUT.pdf")],
    outputs: lookup.OutputsOption,
    fonts: FontsOption = "wrong",
    language: LanguageOption = None,
    spans: Annotated[
        bool, typer.Option("--spans", help="mark on the pages what letters of parts say")
    ] = False,
    break_signature: Annotated[
        bool, typer.Option("--break-signature", help="mend a signed file all the same")
    ] = False,
    report: Annotated[
        Path | None, typer.Option(help="page that shows what was read", metavar="OUT.html")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="for machines")] = False,
    accelerator: lookup.AcceleratorOption = HERE.accelerator,
    precision: lookup.PrecisionOption = HERE.precision,
) -> None:
    """Give a PDF its text back: maps from glyphs to characters for the fonts that lack them.

    The pages look the same, and their content is not touched but for --spans: a font that draws
    letters of skeletons and dots has no right map, so what each such letter says is written beside
    it. Glyphs that are read in doubt are listed; those that are open get no text. Exit status 0
    when that is done or nothing is to do (then no copy is written), 2 when the file cannot be read
    or changed.
    """
    if out.resolve() == file.resolve():
        complain(f"{out}: name another file, for the input is never changed")
        raise typer.Exit(2)
    with _reading(outputs, lookup.compute_of(accelerator, precision)) as (recognizer, workers):
        from rasm.query.documents import write_document

        document = _read(file, recognizer, workers, fonts, language)
        if report is not None:
            from rasm.report.document_page import write_document_page

            with ending_with(2):
                write_document_page(document, report)
        try:
            written, lost = write_document(
                document, out, workers, spans=spans, break_signature=break_signature
            )
        except (ValueError, OSError) as error:
            complain(_about(file, error))
            raise typer.Exit(2) from None
    if as_json:
        print(printable_json(_told(document, out)))
        return
    if not document.readings:
        say(f"{file}: no font lacks text; nothing was written")
        return
    for reading in document.readings.values():
        _show(reading)
        if reading.is_unnumbered:
            complain(
                f"{file}: the font {reading.font.name} lies within another object and gets no map;"
                " --spans and `rasm text` say what it shows"
            )
    if spans:
        left = f"; {lost} more letters cannot be marked" if lost else ""
        say(f"{written} letters marked on the pages{left}")
    elif any(reading.codes.ambiguous for reading in document.readings.values()):
        say(
            "skeletons of these fonts are several letters by their dots, and a map can say but one:"
            " --spans marks each, and `rasm text` tells them apart"
        )
    say(f"wrote {out}")


def text(
    file: Annotated[Path, typer.Argument(help="PDF file", metavar="IN.pdf")],
    outputs: lookup.OutputsOption,
    fonts: FontsOption = "wrong",
    language: LanguageOption = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="for machines, with the probability of each word")
    ] = False,
    accelerator: lookup.AcceleratorOption = HERE.accelerator,
    precision: lookup.PrecisionOption = HERE.precision,
) -> None:
    """Print the text of a PDF in the order in which it is stored, fonts without a map read first.

    Letters that a font draws of parts, skeleton and dots, are read too, which no map can tell.
    Pages are divided by form feeds. Exit status 2 when the file cannot be read.
    """
    with _reading(outputs, lookup.compute_of(accelerator, precision)) as (recognizer, workers):
        document = _read(file, recognizer, workers, fonts, language)
    if as_json:
        print(printable_json([_page(document, page) for page in document.pages]))
    else:
        print("\f".join(_lines(document.text(page)) for page in document.pages))


def _page(document: "Document", page: "PageText") -> dict[str, object]:
    words = document.words(page)
    return {
        "text": document.text(page),
        "words": [{"text": one.text, "probability": round(one.probability, 4)} for one in words],
    }


def _lines(page: str) -> str:
    return "\n".join(map(printable, page.split("\n")))


@contextmanager
def _reading(outputs: Path, compute: Compute) -> Iterator[tuple["Recognizer", Workers]]:
    from rasm.pdf.document import PDF_LIMITS  # other commands need no reader of PDF files

    with Workers(PDF_LIMITS, jobs=1) as workers:
        with ending_with(2):
            drawing_policy(outputs)
            from rasm.query.recognizer import Recognizer

            recognizer = Recognizer.load(outputs, compute)
        yield recognizer, workers


def _read(
    file: Path,
    recognizer: "Recognizer",
    workers: Workers,
    fonts: "Which",
    language: str | None,
) -> "Document":
    from rasm.query.documents import read_document

    try:
        document = read_document(file, recognizer, workers, fonts, language)
    except (ValueError, OSError) as error:
        complain(_about(file, error))
        raise typer.Exit(2) from None
    for page in document.pages:
        if page.problem:
            complain(f"{file}, page {page.number}: {page.problem}")
    for found in document.diagnoses:
        if found.state == "not readable":
            complain(f"{file}: the font {found.font.name} cannot be read: {found.reason}")
    return document


def _about(file: Path, error: Exception) -> str:
    return str(error) if str(error).startswith(str(file)) else f"{file}: {error}"


def _show(reading: "FontReading") -> None:
    from rasm.decoding.readings import OPEN

    certain = sum(sign.is_certain for sign in reading.signs)
    say(
        f"{reading.font.name}: {len(reading.signs)} glyphs read by words of the language"
        f" '{reading.language}', {certain} of them certain"
    )
    doubtful = sorted(
        (sign for sign in reading.signs if not sign.is_certain),
        key=lambda sign: -sign.count * (1 - sign.probability),
    )
    if doubtful:
        show_table(
            ("code", "shown", "text", "p", "or"),
            (
                (
                    " ".join(f"{part.code:04X}" for part in sign.sign),
                    str(sign.count),
                    sign.text if sign.probability >= OPEN else "left open",
                    f"{sign.probability:.2f}",
                    ", ".join(f"{text} {p:.2f}" for text, p in sign.others),
                )
                for sign in doubtful[:_LISTED]
            ),
        )
        if len(doubtful) > _LISTED:
            say(f"and {len(doubtful) - _LISTED} more in doubt: --json lists all")


def _told(document: "Document", out: Path) -> dict[str, object]:
    """What was done, for machines."""
    return {
        "file": str(document.path),
        "written": str(out) if document.readings else None,
        "fonts": [found.as_dict() for found in document.diagnoses],
        "read": [
            {
                "font": reading.font.name,
                "language": reading.language,
                "glyphs": [
                    {
                        "codes": [part.code for part in sign.sign],
                        "text": sign.text,
                        "probability": round(sign.probability, 4),
                        "certain": sign.is_certain,
                        "others": [[text, round(p, 4)] for text, p in sign.others],
                        "shown": sign.count,
                    }
                    for sign in reading.signs
                ],
            }
            for reading in document.readings.values()
        ],
    }
