"""A PDF file read for its text: fonts, glyphs, words. Done by workers, within limits.

`read_pdf` is for workers: what comes back are plain arrays and names, no part of the file.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pikepdf
from numpy.typing import NDArray

from rasm.bounded.limits import WorkLimits
from rasm.decoding.readings import DrawnGlyphs, Place
from rasm.pdf.content import ContentError, Shown, Traced, shown_on, traced_on
from rasm.pdf.fonts import BROKEN, PdfFont
from rasm.pdf.lines import (
    Drawn,
    Line,
    PlacedSign,
    Sign,
    as_drawn,
    dots_of,
    lines_of,
    outline_of_sign,
    place_of,
    placed_lines,
)
from rasm.raster.fill import curve_bounds
from rasm.raster.glyph import RasterPolicy
from rasm.raster.outline import Outline
from rasm.raster.packing import unpack
from rasm.raster.program import DrawnSign, draw_sign, stacked
from rasm.store.regular_file import require_regular

PDF_LIMITS = WorkLimits(seconds=55, cpu_seconds=50, call_cpu_seconds=600, megabytes=1500)
"""For each page, and for the fonts; of the file there may be many pages."""
_MAX_BYTES = 2**30
_MAX_PAGES = 20_000
_MAX_FONTS = 2_000
UNNUMBERED = (0, 0)
"""What stands for the number of a dictionary that lies within another object."""


class PdfError(ValueError):
    """A PDF that cannot be read or may not be changed; the message is the reason."""


@dataclass(frozen=True, slots=True)
class PageText:
    """The lines of one page, numbered from 1; `problem` says why there are none."""

    number: int
    lines: tuple[Line, ...]
    problem: str = ""


@dataclass(frozen=True, slots=True)
class FontFacts:
    """One font of the file, and the codes of it that pages show."""

    number: int
    name: str
    kind: str
    problem: str
    """Why its outlines cannot be read; empty where they can."""
    code_size: int
    counts: dict[int, int]
    """How often each code is shown."""
    texts: dict[int, str]
    """What its `/ToUnicode` says of them; without an entry where it says nothing."""
    named: dict[int, str]
    """What the names of its glyphs say."""
    said: dict[int, int]
    """How often each code is shown where the page itself says its text."""
    objects: tuple[tuple[int, int], ...]
    """Object and generation number of each dictionary of this font."""


@dataclass(frozen=True, slots=True)
class SignFacts:
    """The signs of the file as they are drawn, and what each looks like."""

    signs: tuple[Sign, ...]
    drawn: DrawnGlyphs


class _Fonts:
    """The fonts met so far, numbered."""

    def __init__(self) -> None:
        self.fonts: list[PdfFont] = []
        self.objects: list[tuple[int, int]] = []
        self._number: dict[tuple[int, int] | bytes, int] = {}

    def number(self, font: Any) -> int:
        key = font.unparse() if font.objgen == UNNUMBERED else font.objgen
        if key not in self._number:
            if len(self.fonts) >= _MAX_FONTS:
                raise ContentError(f"more than {_MAX_FONTS:,} fonts")
            self.fonts.append(PdfFont(font))
            self.objects.append(font.objgen)
            self._number[key] = len(self.fonts) - 1
        return self._number[key]

    def coded(self, number: int) -> PdfFont:
        return self.fonts[number]


def open_pdf(path: Path) -> pikepdf.Pdf:
    """Open a file. Raises PdfError, with the reason, for what is none or is encrypted."""
    require_regular(path)
    if path.stat().st_size > _MAX_BYTES:
        raise PdfError(f"{path.stat().st_size:,} bytes are too many: {_MAX_BYTES:,} at most")
    try:
        return pikepdf.open(path)
    except pikepdf.PasswordError as error:
        raise PdfError("it is encrypted: decrypt it first") from error
    except pikepdf.PdfError as error:
        raise PdfError(f"not a PDF that can be read: {error}") from error


def read_pdf(path: Path, policy: RasterPolicy) -> Iterator[PageText | FontFacts | SignFacts]:
    """Yield the pages in order, then each font, then the signs.

    Raises PdfError for a file that cannot be read; a page that cannot costs only itself.
    """
    reader = PageReader()
    with open_pdf(path) as pdf:
        pages = _pages(pdf)
        for number, page in enumerate(pages, start=1):
            yield reader.page(number, page)
        yield from reader.fonts()
        yield reader.signs(policy)


def _pages(pdf: pikepdf.Pdf) -> list[pikepdf.Page]:
    try:
        count = len(pdf.pages)
        if count > _MAX_PAGES:
            raise PdfError(f"{count:,} pages are too many: {_MAX_PAGES:,} at most")
        return list(pdf.pages)
    except (pikepdf.PdfError, RecursionError, RuntimeError) as error:
        raise PdfError(f"its tree of pages is broken: {error}") from error


class PageReader:
    """Reads pages one after the other, and remembers their fonts, which it numbers."""

    def __init__(self) -> None:
        self._fonts = _Fonts()
        self._outlines: dict[tuple[int, int], Outline | None] = {}
        self._drawn: dict[tuple[int, int], Drawn] = {}
        self._codes: Counter[tuple[int, int]] = Counter()
        self._said: Counter[tuple[int, int]] = Counter()
        self._signs: dict[Sign, None] = {}

    def page(self, number: int, page: pikepdf.Page) -> PageText:
        """The lines of a page, or what is wrong with it."""
        try:
            shown = list(shown_on(page, self._fonts))
        except (RecursionError, *BROKEN) as error:
            return PageText(number, (), str(error))
        self._look_at(shown)
        lines = lines_of(shown, self._drawn)
        signs = (sign for line in lines for word in line.words for sign in word)
        self._signs.update(dict.fromkeys(map(as_drawn, signs)))
        return PageText(number, tuple(lines))

    def traced(self, page: pikepdf.Page) -> tuple[Traced, list[list[PlacedSign]]]:
        """The instructions of a page, and its words. Raises ContentError."""
        traced = traced_on(page, self._fonts)
        self._look_at(traced.shown)
        lines = placed_lines(traced.shown, self._drawn)
        return traced, [word for words, _ in lines for word in words]

    @property
    def code_sizes(self) -> list[int | None]:
        """Bytes a code of each font so far, None where they vary."""
        return [font.code_size if font.is_uniform else None for font in self._fonts.fonts]

    def _look_at(self, shown: Iterable[Shown]) -> None:
        for glyph in shown:
            key = glyph.font, glyph.code
            self._codes[key] += 1
            self._said[key] += glyph.said is not None
            if key not in self._drawn:
                a, b, c, d, _, _ = glyph.place
                self._draw(key, is_mirrored=a * d < b * c)

    def _draw(self, key: tuple[int, int], *, is_mirrored: bool) -> None:
        font = self._fonts.coded(key[0])
        outline = font.outline(key[1])
        if outline is not None and is_mirrored:  # upside down in the font, as of Ghostscript
            outline = replace(outline, points=outline.points * (1, -1))
        box = None
        if outline is not None:
            left, low, right, high = (bound / 1000 for bound in curve_bounds(outline))
            box = left, low, right, high
            if not all(map(np.isfinite, box)) or box[0] >= box[2] or box[1] >= box[3]:
                outline = box = None
        self._outlines[key] = outline
        self._drawn[key] = Drawn(box, dots_of(outline) if outline is not None else 0, font.em)

    def fonts(self) -> Iterator[FontFacts]:
        """The fonts of the pages so far."""
        for number, font in enumerate(self._fonts.fonts):
            counts = {c: n for (f, c), n in sorted(self._codes.items()) if f == number}
            yield FontFacts(
                number=number,
                name=font.name,
                kind=font.kind,
                problem=font.problem,
                code_size=font.code_size,
                counts=counts,
                texts={code: font.texts[code] for code in counts if code in font.texts},
                named={code: text for code in counts if (text := font.glyph_text(code))},
                said={c: n for (f, c), n in sorted(self._said.items()) if f == number},
                objects=(self._fonts.objects[number],),
            )

    def signs(self, policy: RasterPolicy) -> SignFacts:
        """The signs of the pages so far, drawn; those that cannot be are left out."""
        signs: list[Sign] = []
        places: list[Place] = []
        drawn: list[DrawnSign] = []
        for sign in self._signs:
            try:
                drawn.append(draw_sign(outline_of_sign(sign, self._outlines), policy))
            except ValueError:
                continue
            signs.append(sign)
            places.append(self._place(sign, unpack(drawn[-1].raster)))
        glyphs = DrawnGlyphs(*stacked(drawn, policy), tuple(places))
        return SignFacts(tuple(signs), glyphs)

    def _place(self, sign: Sign, picture: NDArray[np.bool_]) -> Place:
        drawn = self._drawn[sign[0].font, sign[0].code]
        assert drawn.box is not None
        _, low, _, high = drawn.box
        dots = drawn.dots if len(sign) == 1 else 0
        return place_of(low, high, dots, picture, is_mark=sign[0].is_mark)
