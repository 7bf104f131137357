"""The commands by which people teach: `rasm review`, what to look at, and `rasm import`."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
import typer
from numpy.typing import NDArray
from PIL import Image

from rasm.bounded.workers import Workers
from rasm.fonts.files import FONT_SUFFIXES
from rasm.fonts.sfnt import FONT_LIMITS
from rasm.inputs.any_picture import fitted_masks
from rasm.nets.compute import HERE
from rasm.query import lookup
from rasm.query.check import drawn_file
from rasm.query.folders import FolderPicture, pictures_below
from rasm.query.run_files import GLYPHS, drawing_policy, require_index
from rasm.raster.fill import Mask
from rasm.raster.ink import ink_of
from rasm.raster.packing import unpack
from rasm.report.terminal import complain, ending_with, say
from rasm.store.atomic import replacing
from rasm.store.corrections import Correction, mask_bits, read_corrections

if TYPE_CHECKING:
    from rasm.query.recognizer import Recognizer

_SHOWN = 5  # answers of a row


@dataclass(frozen=True)
class _Asked:
    """N glyphs: masks (N, S, S), what they are said to be, empty where nothing is, and opinions."""

    masks: NDArray[np.bool_]
    sources: list[str]
    pictures: list[str | None]  # files; None of glyphs of fonts
    claimed: list[str]
    opinions: dict[str, NDArray[np.float64]]  # (N, C)


def review(
    sources: Annotated[list[Path], typer.Argument(help="folders of pictures, pictures, fonts")],
    outputs: lookup.OutputsOption,
    out: Annotated[Path, typer.Option(help="folder for review.html and review.jsonl")],
    most: Annotated[int, typer.Option(min=1, help="glyphs to list")] = 100,
    accelerator: lookup.AcceleratorOption = HERE.accelerator,
    precision: lookup.PrecisionOption = HERE.precision,
) -> None:
    """List the glyphs that are worth a look by somebody who can read them, the worthiest first.

    Labels that the recogniser doubts come first, such as of a glyph that
    looks like no other of its code point, or of a picture in the folder
    of another class. Then come those whose answer has the highest
    entropy, or of which its two networks disagree most. The page takes
    labels, and what it saves is for `rasm import`.

    Exit status 1 when something could not be read; the rest is listed.
    """
    with ending_with(2):
        drawing_policy(outputs)
        from rasm.query.recognizer import Recognizer

        recognizer = Recognizer.load(outputs, lookup.compute_of(accelerator, precision))
        asked, failed = _gather(sources, recognizer)
        if not asked:
            raise ValueError("none of it can be read: there is nothing to review")
        rows, masks = _rows(asked, recognizer, most)
        from rasm.report.review_page import write_review_page

        write_review_page(out / "review.html", rows, masks, recognizer.labels)
        with replacing(out / "review.jsonl") as temporary:
            lines = (json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
            temporary.write_text("".join(lines), encoding="utf-8")
    doubted = sum(row["why"] == "label" for row in rows)
    glyphs = sum(len(one.sources) for one in asked)
    say(f"{len(rows)} of {glyphs} glyphs in {out}/review.html, {doubted} of doubted labels")
    raise typer.Exit(int(failed))


def _gather(sources: Sequence[Path], recognizer: "Recognizer") -> tuple[list[_Asked], bool]:
    """Fonts one by one, all pictures together; and whether something could not be read."""
    fonts = [path for path in sources if path.suffix.lower() in FONT_SUFFIXES]
    listed = [
        one
        for path in sources
        if path not in fonts
        for one in (pictures_below(path) if path.is_dir() else [FolderPicture(path, "")])
    ]
    found, failed = list[_Asked](), False
    with Workers(FONT_LIMITS) as workers:
        drawings = ((str(path), (path, recognizer.policy)) for path in fonts)
        for path, outcome in zip(fonts, workers.in_order(drawn_file, drawings), strict=True):
            errors = [outcome.error.reason] if outcome.error else []
            errors += [drawn.error for drawn in outcome.results if drawn.error]
            for reason in errors:
                complain(f"{path}: {reason}")
            failed = failed or bool(errors)
            for face in (face for drawn in outcome.results for face in drawn.faces):
                if face.items:
                    masks, labels = unpack(face.rasters), [item.label for item in face.items]
                    names = [f"{face.name}: {label}" for label in labels]
                    opinions = recognizer.opinions(masks, face.cues)
                    found.append(_Asked(masks, names, [None] * len(masks), labels, opinions))
    opened = [(one, lookup.inked_picture(one.path)) for one in listed]
    read = [(one, ink_of(picture)) for one, picture in opened if picture is not None]
    if read:
        found.append(_of_pictures(read, recognizer))
    return found, failed or len(read) < len(listed)


def _of_pictures(read: "list[tuple[FolderPicture, Mask]]", recognizer: "Recognizer") -> _Asked:
    """Each read at both sizes that glyphs are drawn at, as `rasm query` does."""
    from rasm.query.answer import share_of_mark

    letters, marks = fitted_masks([ink for _, ink in read], recognizer.policy)
    as_letter, as_mark = recognizer.opinions(letters), recognizer.opinions(marks)
    sure = (of["fusion"].max(axis=1) for of in (as_letter, as_mark))
    share = share_of_mark(*sure)[:, None]
    opinions = {name: (1 - share) * as_letter[name] + share * as_mark[name] for name in as_letter}
    names = [str(one.path) for one, _ in read]
    return _Asked(letters, names, list(names), [one.label for one, _ in read], opinions)


def _rows(
    asked: Sequence[_Asked], recognizer: "Recognizer", most: int
) -> tuple[list[dict[str, Any]], list[Mask]]:
    """The rows of a review, as corrections that lack what is right, and their masks."""
    from rasm.metrics.uncertainty import disagreements, entropies, label_doubts, review_order

    p = {name: np.concatenate([one.opinions[name] for one in asked]) for name in asked[0].opinions}
    masks = np.concatenate([one.masks for one in asked])
    sources, pictures, claimed = (
        [value for one in asked for value in getattr(one, name)]
        for name in ("sources", "pictures", "claimed")
    )
    place = {label: i for i, label in enumerate(recognizer.labels)}
    class_of = recognizer.shapes.class_of
    claims = np.array([class_of[place[c]] if c in place else -1 for c in claimed], dtype=np.int64)
    doubts = label_doubts(p["fusion"], claims)
    entropy, apart = entropies(p["fusion"]), disagreements(p["phase2"], p["baseline"])
    order = review_order(doubts, entropy, apart)[:most].tolist()
    rows = []
    for row in order:
        best = np.argsort(-p["fusion"][row], kind="stable")[:_SHOWN].tolist()
        unsure = "disagreement" if apart[row] > entropy[row] / 2 else "entropy"
        rows.append(
            {
                "kind": "rasm correction",
                "collection": GLYPHS,
                "right": None,
                "why": "label" if doubts[row] > 0 else unsure,
                "claimed": claimed[row],
                "source": sources[row],
                "picture": pictures[row],
                "entropy": float(entropy[row]),
                "disagreement": float(apart[row]),
                "doubt": float(doubts[row]),
                "answers": [
                    {"labels": recognizer.members[c], "share": float(p["fusion"][row, c])}
                    for c in best
                ],
                "mask": mask_bits(masks[row]).model_dump(),
            }
        )
    return rows, [masks[row] for row in order]


def import_corrections(
    files: Annotated[
        list[Path], typer.Argument(help="corrections of the page, or lines of a review")
    ],
    outputs: lookup.OutputsOption,
    folder: Annotated[
        Path | None,
        typer.Option(help="write CLASS/ID_1.png there, for a corpus, and add no class"),
    ] = None,
    corpus: Annotated[
        str | None, typer.Option(help="corpus to add to; by default the one that was asked")
    ] = None,
    accelerator: lookup.AcceleratorOption = HERE.accelerator,
    precision: lookup.PrecisionOption = HERE.precision,
) -> None:
    """Take back what people said that pictures show: added classes, found from now on.

    With --folder the pictures go to folders of their classes, as corpora
    of your own pictures are, and train with the next `dvc repro`. Rows
    without an answer are passed over. Taking a file again changes nothing.

    Exit status 2 when a file is no such file; then nothing is taken.
    """
    with ending_with(2):
        given = [one for path in files for one in read_corrections(path)]
        known = [(one, one.right.strip()) for one in given if one.right and one.right.strip()]
        pictures = [(_picture(one), label, corpus or one.collection) for one, label in known]
        if folder:
            for _, label, _ in pictures:
                require_folder_name(label)
            for picture, label, _ in pictures:
                _write_example(folder, label, picture)
        else:
            for wanted in sorted({corpus for _, _, corpus in pictures}):
                require_index(wanted, outputs)
                from rasm.query.search import Search

                compute = lookup.compute_of(accelerator, precision)
                search = Search.load(wanted, outputs, compute=compute)
                codes = {entry.label: entry.codepoints for entry in search.entries}
                for picture, label, _ in (one for one in pictures if one[2] == wanted):
                    search.gallery.add(picture, label, codes.get(label, ()))
    where = folder or "the added classes"
    say(f"{len(pictures)} of {len(given)} corrections taken into {where}")


def _picture(correction: Correction) -> NDArray[np.uint8]:
    """The file that it is about where it is there, else its mask with paper around."""
    if correction.picture and Path(correction.picture).is_file():
        picture = lookup.inked_picture(Path(correction.picture))
        if picture is not None:
            return picture
    pixels = np.pad(correction.pixels(), 8, constant_values=255)
    ink_of(pixels)
    return pixels


def require_folder_name(label: str) -> None:
    """Raise ValueError for a label that no folder of a class can be called."""
    if label in ("train", "val", "test", "splits") or label[0] == "." or set(label) & set("/\\\0"):
        raise ValueError(f"no folder of a class can be called {label!r}: choose another label")


def _write_example(folder: Path, label: str, picture: NDArray[np.uint8]) -> None:
    """A picture has one name, so that it is there once however often it is taken."""
    identity = hashlib.sha256(f"{picture.shape}".encode() + picture.tobytes()).hexdigest()[:16]
    with replacing(folder / label / f"{identity}_1.png") as temporary:
        Image.fromarray(picture).save(temporary, format="PNG")
