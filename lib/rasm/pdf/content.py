"""The glyphs that a page shows, and where: its content streams, run for their text alone.

The text operators of ISO 32000-1, 9.4, with the graphics state that moves text (`q`, `Q`, `cm`),
form XObjects, and marked content that carries ActualText. Paths, pictures and colours pass
unheeded.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

import pikepdf

Matrix = tuple[float, float, float, float, float, float]
"""a b c d e f, as PDF writes it: (x, y) becomes (ax + cy + e, bx + dy + f)."""
UNIT: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
_MAX_DEPTH = 16
"""Forms within forms: those in use go three deep, and a form may hold itself."""
_MAX_GLYPHS = 200_000
"""Of one page; a page of a newspaper has 30,000."""


class ContentError(ValueError):
    """A page that cannot be read; the message is the reason."""


class Coded(Protocol):
    """What showing a string needs to know of a font."""

    is_vertical: bool

    def codes(self, text: bytes) -> Sequence[tuple[int, bool]]:
        """Character codes of a string, and whether each is the single byte 32."""

    def width(self, code: int) -> float:
        """Advance in text space units, thousandths of the size already divided."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One glyph on a page; `place` maps text space of size 1 to the page's points."""

    font: int
    """Which font, by the number that `fonts` gave it."""
    code: int
    place: Matrix
    advance: float
    """To the next glyph, in the units of `place`: widths and spacing, no TJ adjustment."""
    is_hidden: bool
    """Shown by no pixel: text of an OCR layer."""
    said: str | None = None
    """What the page itself says: the text of a span (ActualText) on its first glyph, none on those
    after it; None outside of spans."""


@dataclass(slots=True)
class _State:
    """Text state and the matrix of the page, which `q` and `Q` keep."""

    matrix: Matrix = UNIT
    font: int = -1
    size: float = 0.0
    spacing: float = 0.0
    word_spacing: float = 0.0
    scale: float = 1.0
    leading: float = 0.0
    rise: float = 0.0
    mode: int = 0


def times(first: Matrix, second: Matrix) -> Matrix:
    """The matrix that applies `first`, then `second`.

    >>> times((2, 0, 0, 2, 1, 1), (1, 0, 0, 1, 10, 0))
    (2, 0, 0, 2, 11, 1)
    """
    a, b, c, d, e, f = first
    g, h, i, j, k, m = second
    return (
        a * g + b * i,
        a * h + b * j,
        c * g + d * i,
        c * h + d * j,
        e * g + f * i + k,
        e * h + f * j + m,
    )


class Fonts(Protocol):
    """The fonts of a document, each numbered when it is first met."""

    def number(self, font: Any) -> int:
        """The number of a font dictionary."""

    def coded(self, number: int) -> Coded:
        """What is known of a numbered font."""


def shown_on(page: pikepdf.Page, fonts: Fonts) -> Iterator[Shown]:
    """The glyphs of a page in the order in which they are drawn.

    Raises ContentError where content is nested without end or is more than any page holds.
    """
    yield from _run(page, fonts).shown


@dataclass(frozen=True)
class Traced:
    """A page's own instructions, and the glyphs that each shows; those of its forms are none."""

    instructions: Sequence[Any]
    shown: Sequence[Shown]
    ends: Sequence[int]
    """Glyphs shown once each instruction (N,) is run."""


def traced_on(page: pikepdf.Page, fonts: Fonts) -> Traced:
    """The same glyphs, with the instructions that show them. Raises as `shown_on` does."""
    reader = _run(page, fonts)
    return Traced(reader.instructions, reader.shown, reader.ends)


def _run(page: pikepdf.Page, fonts: Fonts) -> "_Reader":
    reader = _Reader(fonts)
    reader.run(page.obj, page.obj.get("/Resources", _inherited(page.obj)), _State(), 0)
    return reader


def _inherited(page: Any) -> Any:
    """The resources of the nearest node above a page that has some."""
    for _ in range(_MAX_DEPTH):
        page = page.get("/Parent")
        if not isinstance(page, pikepdf.Dictionary):
            break
        if "/Resources" in page:
            return page["/Resources"]
    return {}


