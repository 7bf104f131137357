"""The commands that look at pictures: `rasm query`, `rasm compare`, `rasm add`, `rasm remove`."""

import csv
import sys
from collections.abc import Mapping, Sequence
from glob import glob
from itertools import chain, count, zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
import typer

from rasm.corpora.pictures import FORMATS, Colour, open_picture
from rasm.inputs.any_picture import MOST_PIXELS, decode_picture
from rasm.nets.compute import HERE, Accelerator, AskedPrecision, Compute
from rasm.query.run_files import (
    CORPUS,
    GLYPHS,
    about_run,
    default_outputs,
    holds_recognizer,
    require_index,
)
from rasm.raster.enhance import STEPS, enhanced, require_steps
from rasm.raster.ink import ink_of
from rasm.report.terminal import (
    complain,
    ending_with,
    printable,
    printable_json,
    say,
    show_table,
)
from rasm.store.json_file import write_json

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rasm.query.answer import GlyphAnswer
    from rasm.query.search import Answered, Search
    from rasm.report.explanation import Explanation

_MOST_BYTES = 1 << 28  # of a picture on standard input
CorpusOption = Annotated[str, typer.Option(help="corpus to look in")]


def _default_outputs() -> Path:
    with ending_with(2):
        return default_outputs()


OutputsOption = Annotated[
    Path,
    typer.Option(
        default_factory=_default_outputs,
        show_default="outputs here if it holds a run, else in the checkout of rasm",
        help="folder of the trained run",
    ),
]

AcceleratorOption = Annotated[Accelerator, typer.Option(help="what to compute on")]
PrecisionOption = Annotated[AskedPrecision, typer.Option(help="how exactly to compute")]


def compute_of(accelerator: Accelerator, precision: AskedPrecision) -> Compute:
    """What these options ask for."""
    return Compute(accelerator=accelerator, precision=precision, compile=False)


def query(
    outputs: OutputsOption,
    images: Annotated[
        list[str] | None,
        typer.Argument(help="pictures of one character each: files, folders, globs, - for stdin"),
    ] = None,
    corpus: CorpusOption = CORPUS,
    top: Annotated[int, typer.Option(min=1, help="labels to list for each picture")] = 10,
    listed: Annotated[
        bool, typer.Option("--list", help="list what the corpus knows, and look nothing up")
    ] = False,
    enhance: Annotated[
        list[str] | None,
        typer.Option(help=f"what is done to pictures first, in this order: {', '.join(STEPS)}"),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="for machines")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="for tables, a line a label")] = False,
    explain: Annotated[
        Path | None,
        typer.Option(help="folder for a sheet of each picture that shows why, and its JSON"),
    ] = None,
    accelerator: AcceleratorOption = HERE.accelerator,
    precision: PrecisionOption = HERE.precision,
) -> None:
    """Look pictures up: the characters that look most like them, and the classes that you added.

    Corpora with validation pictures (world, arabic, image folders) also
    tell the label that the nearest pictures vote for, how probable it is,
    and a verdict: ok, uncertain, or not a known glyph. The corpus safaitic
    gives no verdict, null in JSON, and how probable a label is for letters
    that are worn as its validation's are. In all of them a picture without ink is to be
    taken again: reshoot. So is one that the ranker of the corpus finds too
    illegible, as in `rasm rank`, where the run has one.

    With the corpus arabic the recogniser answers: what it reads, with its
    probability and verdict, stands before the nearest pictures, under
    "recognizer" in JSON. Of several characters it says where to crop.

    --explain draws the picture, the exemplars nearest to it of the answer
    and of the runner-up, and heat: where networks see what speaks for the
    one (warm) and for the other (cold).

    Exit status 0 when all pictures were looked up; 1 when one could not be
    read, the others being looked up all the same; 2 when nothing was asked
    or the run lacks what is asked for.
    """
    if listed:
        _list(corpus, outputs, as_json)
        return
    names = _expanded(images or [])
    if not names:
        raise typer.BadParameter("name pictures to look up, or say --list")
    compute = compute_of(accelerator, precision)
    search = _search(corpus, outputs, compute)
    opened = [opened_picture(name) for name in names]
    readable = [name for name, picture in zip(names, opened, strict=True) if picture is not None]
    pictures = [picture for picture in opened if picture is not None]
    read: list[GlyphAnswer] = []
    with ending_with(2):
        pictures = [_enhanced(picture, enhance) for picture in pictures]
        why = explain is not None
        reads = corpus == GLYPHS and holds_recognizer(outputs)
        answers = search.answer(pictures, top)
        if why and not reads:
            from rasm.query.explain import with_explanations

            answers = with_explanations(search, pictures, answers)
        if reads:
            from rasm.query.recognizer import Recognizer

            read = Recognizer.load(outputs, compute).query(pictures, top, explain=why)
        if explain:
            said = [answer.explanation for answer in read or answers]
            _write_explanations(explain, readable, said)
    found = dict(zip(readable, zip_longest(answers, read), strict=True))
    if as_json:
        print(printable_json({name: _as_dict(*both) for name, both in found.items()}))
    elif as_csv:
        _show_csv(found)
    else:
        for name, (answer, glyph) in found.items():
            _show(name, answer, glyph)
    raise typer.Exit(int(len(readable) < len(names)))


