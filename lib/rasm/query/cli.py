"""The command `rasm`: what a user asks of a trained recogniser, without writing Python."""

import json
import sys
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from PIL import Image
from rich.console import Console
from rich.progress import track
from rich.table import Table

from rasm.query.check import FontCheck, check_font
from rasm.query.recognizer import Recognizer

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)


@app.callback()
def rasm() -> None:
    """Read glyphs with the recogniser that `make run` trained."""


@app.command()
def check(
    fonts: Annotated[list[Path], typer.Argument(help="ttf, otf, ttc, woff or woff2 files")],
    outputs: Annotated[Path, typer.Option(help="folder of the trained run")] = Path("outputs"),
    top: Annotated[int, typer.Option(help="suspects to list for each font")] = 20,
    pictures: Annotated[Path | None, typer.Option(help="folder for pictures of suspects")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="everything, for machines")] = False,
) -> None:
    """Read every glyph of a font back, and list first what looks least like its code point.

    Exit status 1 when a font could not be read; the others are checked all the same.
    """
    try:
        recognizer = Recognizer.load(outputs)
    except (ValueError, OSError) as error:
        print(f"rasm: {error}", file=sys.stderr)
        raise typer.Exit(2) from None
    checks: list[FontCheck] = []
    failed = False
    quiet = Console(stderr=True)
    for path in track(fonts, "checking", console=quiet, disable=len(fonts) == 1):
        try:
            checks.extend(check_font(path, recognizer))
        except (ValueError, OSError) as error:
            print(f"rasm: {path}: {error}", file=sys.stderr)
            failed = True
    if as_json:
        print(json.dumps([found.as_dict() for found in checks], ensure_ascii=False, indent=1))
    else:
        for found in checks:
            _show(found, top)
    if pictures is not None:
        for found in checks:
            _draw(found, pictures, top)
    raise typer.Exit(int(failed))


def _show(found: FontCheck, top: int) -> None:
    console = Console()
    table = Table("claims", "code points", "looks like", "p", "rank of claim", "p of claim")
    for verdict in found.suspects[:top]:
        table.add_row(
            verdict.label,
            verdict.code_points,
            ", ".join(verdict.looks_like),
            f"{verdict.looks_like_probability:.3f}",
            str(verdict.rank),
            f"{verdict.probability:.3f}",
        )
    console.print(f"{found.font}: {len(found.suspects)} of {len(found.verdicts)} glyphs suspect")
    if found.suspects:
        console.print(table)
    console.print(
        f"strict top-1 {found.strict_top1:.3f}, top-5 {found.strict_top5:.3f}; "
        f"shape top-1 {found.shape_top1:.3f}, top-5 {found.shape_top5:.3f}; "
        f"{len(found.unknown)} glyphs of labels that the recogniser never learnt"
    )


def _draw(found: FontCheck, folder: Path, top: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for place, verdict in enumerate(found.suspects[:top], start=1):
        picture = Image.fromarray(np.where(verdict.picture, 0, 255).astype(np.uint8))
        picture.save(folder / f"{found.font}-{place:03d}-{verdict.label}.png")
