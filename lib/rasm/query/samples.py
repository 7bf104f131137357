"""The commands that look at folders of pictures as samples: `rasm drift` and `rasm distance`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import numpy as np
import typer
from numpy.typing import NDArray

from rasm.metrics.two_sample import frechet_distance, kernel_distance
from rasm.nets.compute import HERE, Accelerator, AskedPrecision
from rasm.query import lookup
from rasm.query.folders import EmbeddedFolder, embed_folder
from rasm.query.run_files import CORPUS, embedders_of, require_index
from rasm.report.terminal import ending_with, printable_json, say, show_table
from rasm.trust.drift import Drift, Known, find_drift

if TYPE_CHECKING:
    from rasm.reading.embeddings import Embed

_HALVED = 4  # pictures from which on halves have a covariance


def show_drift(
    folder: Annotated[Path, typer.Argument(help="pictures that came in, of one character each")],
    outputs: lookup.OutputsOption,
    reference: Annotated[
        Path | None,
        typer.Option(help="pictures to compare with, in place of the gallery that was learnt"),
    ] = None,
    corpus: Annotated[str, typer.Option(help="corpus whose embedder compares")] = CORPUS,
    worst: Annotated[int, typer.Option(min=0, help="most shifted pictures to list")] = 10,
    permutations: Annotated[int, typer.Option(min=599, help="of the test")] = 999,
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
        given = embed_folder(folder, search.embedder.embed)
        if reference:
            known = _known_folder(reference, embed_folder(reference, search.embedder.embed))
        else:
            labels, groups = (
                np.array([getattr(entry, name) for entry in search.entries])
                for name in ("label", "source")
            )
            known = Known(f"the gallery of {corpus}", search.vectors, labels, groups)
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


def show_distance(
    first: Annotated[Path, typer.Argument(help="folder of pictures", metavar="A")],
    second: Annotated[Path, typer.Argument(help="another, such as made ones", metavar="B")],
    outputs: lookup.OutputsOption,
    features: Annotated[
        Literal["embedder", "inception"],
        typer.Option(help="inception wants the weights that PyTorch offers for it"),
    ] = "embedder",
    corpus: Annotated[str, typer.Option(help="corpus whose embedder sees")] = CORPUS,
    by_class: Annotated[
        bool, typer.Option("--by-class", help="for each class that both have a folder of, too")
    ] = False,
    seed: Annotated[int, typer.Option(help="of the halves")] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="for machines")] = False,
    accelerator: lookup.AcceleratorOption = HERE.accelerator,
    precision: lookup.PrecisionOption = HERE.precision,
) -> None:
    """Say how far two sets of pictures are apart: clean and aged ones, real and made ones.

    FID and KID, lower is nearer, by features of the corpus's embedder,
    scaled to a mean square of 1. FID grows as samples shrink, so compare
    those of one size; KID does not. What two halves of A are apart by chance
    stands beside.

    Exit status 2 where a folder has no pictures or too few. Pictures that
    cannot be read are told about and left out.
    """
    with ending_with(2):
        embed = _embed(features, corpus, outputs, accelerator, precision)
        one, other = (embed_folder(folder, embed) for folder in (first, second))
        found = _apart(one.embeddings, other.embeddings)
        order = np.random.default_rng(seed).permutation(len(one.pictures))
        halves = np.array_split(one.embeddings[order], 2) if len(order) >= _HALVED else None
        told: dict[str, Any] = {
            "features": features if features == "inception" else f"embedder of {corpus}",
            "unread": one.unread + other.unread,
            **found,
            "halves_of_a": _apart(*halves) if halves else None,
        }
        if by_class:
            told |= _by_class(first, one, second, other)
    if as_json:
        print(printable_json(told))
        return
    rows = {"all": told, "halves of A": told["halves_of_a"], **told.get("classes", {})}
    show_table(
        ("", "A", "B", "FID", "KID"),
        (
            (name, str(row["a"]), str(row["b"]), f"{row['fid']:.3f}", f"{row['kid']:.5f}")
            for name, row in rows.items()
            if row
        ),
    )
    for label, reason in told.get("left_out", {}).items():
        say(f"{label}: left out: {reason}")


def _embed(
    features: str,
    corpus: str,
    outputs: Path,
    accelerator: Accelerator,
    precision: AskedPrecision,
) -> "Embed":
    compute = lookup.compute_of(accelerator, precision)
    if features == "inception":
        from rasm.nets.device import resolve
        from rasm.reading.inception import Inception

        return Inception.load(resolve(compute)[0]).embed
    embedders_of(outputs, [corpus])
    from rasm.reading.embeddings import PictureEmbedder

    embedder = PictureEmbedder.load(outputs / "checkpoints/embedder" / corpus, compute)
    # KID's kernel is made for features whose numbers are about 1 large.
    return lambda pictures: embedder.embed(pictures) * embedder.network.dimension**0.5


def _apart(one: NDArray[np.float32], other: NDArray[np.float32]) -> dict[str, Any]:
    return {
        "a": len(one),
        "b": len(other),
        "fid": frechet_distance(one, other),
        "kid": kernel_distance(one, other),
    }


def _by_class(
    first: Path, one: EmbeddedFolder, second: Path, other: EmbeddedFolder
) -> dict[str, Any]:
    """Raises ValueError where the folders share fewer than two classes."""
    a, b = (np.array([picture.label for picture in seen.pictures]) for seen in (one, other))
    shared = sorted((set(a.tolist()) & set(b.tolist())) - {""})
    if len(shared) < 2:
        there = f"only {shared[0]!r}" if shared else "none"
        raise ValueError(
            f"{first} and {second} share too few classes to be compared class by class, {there}:"
            " give both folders of two classes at least, or leave --by-class out"
        )
    classes, left_out = dict[str, Any](), dict[str, str]()
    for label in shared:
        try:
            classes[label] = _apart(one.embeddings[a == label], other.embeddings[b == label])
        except ValueError as error:
            left_out[label] = str(error)
    return {"classes": classes, "left_out": left_out}
