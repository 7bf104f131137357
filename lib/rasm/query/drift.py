"""The commands that look at folders of pictures as samples: `rasm drift`."""

from pathlib import Path
from typing import Annotated

import numpy as np
import typer

from rasm.nets.compute import HERE
from rasm.query import lookup
from rasm.query.folders import EmbeddedFolder, embed_folder
from rasm.query.run_files import CORPUS, require_index
from rasm.report.terminal import ending_with, printable_json, say, show_table
from rasm.trust.drift import Drift, Known, find_drift


def show_drift(
    folder: Annotated[Path, typer.Argument(help="pictures that came in, of one character each")],
    outputs: lookup.OutputsOption,
    reference: Annotated[
        Path | None,
        typer.Option(help="pictures to compare with, in place of the gallery that was learnt"),
    ] = None,
    corpus: Annotated[str, typer.Option(help="corpus whose embedder compares")] = CORPUS,
    worst: Annotated[int, typer.Option(min=0, help="most shifted pictures to list")] = 10,
    permutations: Annotated[int, typer.Option(min=99, help="of the test")] = 999,
    alpha: Annotated[float, typer.Option(min=0.0, max=1.0, help="p-value that is drift")] = 0.01,
    seed: Annotated[int, typer.Option(help="of sampling and permutations")] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="for machines")] = False,
    accelerator: lookup.AcceleratorOption = HERE.accelerator,
    precision: lookup.PrecisionOption = HERE.precision,
) -> None:
    """Say whether pictures have drifted from what was learnt, and which of them most.

    Embeddings are tested by maximum mean discrepancy with permutations. What
    was learnt are the exemplars of the gallery, clean drawings of fonts: of
    unseen fonts even good pictures differ from them, so look at the effect,
    0 to 1.41, and compare with pictures that are known to be good by
    --reference, where blur, brightness, contrast, resolution and noise are
    tested too. A folder may hold folders, one a class.

    Exit status 0 where there is no drift, 1 where there is, 2 where it cannot
    be told. Pictures that cannot be read are told about and left out.
    """
    with ending_with(2):
        require_index(corpus, outputs)
        from rasm.query.search import Search

        search = Search.load(corpus, outputs, compute=lookup.compute_of(accelerator, precision))
        given = embed_folder(folder, search.embedder)
        if reference:
            known = _known_folder(reference, embed_folder(reference, search.embedder))
        else:
            labels, groups = (
                np.array([getattr(entry, name) for entry in search.entries])
                for name in ("label", "source")
            )
            known = Known(f"the gallery of {corpus}", search.searcher.vectors, labels, groups)
        found = find_drift(
            [str(one.path) for one in given.pictures],
            given.embeddings,
            given.qualities,
            known,
            worst=worst,
            permutations=permutations,
            alpha=alpha,
            seed=seed,
        )
    if as_json:
        told = {"pictures": len(given.pictures), "unread": given.unread, **found.as_dict()}
        print(printable_json({**told, "reference": known.name}))
    else:
        _show(found, known)
    raise typer.Exit(int(found.drifted))


def _known_folder(folder: Path, seen: EmbeddedFolder) -> Known:
    labels = np.array([one.label or one.path.name for one in seen.pictures])
    names = np.array([str(one.path) for one in seen.pictures])
    return Known(str(folder), seen.embeddings, labels, names, tuple(seen.qualities))


def _show(found: Drift, known: Known) -> None:
    say(
        f"{'drift' if found.drifted else 'no drift'}: p {found.p_value:.3g} beside {known.name}"
        f" (drift from {found.alpha:.3g} down); embeddings p {found.embeddings.p_value:.3g}, effect"
        f" {found.embeddings.effect:.3f}, {found.tested} pictures; half lie within"
        f" {found.median_distance:.2f} of what is known, of that itself 95% within"
        f" {found.usual_distance:.2f}"
    )
    if found.measures:
        show_table(
            ("measure", "median", "reference", "p"),
            (
                (
                    one.measure,
                    f"{one.median:.3g}",
                    f"{one.reference_median:.3g}",
                    f"{one.p_value:.3g}",
                )
                for one in found.measures
            ),
        )
    if found.most_shifted:
        show_table(
            ("most shifted", "distance", "nearest", "what is odd"),
            (
                (one.picture, f"{one.distance:.3f}", one.nearest, ", ".join(one.why))
                for one in found.most_shifted
            ),
        )