def _write_explanations(
    folder: Path, names: Sequence[str], explanations: "Sequence[Explanation | None]"
) -> None:
    """FOLDER/NAME.png and NAME.json of each, numbered where names repeat; none of blank ones."""
    from rasm.report.explanation import write_explanation_sheet

    taken = set[str]()
    for name, why in zip(names, explanations, strict=True):
        if why is None:
            continue
        stem = "stdin" if name == "-" else Path(name).stem
        numbered = (f"{stem}-{number}" for number in count(2))
        kept = next(one for one in chain([stem], numbered) if one not in taken)
        taken.add(kept)
        write_explanation_sheet(folder / f"{kept}.png", name, why)
        write_json(folder / f"{kept}.json", {"picture": name, **why.as_dict()})


def _expanded(names: Sequence[str]) -> list[str]:
    """Folders as the pictures in them, globs that no shell has expanded as what they match."""
    found: list[str] = []
    for name in names:
        if Path(name).is_dir():
            inside = sorted(Path(name).iterdir())
            found += [str(path) for path in inside if path.suffix.lower() in FORMATS]
        elif name != "-" and not Path(name).exists() and any(sign in name for sign in "*?["):
            found += sorted(glob(name, recursive=True)) or [name]
        else:
            found.append(name)
    return found


def _as_dict(answer: "Answered", glyph: "GlyphAnswer | None") -> dict[str, Any]:
    return answer.as_dict() | ({"recognizer": glyph.as_dict()} if glyph else {})


def _show_csv(found: "Mapping[str, tuple[Answered, GlyphAnswer | None]]") -> None:
    """A line a label: of the recogniser with its probability, of the gallery with its distance."""
    table = csv.writer(sys.stdout, lineterminator="\n")
    table.writerow(("picture", "verdict", "by", "rank", "label", "probability", "distance"))
    for name, (answer, glyph) in found.items():
        verdict = glyph.verdict if glyph else answer.verdict
        lines: list[tuple[object, ...]] = []
        for rank, guess in enumerate(glyph.shortlist if glyph else (), start=1):
            lines.append(("recognizer", rank, " | ".join(guess.labels), guess.probability, ""))
        for rank, hit in enumerate(answer.hits, start=1):
            known = hit.label == answer.label and answer.probability is not None
            probable = answer.probability if known else ""
            lines.append(("gallery", rank, hit.label, probable, hit.distance))
        for line in lines or [("", "", "", "", "")]:
            table.writerow([printable(cell) for cell in (name, verdict or "", *line)])


def _enhanced(picture: "NDArray[np.uint8]", steps: list[str] | None) -> "NDArray[np.uint8]":
    """The picture through the steps; a blank one, of which some make nothing, as it is."""
    if not steps:
        return picture
    require_steps(steps)
    try:
        return enhanced(picture, steps)
    except ValueError:
        return picture


def _list(corpus: str, outputs: Path, as_json: bool) -> None:
    """The scripts of an index; its labels where it knows of no characters."""
    with ending_with(2):
        require_index(corpus, outputs)
        from rasm.retrieval.index_folder import pictures_by_label, read_index_card

        folder = outputs / "index" / corpus
        scripts = read_index_card(folder).scripts
        labels = {} if scripts else pictures_by_label(folder)
    if as_json:
        print(printable_json({"scripts": scripts} if scripts else {"labels": labels}))
    elif scripts:
        from fontTools.unicodedata import script_name

        names = ((script_name(code, default=code), code, str(n)) for code, n in scripts.items())
        show_table(("script", "code", "labels"), sorted(names))
    else:
        show_table(("label", "pictures"), ((label, str(n)) for label, n in labels.items()))


def _show(path: str, answer: "Answered", glyph: "GlyphAnswer | None") -> None:
    if answer.verdict == "reshoot" and not answer.hits:
        say(f"{path}: reshoot: {answer.reason}")
        return
    if glyph:
        _show_glyph(path, glyph)
        if answer.share is not None:
            say(f"the nearest vote for {_voted(answer)}")
    elif answer.verdict == "reshoot":
        say(f"{path}: reshoot: {answer.reason}")
    elif answer.share is None:
        say(path)
    else:
        say(": ".join([path, *filter(None, [answer.verdict]), _voted(answer)]))
    show_table(
        ("label", "code points", "distance", "nearest in"),
        (
            (
                hit.label,
                " ".join(hit.as_dict()["codepoints"]),
                f"{hit.distance:.3f}",
                hit.source,
            )
            for hit in answer.hits
        ),
    )