class _Reader:
    def __init__(self, fonts: Fonts) -> None:
        self._fonts = fonts
        self.shown: list[Shown] = []
        self.instructions: Sequence[Any] = ()
        self.ends: list[int] = []
        self._state = _State()
        self._line: Matrix = UNIT
        self._text: Matrix = UNIT
        self._marks: list[bool] = []
        """Of each mark that is open, whether it is a span with a text."""
        self._said: str | None = None

    def run(self, stream: Any, resources: Any, state: _State, depth: int) -> None:
        """Run a content stream with the state that it starts from."""
        if depth > _MAX_DEPTH:
            raise ContentError(f"forms within forms, more than {_MAX_DEPTH} deep")
        outer, self._state = self._state, state
        stack: list[_State] = []
        try:
            parsed = pikepdf.parse_content_stream(stream)
        except (pikepdf.PdfError, TypeError, ValueError) as error:
            raise ContentError(f"broken content stream: {error}") from error
        for instruction in parsed:
            operator = name_of(instruction)
            if operator == "q":
                stack.append(replace(self._state))
            elif operator == "Q":
                self._state = stack.pop() if stack else self._state
            else:
                try:
                    self._act(operator, instruction.operands, resources, depth)
                except ContentError:
                    raise
                except (TypeError, IndexError, ValueError):
                    pass  # what viewers do with an operator whose operands are wrong: nothing
            if depth == 0:
                self.ends.append(len(self.shown))
        if depth == 0:
            self.instructions = parsed
        self._state = outer

    def _act(self, operator: str, operands: Any, resources: Any, depth: int) -> None:
        if operator == "Do":
            self._form(operands, resources, depth)
        elif operator in ("BMC", "BDC"):
            self._open_mark(operands, resources)
        elif operator == "EMC":
            self._close_mark()
        elif operator == "Tf":
            self._font(operands, resources)
        elif operator == "gs":
            self._graphics_state(operands, resources)
        elif act := _ACTS.get(operator):
            act(self, operands)

    def _form(self, operands: Any, resources: Any, depth: int) -> None:
        form = _named(resources, "/XObject", operands)
        if form is None or form.get("/Subtype") != "/Form":
            return
        matrix = _matrix(form.get("/Matrix")) or UNIT
        state = replace(self._state, matrix=times(matrix, self._state.matrix))
        kept = self._line, self._text
        self.run(form, form.get("/Resources", resources), state, depth + 1)
        self._line, self._text = kept

    def _open_mark(self, operands: Any, resources: Any) -> None:
        text = _actual_text(operands, resources)
        if text is not None and not any(self._marks):
            self._said = text
        self._marks.append(text is not None)

    def _close_mark(self) -> None:
        if self._marks:
            self._marks.pop()
        if not any(self._marks):
            self._said = None

    def _font(self, operands: Any, resources: Any) -> None:
        font = _named(resources, "/Font", operands)
        self._state.font = -1 if font is None else self._fonts.number(font)
        if len(operands) > 1:
            self._state.size = _number(operands[1])

    def _graphics_state(self, operands: Any, resources: Any) -> None:
        entry = _named(resources, "/ExtGState", operands)
        if entry is not None and isinstance(entry.get("/Font"), pikepdf.Array):
            font, size = entry["/Font"]
            self._state.font, self._state.size = self._fonts.number(font), _number(size)

    def begin(self, operands: Any) -> None:
        self._line = self._text = UNIT

    def concatenate(self, operands: Any) -> None:
        if matrix := _matrix(operands):
            self._state.matrix = times(matrix, self._state.matrix)

    def place(self, operands: Any) -> None:
        if matrix := _matrix(operands):
            self._line = self._text = matrix

    def move(self, operands: Any) -> None:
        x, y = map(_number, operands)
        self._line = self._text = times((1, 0, 0, 1, x, y), self._line)

    def move_and_lead(self, operands: Any) -> None:
        self._state.leading = -_number(operands[1])
        self.move(operands)

    def next_line(self, operands: Any) -> None:
        self.move((0, -self._state.leading))

    def show(self, operands: Any) -> None:
        self._show(bytes(operands[0]))

    def show_adjusted(self, operands: Any) -> None:
        for item in operands[0]:
            if isinstance(item, pikepdf.String):
                self._show(bytes(item))
            else:
                self._adjust(_number(item))

    def _adjust(self, thousandths: float) -> None:
        state = self._state
        by = -thousandths / 1000 * state.size
        is_vertical = state.font >= 0 and self._fonts.coded(state.font).is_vertical
        moved = (0.0, by) if is_vertical else (by * state.scale, 0.0)
        self._text = times((1, 0, 0, 1, *moved), self._text)

    def next_and_show(self, operands: Any) -> None:
        self.next_line(operands)
        self.show(operands)

    def space_and_show(self, operands: Any) -> None:
        self._state.word_spacing, self._state.spacing = map(_number, operands[:2])
        self.next_and_show(operands[2:])

    def _show(self, text: bytes) -> None:
        state = self._state
        if state.font < 0:
            return
        font = self._fonts.coded(state.font)
        to_page = (state.size * state.scale, 0.0, 0.0, state.size, 0.0, state.rise)
        for code, is_space in font.codes(text):
            if len(self.shown) >= _MAX_GLYPHS:
                raise ContentError(f"more than {_MAX_GLYPHS:,} glyphs on one page")
            place = times(times(to_page, self._text), state.matrix)
            by = font.width(code) * state.size + state.spacing
            by += state.word_spacing if is_space else 0.0
            across = 0.0 if font.is_vertical else by * state.scale
            if all(map(math.isfinite, place)):
                advance = across / (state.size * state.scale) if state.size * state.scale else 0.0
                is_hidden = state.mode in (3, 7)
                self.shown.append(Shown(state.font, code, place, advance, is_hidden, self._said))
                self._said = self._said and ""
            down = -by if font.is_vertical else 0.0
            self._text = times((1, 0, 0, 1, across, down), self._text)

    def set(self, name: str, factor: float, operands: Any) -> None:
        setattr(self._state, name, _number(operands[0]) * factor)


