"""The command `rasm`: what a user asks of a trained recogniser, without writing Python."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from rasm.query import check_command, document_commands, lookup, naming, rank, review, samples
from rasm.query.run_files import drawing_policy, embedders_of
from rasm.report.terminal import ending_with, say

app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False)


for command in (lookup.query, lookup.add, lookup.remove, lookup.info):
    app.command()(command)
app.command()(check_command.check)
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
    int8: Annotated[
        list[Path] | None,
        typer.Option(help="font by whose glyphs the recogniser is also written in bytes"),
    ] = None,
) -> None:
    """Write the recogniser and the embedders of a run as ONNX files, each with a card of JSON.

    The answers of each file are compared with PyTorch's before it is written.
    """
    with ending_with(2), _needing("export"):
        policy = drawing_policy(outputs)
        corpora = embedders_of(outputs, corpus)
        from rasm.query.export import export_run
        from rasm.query.int8 import glyphs_of, quantize_recognizer

        masks = glyphs_of(int8, policy) if int8 else None

        for path, card in export_run(outputs, corpora, folder):
            size = path.stat().st_size / 1e6
            say(f"{path}: {size:.1f} MB, at most {card['apart']:.1g} from PyTorch's answers")
        if masks is not None:
            same = quantize_recognizer(folder, masks)["same_label"]
            path = folder / "recogniser_int8.onnx"
            size = path.stat().st_size / 1e6
            say(f"{path}: {size:.1f} MB, the same label for {same:.3f} of other glyphs")


@contextmanager
def _needing(extra: str) -> Iterator[None]:
    """Raise ValueError that names the extra of this package where a library of it is missing."""
    try:
        yield
    except ModuleNotFoundError as error:
        raise ValueError(
            f"{error.name} is not installed: the extra brings it, as in `pip install '.[{extra}]'`"
        ) from error
