"""The commands that look at pictures as pictures: `rasm rank` and `rasm quality`."""

from math import isfinite
from pathlib import Path
from typing import Annotated, Literal

import typer

from rasm.nets.compute import HERE
from rasm.query import lookup
from rasm.query.run_files import require_ranker
from rasm.report.terminal import ending_with, printable_json, say, show_table
from rasm.trust.image_quality import PRESETS, QualityCheck, check_quality

CARVED = "safaitic"
"""The corpus whose ranker answers unless told otherwise: its pictures wear."""

ImagesArgument = Annotated[list[Path], typer.Argument(help="pictures of one character each")]


def rank_pictures(
    images: ImagesArgument,
    outputs: lookup.OutputsOption,
    corpus: Annotated[str, typer.Option(help="corpus whose ranker judges")] = CARVED,
    as_json: Annotated[bool, typer.Option("--json", help="for machines")] = False,
    accelerator: lookup.AcceleratorOption = HERE.accelerator,
    precision: lookup.PrecisionOption = HERE.precision,
) -> None:
    """Put pictures in order, the most legible first, such as several of one carving.

    A picture that is too illegible to rely on what is read of it is to be
    taken again: reshoot. Validation chose by what, and below which limit.

    Exit status 1 when a picture could not be read or is blank; the others are ranked all the same.
    """
    if len(images) < 2:
        raise typer.BadParameter("ranking needs two pictures at least; `rasm quality` judges one")
    with ending_with(2):
        folder = require_ranker(corpus, outputs)
        from rasm.query.reshoot import judge_pictures
        from rasm.reading.embeddings import PictureEmbedder
        from rasm.trust.ranker import QualityRanker

        compute = lookup.compute_of(accelerator, precision)
        embedder = PictureEmbedder.load(outputs / "checkpoints/embedder" / corpus, compute)
        ranker = QualityRanker.load(folder, embedder)
    opened = {
        path: picture
        for path in images
        if (picture := lookup.inked_picture(path, "grey")) is not None
    }
    if not opened:
        raise typer.Exit(1)
    with ending_with(2):
        judged = judge_pictures(ranker, list(opened.values()))
    ranked = sorted(zip(opened, judged, strict=True), key=lambda found: -found[1].score)
    verdicts = ["reshoot" if one.reshoot else "ok" for _, one in ranked]
    if as_json:
        rows = [
            {
                "picture": str(path),
                "score": one.score if isfinite(one.score) else None,
                "verdict": said,
                "issues": list(one.issues),
            }
            for (path, one), said in zip(ranked, verdicts, strict=True)
        ]
        print(printable_json(rows))
    else:
        show_table(
            ("", "picture", "score", "verdict", "issues"),
            (
                (str(place), str(path), f"{one.score:.3f}", said, ", ".join(one.issues))
                for place, ((path, one), said) in enumerate(
                    zip(ranked, verdicts, strict=True), start=1
                )
            ),
        )
    raise typer.Exit(int(len(opened) < len(images)))


def show_quality(
    images: ImagesArgument,
    preset: Annotated[
        Literal["lenient", "strict"],
        typer.Option(help="lenient: can it be looked up; strict: is it fit for a reference"),
    ] = "lenient",
    as_json: Annotated[bool, typer.Option("--json", help="for machines")] = False,
) -> None:
    """Say what is wrong with pictures: blur, brightness, contrast, resolution, noise.

    Nothing is recognised, so no run is needed. Blur and noise are standard
    deviations, blur as a share of the longer side of the ink, noise,
    brightness and contrast as shares of white, resolution in pixels.

    Exit status 1 when a picture could not be read or has an issue.
    """
    checks: dict[str, QualityCheck] = {}
    for path in images:
        picture = lookup.opened_picture(path, "grey")
        if picture is not None:
            checks[str(path)] = check_quality(picture, PRESETS[preset])
    if as_json:
        print(printable_json({path: check.as_dict() for path, check in checks.items()}))
    for name, check in () if as_json else checks.items():
        found = check.quality
        measures = (
            f": blur {found.blur:.3f}, brightness {found.brightness:.2f}, contrast"
            f" {found.contrast:.2f}, resolution {found.resolution:.0f}, noise {found.noise:.3f}"
            if found
            else ""
        )
        say(f"{name}: {', '.join(check.issues) or 'ok'}, {check.score:.0f} of 100{measures}")
    passed = all(check.passed for check in checks.values())
    raise typer.Exit(int(len(checks) < len(images) or not passed))
