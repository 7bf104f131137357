"""`rasm name`: code points for the glyphs of a font that lost its names and its character map.

There is no text to go by, so shapes decide, each label drawn once in a font. Forms of letters keep
the code point of the letter, with a suffix in the glyph's name (Adobe Glyph List for New Fonts).
"""

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import numpy as np
import typer
from numpy.typing import NDArray

from rasm.bounded.workers import Workers
from rasm.decoding.readings import OPEN, DrawnGlyphs, Place, TextReading
from rasm.fonts.files import unpacked
from rasm.fonts.sfnt import FONT_LIMITS, check_file
from rasm.nets.compute import HERE
from rasm.pdf.cmaps import to_unicode
from rasm.pdf.lines import dots_of, place_of
from rasm.query import lookup
from rasm.query.run_files import drawing_policy
from rasm.query.shapes import ShapeReader
from rasm.raster.fill import curve_bounds
from rasm.raster.glyph import RasterPolicy
from rasm.raster.packing import unpack
from rasm.raster.program import (
    DrawnSign,
    draw_sign,
    glyph_advance,
    glyph_outline,
    open_program,
    stacked,
)
from rasm.report.terminal import complain, ending_with, printable_json, say, show_table
from rasm.store.atomic import replacing

if TYPE_CHECKING:
    from rasm.query.recognizer import Recognizer

_MAX_GLYPHS = 65_536
_SUFFIX = {"init": ".init", "medi": ".medi", "final": ".fina"}


@dataclass(frozen=True, slots=True)
class FontGlyphs:
    """The glyphs of a font that leave ink, by their numbers (N,)."""

    numbers: tuple[int, ...]
    drawn: DrawnGlyphs


@dataclass(frozen=True, slots=True)
class NamedGlyph:
    """A glyph of a font and what it is taken for."""

    glyph: int
    text: str
    form: str
    probability: float
    others: tuple[tuple[str, str, float], ...]
    """The likeliest texts, their forms and probabilities, this one first."""

    @property
    def name(self) -> str:
        """Name by the Adobe Glyph List for New Fonts; `glyph00007` where it is left open."""
        if self.probability < OPEN:
            return f"glyph{self.glyph:05d}"
        codes = "_".join(f"uni{ord(c):04X}" if c <= "\uffff" else f"u{ord(c):X}" for c in self.text)
        return codes + _SUFFIX.get(self.form, "")


def drawn_by_number(path: Path, index: int, policy: RasterPolicy) -> Iterator[FontGlyphs]:
    """All glyphs of a face, drawn; for workers. Raises ValueError that names a file unread."""
    try:
        check_file(path)
        face = open_program(unpacked(path.read_bytes()), index)
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from error
    numbers, signs, places = list[int](), list[DrawnSign](), list[Place]()
    for glyph in range(1, min(face.num_glyphs, _MAX_GLYPHS)):
        outline = glyph_outline(face, glyph)
        if outline is None:
            continue
        try:
            signs.append(draw_sign(outline, policy))
        except ValueError:
            continue
        numbers.append(glyph)
        _, low, _, high = curve_bounds(outline)
        is_mark = glyph_advance(face, glyph) == 0
        picture = unpack(signs[-1].raster)
        places.append(place_of(low, high, dots_of(outline), picture, is_mark=is_mark))
    yield FontGlyphs(tuple(numbers), DrawnGlyphs(*stacked(signs, policy), tuple(places)))


def name_glyphs(glyphs: FontGlyphs, recognizer: "Recognizer") -> list[NamedGlyph]:
    """What each glyph is taken for, the glyphs of the font read together."""
    found = []
    one_font = np.zeros(len(glyphs.numbers), dtype=np.int64)
    candidates = ShapeReader.look(glyphs.drawn, one_font, recognizer).candidates()
    for glyph, one in zip(glyphs.numbers, candidates, strict=True):
        ranked = _ranked(one.readings, np.exp(one.log_p))
        text, form, p = ranked[0]
        found.append(NamedGlyph(glyph, text, form, p, ranked))
    return found


def name_font(path: Path | str, index: int = 0, outputs: Path | None = None) -> list[NamedGlyph]:
    """What each glyph of a font is taken for, as `rasm name` says.

    `outputs` is the folder of the run that reads, by default that of `run_files.default_outputs`.
    Raises ValueError or OSError that say what is wrong with the file.
    """
    from rasm.query.recognizer import Recognizer

    recognizer = Recognizer.load(outputs)
    with Workers(FONT_LIMITS, jobs=1) as workers:
        outcome = workers.do(str(path), drawn_by_number, Path(path), index, recognizer.policy)
    if outcome.error:
        raise outcome.error
    return name_glyphs(outcome.results[0], recognizer)


def _ranked(
    readings: Sequence[TextReading], p: NDArray[np.float64]
) -> tuple[tuple[str, str, float], ...]:
    top = np.argsort(-p, kind="stable")[:3].tolist()
    return tuple((readings[n].text, readings[n].form, float(p[n])) for n in top)