def _setter(name: str, factor: float = 1.0) -> Callable[[_Reader, Any], None]:
    return lambda reader, operands: reader.set(name, factor, operands)


_ACTS: dict[str, Callable[[_Reader, Any], None]] = {
    "BT": _Reader.begin,
    "cm": _Reader.concatenate,
    "Tm": _Reader.place,
    "Td": _Reader.move,
    "TD": _Reader.move_and_lead,
    "T*": _Reader.next_line,
    "Tj": _Reader.show,
    "TJ": _Reader.show_adjusted,
    "'": _Reader.next_and_show,
    '"': _Reader.space_and_show,
    "Tc": _setter("spacing"),
    "Tw": _setter("word_spacing"),
    "Tz": _setter("scale", 0.01),
    "TL": _setter("leading"),
    "Ts": _setter("rise"),
    "Tr": lambda reader, operands: setattr(reader._state, "mode", int(operands[0])),
}


def name_of(instruction: Any) -> str:
    """The operator of an instruction; empty for bytes that are no text, which no reader knows.

    >>> name_of(pikepdf.ContentStreamInstruction([], pikepdf.Operator("BT")))
    'BT'
    """
    try:
        return str(instruction.operator)
    except UnicodeDecodeError:
        return ""


def _actual_text(operands: Any, resources: Any) -> str | None:
    """The text of a span that a mark opens; None where it has none."""
    if len(operands) < 2:
        return None
    found = operands[1]
    if isinstance(found, pikepdf.Name):
        found = _named(resources, "/Properties", operands[1:])
    text = found.get("/ActualText") if isinstance(found, pikepdf.Dictionary) else None
    return str(text) if isinstance(text, pikepdf.String) else None


def _number(value: Any) -> float:
    """Raises TypeError or ValueError for what is no number."""
    return float(value)


def _matrix(values: Any) -> Matrix | None:
    """Six numbers as a matrix; None for anything else."""
    try:
        a, b, c, d, e, f = map(float, values)
    except (TypeError, ValueError):
        return None
    return a, b, c, d, e, f


def _named(resources: Any, kind: str, operands: Any) -> Any:
    """The resource of a kind that the first operand names, or None."""
    try:
        found = resources[kind][str(operands[0])]
    except (KeyError, TypeError, ValueError, IndexError):
        return None
    return found if isinstance(found, (pikepdf.Dictionary, pikepdf.Stream)) else None