def _voted(answer: "Answered") -> str:
    """What the nearest pictures vote for, and how probable that is where it is known."""
    probable = "" if answer.probability is None else f", probability {answer.probability:.2f}"
    return f"{answer.label}{probable}, {answer.share:.0%} of the votes"


def _show_glyph(path: str, glyph: "GlyphAnswer") -> None:
    if glyph.reason:
        boxes = "; ".join(" ".join(map(str, box)) for box in glyph.boxes)
        where = f" (left top right bottom: {boxes})" if boxes else ""
        say(f"{path}: {glyph.verdict}: {glyph.reason}{where}")
    else:
        say(f"{path}: {glyph.verdict}: {glyph.label}, probability {glyph.probability:.2f}")
    rows = ((" | ".join(g.labels), f"{g.probability:.3f}") for g in glyph.shortlist)
    show_table(("the recogniser reads", "probability"), rows)


def info(
    outputs: OutputsOption,
    as_json: Annotated[bool, typer.Option("--json", help="for machines")] = False,
) -> None:
    """Say which run or released model answers here, what it knows, and how well it was measured."""
    with ending_with(2):
        told = about_run(outputs)
    if as_json:
        print(printable_json(told))
        return
    say(str(outputs))
    show_table(("", ""), ((name, str(value)) for name, value in told.items()))


def compare_pictures(
    first: Annotated[Path, typer.Argument(help="picture of one character", metavar="A")],
    second: Annotated[Path, typer.Argument(help="another picture", metavar="B")],
    outputs: OutputsOption,
    corpus: Annotated[str, typer.Option(help="corpus whose embedder compares")] = CORPUS,
    as_json: Annotated[bool, typer.Option("--json", help="for machines")] = False,
    accelerator: AcceleratorOption = HERE.accelerator,
    precision: PrecisionOption = HERE.precision,
) -> None:
    """Say whether two pictures show the same letter.

    They are judged by their distance and a threshold from validation. The
    probability is calibrated there too, for pairs of which half are the same:
    of a worn letter and a clean one (safaitic), of two letters of a script in
    two fonts (world), of glyphs or pictures of known classes (others).

    Exit status 1 when a picture could not be read, or is blank.
    """
    search = _search(corpus, outputs, compute_of(accelerator, precision))
    pictures = [inked_picture(path) for path in (first, second)]
    one, other = pictures
    if one is None or other is None:
        raise typer.Exit(1)
    with ending_with(2):
        found = search.compare(one, other)
    if as_json:
        print(printable_json(vars(found)))
        return
    verdict = "the same letter" if found.same else "different letters"
    side = "below" if found.same else "not below"
    say(
        f"{verdict}: probability of the same {found.probability:.2f},"
        f" distance {found.distance:.3f}, {side} the threshold {found.threshold:.3f}"
    )


def add(
    image: Annotated[Path, typer.Argument(help="picture of one character")],
    label: Annotated[str, typer.Option(help="what it is called from now on")],
    outputs: OutputsOption,
    corpus: CorpusOption = CORPUS,
    accelerator: AcceleratorOption = HERE.accelerator,
    precision: PrecisionOption = HERE.precision,
) -> None:
    """Add a class, or another picture of one, from one picture and without training."""
    search = _search(corpus, outputs, compute_of(accelerator, precision))
    picture = inked_picture(image)
    if picture is None:
        raise typer.Exit(1)
    with ending_with(1):
        search.gallery.add(picture, label)
    say(f"added {label!r} to {search.gallery.folder}")


def remove(
    label: Annotated[str, typer.Argument(help="label given to `rasm add`")],
    outputs: OutputsOption,
    corpus: CorpusOption = CORPUS,
) -> None:
    """Take back what `rasm add` added under a label."""
    search = _search(corpus, outputs, HERE)
    with ending_with(1):
        count = search.gallery.remove(label)
    say(f"removed {count} picture{'s' if count > 1 else ''} of {label!r}")


def _search(corpus: str, outputs: Path, compute: Compute) -> "Search":
    """The search of a corpus; what is missing is said without importing PyTorch first."""
    with ending_with(2):
        require_index(corpus, outputs)
        from rasm.query.search import Search

        return Search.load(corpus, outputs, compute=compute)


def opened_picture(name: str | Path, colour: Colour = "rgb") -> "NDArray[np.uint8] | None":
    """A picture, `-` for standard input, or None after saying what is wrong with it."""
    try:
        if name == "-":
            return decode_picture(sys.stdin.buffer.read(_MOST_BYTES), MOST_PIXELS)
        return open_picture(Path(name), colour, MOST_PIXELS)
    except (ValueError, OSError) as error:
        complain(f"{name}: {error}")
        return None


def inked_picture(path: Path, colour: Colour = "rgb") -> "NDArray[np.uint8] | None":
    """A picture, or None after saying that it cannot be read, or is blank."""
    picture = opened_picture(path, colour)
    try:
        if picture is not None:
            ink_of(picture)
    except ValueError as error:
        complain(f"{path}: {error}")
        return None
    return picture
