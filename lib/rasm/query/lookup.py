"""The commands that look at pictures: `rasm query`, `rasm compare`, `rasm add`, `rasm remove`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import numpy as np
import typer

from rasm.corpora.pictures import open_picture
from rasm.nets.compute import HERE, Accelerator, AskedPrecision, Compute
from rasm.query.run_files import CORPUS, about_run, default_outputs, require_index
from rasm.raster.enhance import STEPS, enhanced, require_steps
from rasm.raster.ink import ink_of
from rasm.report.terminal import complain, ending_with, printable_json, say, show_table

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rasm.query.search import Answered, Search

_MAX_PIXELS = 100_000_000  # of a picture that is opened
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
        list[Path] | None, typer.Argument(help="pictures of one character each")
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
    accelerator: AcceleratorOption = HERE.accelerator,
    precision: PrecisionOption = HERE.precision,
) -> None:
    """Look pictures up: the characters that look most like them, and the classes that you added.

    Corpora with validation pictures (world, arabic, image folders) also
    tell the label that the nearest pictures vote for, with a verdict: ok,
    uncertain, or not a known glyph. The corpus safaitic gives no verdict,
    null in JSON. In all of them a picture without ink is to be taken
    again: reshoot.

    Exit status 1 when a picture could not be read; the others are looked up all the same.
    """
    if listed:
        _list(corpus, outputs, as_json)
        return
    if not images:
        raise typer.BadParameter("name pictures to look up, or say --list")
    search = _search(corpus, outputs, compute_of(accelerator, precision))
    opened = [_opened(path) for path in images]
    readable = [path for path, picture in zip(images, opened, strict=True) if picture is not None]
    with ending_with(2):
        asked = [picture for picture in opened if picture is not None]
        answers = search.answer([_enhanced(one, enhance) for one in asked], top)
    found = {str(path): answer for path, answer in zip(readable, answers, strict=True)}
    if as_json:
        answered = {path: answer.as_dict() for path, answer in found.items()}
        print(printable_json(answered))
    else:
        for path, answer in found.items():
            _show(path, answer)
    raise typer.Exit(int(len(readable) < len(images)))


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


def _show(path: str, answer: "Answered") -> None:
    if answer.verdict == "reshoot":
        say(f"{path}: reshoot: no ink stands out from its background")
        return
    if answer.share is None:
        say(path)
    else:
        say(f"{path}: {answer.verdict}: {answer.label}, {answer.share:.0%} of the votes")
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
    pictures = [_inked(path) for path in (first, second)]
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
    picture = _inked(image)
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


def _opened(path: Path) -> "NDArray[np.uint8] | None":
    """The picture, or None after saying what is wrong with it."""
    try:
        return open_picture(path, "rgb", _MAX_PIXELS)
    except (ValueError, OSError) as error:
        complain(f"{path}: {error}")
        return None


def _inked(path: Path) -> "NDArray[np.uint8] | None":
    """The picture, or None after saying that it cannot be read, or is blank."""
    picture = _opened(path)
    try:
        if picture is not None:
            ink_of(picture)
    except ValueError as error:
        complain(f"{path}: {error}")
        return None
    return picture
