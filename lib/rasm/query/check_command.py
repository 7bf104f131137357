"""The command `rasm check`: fonts read back, for those who make them."""

import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import numpy as np
import typer
from PIL import Image

from rasm.bounded.workers import Outcome, Workers
from rasm.checking.baseline import Baseline
from rasm.checking.levels import LEVELS, Level
from rasm.fonts.files import FONT_SUFFIXES
from rasm.fonts.sfnt import FONT_LIMITS
from rasm.nets.compute import HERE
from rasm.query import lookup
from rasm.query.answer import inventory_items
from rasm.query.check import FileCheck, FontCheck, Suspect, check_face, drawn_file
from rasm.query.run_files import drawing_policy
from rasm.raster.face import DrawnFile
from rasm.report.check_files import counts_of, points_and_form, write_junit, write_markdown
from rasm.report.terminal import complain, ending_with, printable, printable_json, say, show_table

if TYPE_CHECKING:
    from rasm.query.recognizer import Recognizer

FailOn = Literal["fail", "warn", "never"]
_UNREAD, _SUSPECT = 1, 3  # exit status


def check(
    fonts: Annotated[
        list[Path], typer.Argument(help="ttf, otf, ttc, woff or woff2 files, or folders of them")
    ],
    outputs: lookup.OutputsOption,
    level: Annotated[Level, typer.Option(help="least level that is listed")] = "warn",
    top: Annotated[int, typer.Option(min=0, help="suspects to list for each font")] = 20,
    fail_on: Annotated[FailOn, typer.Option(help="least level that makes the exit status 3")] = (
        "never"
    ),
    against: Annotated[
        Path | None,
        typer.Option(help="earlier version, or a folder of such by name: tell what changed alone"),
    ] = None,
    baseline: Annotated[
        Path | None, typer.Option(help="file of suspects that are accepted, not told again")
    ] = None,
    update_baseline: Annotated[
        bool, typer.Option("--update-baseline", help="accept every suspect of these fonts")
    ] = False,
    html: Annotated[Path | None, typer.Option(help="page with pictures, in one file")] = None,
    junit: Annotated[Path | None, typer.Option(help="for continuous integration, XML")] = None,
    markdown: Annotated[Path | None, typer.Option(help="for a comment or an issue")] = None,
    pictures: Annotated[Path | None, typer.Option(help="folder for pictures of suspects")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="everything, for machines")] = False,
    accelerator: lookup.AcceleratorOption = HERE.accelerator,
    precision: lookup.PrecisionOption = HERE.precision,
) -> None:
    """Read every glyph of a font back, and list first what least looks like what it claims.

    Suspects are of three levels: fail (very likely a fault), warn (worth
    a look) and info. docs/fonts.md says how often each is wrong.

    Exit status 0; 1 when a font could not be read, the others being checked
    all the same; 2 when nothing could be asked; 3 when there are suspects of
    the level of --fail-on or above, and all fonts could be read.
    """
    if update_baseline and baseline is None:
        raise typer.BadParameter("--update-baseline wants --baseline FILE")
    start = time.monotonic()
    with ending_with(2), Workers(FONT_LIMITS) as workers:
        files = font_files(fonts)
        pairs = _older(files, against) if against else {}
        accepted = Baseline() if baseline is None else _baseline(baseline, update_baseline)
        policy = drawing_policy(outputs)
        asked = [*files, *dict.fromkeys(pairs.values())]
        drawings = workers.in_order(drawn_file, ((str(path), (path, policy)) for path in asked))
        # Not before: workers draw the first fonts while PyTorch is imported.
        from rasm.query.recognizer import Recognizer

        recognizer = Recognizer.load(outputs, lookup.compute_of(accelerator, precision))
        checked: dict[Path, FileCheck] = {}
        for path, outcome in zip(asked, drawings, strict=True):
            checked[path] = _judged(path, outcome, recognizer)
            for reason in checked[path].errors:
                complain(f"{path}: {reason}")
            if len(asked) > 1 and not as_json:
                _progress(list(checked.values()), len(asked), start)
        found = [checked[path] for path in files]
        if baseline is not None and update_baseline:
            accepted = accepted.updated(one for file in found for one in file.checks)
            accepted.write(baseline)
        found = [_told(file, checked.get(pairs.get(file.path, Path())), accepted) for file in found]
        shown = LEVELS[: LEVELS.index(level) + 1]
        failing = () if fail_on == "never" else LEVELS[: LEVELS.index(fail_on) + 1]
        if as_json:
            content = (one.as_dict() for file in found for one in file.checks)
            print(printable_json(list(content)))
        else:
            for one in (one for file in found for one in file.checks):
                _show(one, shown, top)
        if html is not None:
            from rasm.report.check_page import write_check_page

            write_check_page(html, found)
        if junit is not None:
            write_junit(junit, found, failing)
        if markdown is not None:
            write_markdown(markdown, found, shown)
        if pictures is not None:
            for one in (one for file in found for one in file.checks):
                _draw(one, pictures, top)
    suspects = [one for file in found for check in file.checks for one in check.suspects]
    if any(file.errors for file in checked.values()):
        raise typer.Exit(_UNREAD)
    raise typer.Exit(_SUSPECT if any(one.level in failing for one in suspects) else 0)