def named_font(data: bytes, index: int, named: Sequence[NamedGlyph]) -> bytes:
    """The font with these names and a character map of them; of two of a character the surer.

    Raises ValueError where fontTools cannot read or write it.
    """
    from fontTools.ttLib import TTFont, TTLibError, newTable
    from fontTools.ttLib.tables._c_m_a_p import CmapSubtable

    try:
        font = TTFont(io.BytesIO(data), fontNumber=index, recalcTimestamp=False)
        order = list(font.getGlyphOrder())
        taken = {name for n, name in enumerate(order) if n not in {one.glyph for one in named}}
        mapped: dict[int, NamedGlyph] = {}
        for one in sorted(named, key=lambda one: -one.probability):
            name, number = one.name, 1
            while name in taken:
                number += 1
                name = f"{one.name}.alt{number}"
            taken.add(name)
            order[one.glyph] = name
            if one.probability >= OPEN and len(one.text) == 1:
                known = mapped.get(ord(one.text))
                if known is None or (known.form != "isol" and one.form == "isol"):
                    mapped[ord(one.text)] = one
        font.setGlyphOrder(order)
        for tag in ("glyf", "CFF "):  # parsed under the new names
            font.get(tag)
        table = newTable("cmap")
        table.tableVersion = 0
        subtable = CmapSubtable.newSubtable(12)
        subtable.platformID, subtable.platEncID, subtable.language = 3, 10, 0
        subtable.cmap = {code: order[one.glyph] for code, one in sorted(mapped.items())}
        table.tables = [subtable]
        font["cmap"] = table
        post = newTable("post")
        post.formatType, post.extraNames, post.mapping = 2.0, [], {}
        for name in ("italicAngle", "underlinePosition", "underlineThickness", "isFixedPitch"):
            setattr(post, name, 0)
        for name in ("minMemType42", "maxMemType42", "minMemType1", "maxMemType1"):
            setattr(post, name, 0)
        font["post"] = post
        out = io.BytesIO()
        font.save(out)
    except (TTLibError, KeyError, AssertionError, AttributeError) as error:
        raise ValueError(f"the font cannot be written anew: {error}") from error
    return out.getvalue()


def name(
    font: Annotated[Path, typer.Argument(help="ttf, otf, ttc, woff or woff2 file", metavar="FONT")],
    outputs: lookup.OutputsOption,
    index: Annotated[int, typer.Option(min=0, help="which font of a ttc file")] = 0,
    write: Annotated[
        Path | None, typer.Option(help="copy with names and a character map", metavar="OUT.ttf")
    ] = None,
    tounicode: Annotated[
        Path | None, typer.Option(help="glyph numbers to text, as PDF files hold it")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="for machines")] = False,
    accelerator: lookup.AcceleratorOption = HERE.accelerator,
    precision: lookup.PrecisionOption = HERE.precision,
) -> None:
    """Say what each glyph of a font is, whose names and character map are gone.

    Exit status 2 when the font cannot be read.
    """
    with ending_with(2), Workers(FONT_LIMITS, jobs=1) as workers:
        policy = drawing_policy(outputs)
        outcome = workers.do(str(font), drawn_by_number, font, index, policy)
        if outcome.error:
            raise outcome.error
        from rasm.query.recognizer import Recognizer

        recognizer = Recognizer.load(outputs, lookup.compute_of(accelerator, precision))
        named = name_glyphs(outcome.results[0], recognizer)
        if not named:
            complain(f"{font}: no glyph leaves ink")
            raise typer.Exit(2)
        if write is not None:
            written = named_font(unpacked(font.read_bytes()), index, named)
            with replacing(write) as temporary:
                temporary.write_bytes(written)
        if tounicode is not None:
            texts = {one.glyph: one.text for one in named if one.probability >= OPEN}
            with replacing(tounicode) as temporary:
                temporary.write_bytes(to_unicode(texts, 2))
    if as_json:
        print(printable_json([{**_plain(one), "name": one.name} for one in named]))
        return
    show_table(
        ("glyph", "name", "text", "form", "p", "or"),
        (
            (
                str(one.glyph),
                one.name,
                one.text,
                one.form,
                f"{one.probability:.3f}",
                ", ".join(f"{text} {form} {p:.2f}" for text, form, p in one.others[1:]),
            )
            for one in named
        ),
    )
    left = sum(one.probability < OPEN for one in named)
    say(f"{len(named)} glyphs, {left} left open")


def _plain(one: NamedGlyph) -> dict[str, object]:
    return {
        "glyph": one.glyph,
        "text": one.text,
        "code_points": [f"U+{ord(c):04X}" for c in one.text],
        "form": one.form,
        "probability": round(one.probability, 4),
        "others": [[text, form, round(p, 4)] for text, form, p in one.others],
    }
