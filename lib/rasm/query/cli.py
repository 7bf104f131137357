"""The command `rasm`: what a user asks of a trained recogniser, without writing Python."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from PIL import Image

from rasm.bounded.workers import Workers
from rasm.fonts.sfnt import FONT_LIMITS
from rasm.nets.compute import HERE, Compute
from rasm.query import document_commands, lookup, naming, rank, review, samples
from rasm.query.check import FontCheck, check_face, drawn_file
from rasm.query.run_files import drawing_policy, embedders_of
from rasm.report.terminal import complain, ending_with, printable, printable_json, say, show_table

app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False)


for command in (lookup.query, lookup.add, lookup.remove, lookup.info):
    app.command()(command)
app.command("repair")(document_commands.repair_file)
for of_document in (document_commands.diagnose, document_commands.text):
    app.command()(of_document)
app.command("name")(naming.name)
app.command("compare")(lookup.compare_pictures)
app.command("rank")(rank.rank_pictures)
app.command("quality")(rank.show_quality)
app.command("drift")(samples.show_drift)
app.command("review")(review.review)
app.command("import")(review.import_corrections)
app.command("distance")(samples.show_distance)


@app.callback()
def rasm() -> None:
    """Read glyphs with the recogniser that `make run` trained, or that came with Rasm."""


@app.command()
def check(
    fonts: Annotated[list[Path], typer.Argument(help="ttf, otf, ttc, woff or woff2 files")],
    outputs: lookup.OutputsOption,
    top: Annotated[int, typer.Option(help="suspects to list for each font")] = 20,
    pictures: Annotated[Path | None, typer.Option(help="folder for pictures of suspects")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="everything, for machines")] = False,
    accelerator: lookup.AcceleratorOption = HERE.accelerator,
    precision: lookup.PrecisionOption = HERE.precision,
) -> None:
    """Read every glyph of a font back, and list first what looks least like its code point.

    Exit status 1 when a font could not be read; the others are checked all the same.
    """
    with Workers(FONT_LIMITS) as workers:
        compute = lookup.compute_of(accelerator, precision)
        raise typer.Exit(_check(fonts, outputs, compute, top, pictures, as_json, workers))


def _check(
    fonts: list[Path],
    outputs: Path,
    compute: Compute,
    top: int,
    pictures: Path | None,
    as_json: bool,
    workers: Workers,
) -> int:
    """Check the fonts, drawn by workers; the exit status."""
    start = time.monotonic()
    with ending_with(2):
        policy = drawing_policy(outputs)
        drawings = workers.in_order(drawn_file, ((str(path), (path, policy)) for path in fonts))
        # Not before: workers draw the first fonts while PyTorch is imported.
        from rasm.query.recognizer import Recognizer

        recognizer = Recognizer.load(outputs, compute)
    summaries: list[dict[str, object]] = []
    failed, glyphs = False, 0
    for count, (path, outcome) in enumerate(zip(fonts, drawings, strict=True), start=1):
        errors = [outcome.error.reason] if outcome.error else []
        errors += [drawn.error for drawn in outcome.results if drawn.error]
        for face in (face for drawn in outcome.results for face in drawn.faces):
            try:
                found = check_face(face, recognizer)
            except ValueError as error:
                errors.append(str(error))
                continue
            glyphs += len(found.verdicts)
            if as_json:
                summaries.append(found.as_dict())
            else:
                _show(found, top)
            if pictures is not None:
                with ending_with(2):
                    _draw(found, pictures, top)
        for reason in errors:
            complain(f"{path}: {reason}")
        failed = failed or bool(errors)
        if len(fonts) > 1 and not as_json:
            rate = glyphs / (time.monotonic() - start)
            progress = f"{count} of {len(fonts)} files, {glyphs:,} glyphs, {rate:,.0f} glyphs/s"
            print(f"{progress}: {printable(path.name)}", file=sys.stderr)
    if as_json:
        print(printable_json(summaries))
    return int(failed)


@app.command()
def serve(
    outputs: lookup.OutputsOption,
    host: Annotated[str, typer.Option(help="address to listen at")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="port to listen at")] = 8000,
    token: Annotated[
        str | None,
        typer.Option(envvar="RASM_TOKEN", help="for adding classes; without one nobody can"),
    ] = None,
) -> None:
    """Answer over HTTP: /query, /compare, /check, and /docs, which lists the rest.

    Only this machine is listened to unless --host says otherwise. Exit status 2
    when there is no run to answer with.
    """
    with ending_with(2), _needing("serve"):
        drawing_policy(outputs)
        from rasm.service.app import run_service

        say(f"http://{host}:{port}/docs")
        run_service(outputs, host, port, token)


@app.command()
def export(
    folder: Annotated[Path, typer.Argument(help="where the files go", metavar="DIR")],
    outputs: lookup.OutputsOption,
    corpus: Annotated[
        list[str] | None,
        typer.Option(help="whose embedder is wanted; every one if unsaid"),
    ] = None,
) -> None:
    """Write the recogniser and the embedders of a run as ONNX files, each with a card of JSON.

    The answers of each file are compared with PyTorch's before it is written.
    """
    with ending_with(2), _needing("export"):
        drawing_policy(outputs)
        corpora = embedders_of(outputs, corpus)
        from rasm.query.export import export_run

        for path, card in export_run(outputs, corpora, folder):
            size = path.stat().st_size / 1e6
            say(f"{path}: {size:.1f} MB, at most {card['apart']:.1g} from PyTorch's answers")


@contextmanager
def _needing(extra: str) -> Iterator[None]:
    """Raise ValueError that names the extra of this package where a library of it is missing."""
    try:
        yield
    except ModuleNotFoundError as error:
        raise ValueError(
            f"{error.name} is not installed: the extra brings it, as in `pip install '.[{extra}]'`"
        ) from error


def _show(found: FontCheck, top: int) -> None:
    say(f"{found.font}: {len(found.suspects)} of {len(found.verdicts)} glyphs suspect")
    if found.suspects:
        show_table(
            ("claims", "code points", "looks like", "p", "rank of claim", "p of claim"),
            (
                (
                    verdict.label,
                    verdict.code_points,
                    ", ".join(verdict.looks_like)
                    if verdict.is_known is not False
                    else f"no known glyph; {verdict.looks_like[0]}?",
                    f"{verdict.looks_like_probability:.3f}",
                    str(verdict.rank),
                    f"{verdict.probability:.3f}",
                )
                for verdict in found.suspects[:top]
            ),
        )
    say(
        f"strict top-1 {found.strict_top1:.3f}, top-5 {found.strict_top5:.3f}; "
        f"shape top-1 {found.shape_top1:.3f}, top-5 {found.shape_top5:.3f}; "
        f"{len(found.unknown)} glyphs of labels that the recogniser never learnt"
    )


def _draw(found: FontCheck, folder: Path, top: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for place, verdict in enumerate(found.suspects[:top], start=1):
        picture = Image.fromarray(np.where(verdict.picture, 0, 255).astype(np.uint8))
        picture.save(folder / f"{found.font}-{place:03d}-{verdict.label}.png")