def font_files(names: Sequence[Path]) -> list[Path]:
    """The files, and those of the folders by name, each once.

    Raises ValueError for a folder without fonts.
    """
    found: list[Path] = []
    for name in names:
        if not name.is_dir():
            found.append(name)
            continue
        inside = sorted(path for path in name.rglob("*") if path.suffix.lower() in FONT_SUFFIXES)
        if not inside:
            raise ValueError(f"{name} holds no font: {', '.join(FONT_SUFFIXES)} are looked for")
        found += inside
    return list(dict.fromkeys(found))


def _older(files: Sequence[Path], against: Path) -> dict[Path, Path]:
    """The earlier version of each font; of a folder, those of its name."""
    if against.is_dir():
        return {path: against / path.name for path in files if (against / path.name).is_file()}
    if len(files) != 1:
        raise ValueError(f"{against} is one font and {len(files)} are checked: name a folder")
    return {files[0]: against}


def _baseline(path: Path, updated: bool) -> Baseline:
    return Baseline() if updated and not path.exists() else Baseline.read(path)


def _judged(path: Path, outcome: Outcome[DrawnFile], recognizer: "Recognizer") -> FileCheck:
    errors = [outcome.error.reason] if outcome.error else []
    errors += [drawn.error for drawn in outcome.results if drawn.error]
    checks = []
    for face in (face for drawn in outcome.results for face in drawn.faces):
        try:
            checks.append(check_face(face, recognizer))
        except ValueError as error:
            errors.append(str(error))
    return FileCheck(path, tuple(checks), tuple(errors))


def _told(file: FileCheck, older: FileCheck | None, accepted: Baseline) -> FileCheck:
    """With what is new since an earlier version, by face, and not accepted."""
    checks = list(file.checks)
    if older is not None:
        known = dict(enumerate(older.checks))
        checks = [
            one.since(known[place]) if place in known else one for place, one in enumerate(checks)
        ]
    return replace(file, checks=tuple(accepted.without(one) for one in checks))


def _progress(done: Sequence[FileCheck], count: int, start: float) -> None:
    glyphs = sum(len(one.verdicts) for file in done for one in file.checks)
    rate = glyphs / (time.monotonic() - start)
    progress = f"{len(done)} of {count} files, {glyphs:,} glyphs, {rate:,.0f} glyphs/s"
    print(f"{progress}: {printable(done[-1].path.name)}", file=sys.stderr)


def _show(found: FontCheck, shown: Sequence[Level], top: int) -> None:
    say(f"{found.font}: {counts_of(found)}")
    rows = [one for one in found.suspects if one.level in shown]
    if rows[:top]:
        show_table(("level", "kind", "glyph", "claims", "drawn as", "p"), map(_row, rows[:top]))
    if len(rows) > top:
        say(f"and {len(rows) - top} more: --top {len(rows)} lists all")
    if found.mended:
        say(f"mended: {', '.join(one.label for one in found.mended)}")
    say(
        f"strict top-1 {found.strict_top1:.3f}, top-5 {found.strict_top5:.3f}; "
        f"shape top-1 {found.shape_top1:.3f}, top-5 {found.shape_top5:.3f}; "
        f"{len(found.unknown)} glyphs of labels that the recogniser never learnt"
    )


def _row(one: Suspect) -> tuple[str, ...]:
    glyphs = " + ".join(f"{glyph.name} {glyph.number}" for glyph in one.glyphs)
    p = f"{one.verdict.probability:.3f}" if one.verdict else ""
    return one.level, one.kind, glyphs, points_and_form(one.item), _drawn_as(one), p


def _drawn_as(one: Suspect) -> str:
    """What it shows, as short as `claims` beside it; the sentence is in the other reports."""
    if one.verdict is None and one.kind == "empty":
        return "nothing"
    label = one.partner or (one.verdict.looks_like[0] if one.verdict else "")
    item = inventory_items().get(label)
    told = points_and_form(item) if item else label
    if one.verdict is not None and one.verdict.is_known is False:
        return f"no known glyph; {told}?"
    return told


def _draw(found: FontCheck, folder: Path, top: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    drawn = [one.verdict for one in found.suspects if one.verdict is not None]
    for place, verdict in enumerate(drawn[:top], start=1):
        picture = Image.fromarray(np.where(verdict.picture, 0, 255).astype(np.uint8))
        picture.save(folder / f"{found.font}-{place:03d}-{verdict.label}.png")
