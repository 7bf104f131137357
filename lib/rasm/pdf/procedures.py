"""What the glyphs of Type 3 fonts draw: content streams that fill paths or paint bits as a mask.

Outlines of bits go around them through the middles of their edges. Strokes, forms and pictures in
colour are not read.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pikepdf
from numpy.typing import NDArray

from rasm.pdf.content import Matrix, times
from rasm.raster.outline import CUBIC, ON, Outline

_MAX_POINTS = 2**15
"""Of one glyph."""
_MAX_BITS = 2**22
"""Of one mask; that of a letter of 12 points at 2400 dots an inch has 160,000."""
_FILLS = ("f", "F", "f*", "B", "B*", "b", "b*")
_Path = list[tuple[list[tuple[float, float]], list[int]]]


def drawn_by(procedure: Any, resources: Any, matrix: Matrix) -> Outline | None:
    """What a procedure fills and paints, placed by a matrix; None where that is nothing.

    Raises what `fonts.BROKEN` lists for what is broken.
    """
    found: _Path = []
    path: _Path = []
    stack: list[Matrix] = []
    count = 0
    for instruction in pikepdf.parse_content_stream(procedure):
        operator, operands = str(instruction.operator), instruction.operands
        filled: _Path = []
        if operator in _FILLS:
            filled, path = path, []
        elif operator in ("n", "S", "s"):
            path = []
        elif operator == "q":
            stack.append(matrix)
        elif operator == "Q":
            matrix = stack.pop() if stack else matrix
        elif operator == "cm":
            a, b, c, d, e, f = map(float, operands)
            matrix = times((a, b, c, d, e, f), matrix)
        elif operator in ("m", "l", "c", "v", "y", "re"):
            _extend(path, operator, [float(n) for n in operands], matrix)
        elif (bits := _painted(operator, operands, resources)) is not None:
            filled = [(points, [ON] * len(points)) for points in _around(bits, matrix)]
        found += filled
        count += sum(len(points) for points, _ in filled)
        if count > _MAX_POINTS:
            return None
    if not found:
        return None
    ends = np.cumsum([len(points) for points, _ in found]) - 1
    kinds = np.array([kind for _, its_kinds in found for kind in its_kinds], dtype=np.uint8)
    return Outline(np.array([point for points, _ in found for point in points]), kinds, ends)


def _extend(path: _Path, operator: str, numbers: list[float], matrix: Matrix) -> None:
    pairs = list(zip(numbers[::2], numbers[1::2], strict=True))
    if operator == "re":
        (x, y), (width, height) = pairs
        pairs = [(x, y), (x + width, y), (x + width, y + height), (x, y + height)]
    placed = _placed(pairs, matrix)
    if operator in ("m", "re"):
        path.append((placed, [ON] * len(placed)))
        return
    points, kinds = path[-1]
    if operator == "v":
        placed = [points[-1], *placed]
    elif operator == "y":
        placed = [*placed, placed[-1]]
    points += placed
    kinds += [ON] if operator == "l" else [CUBIC, CUBIC, ON]


def _placed(pairs: list[tuple[float, float]], matrix: Matrix) -> list[tuple[float, float]]:
    a, b, c, d, e, f = matrix
    return [(a * x + c * y + e, b * x + d * y + f) for x, y in pairs]


def _painted(operator: str, operands: Any, resources: Any) -> NDArray[np.bool_] | None:
    """The bits (H, W) of a mask that an instruction paints; None where it paints none."""
    if operator == "INLINE IMAGE":
        mask, data = operands[0].obj, operands[0].read_raw_bytes()
    elif operator == "Do":
        mask = resources["/XObject"][str(operands[0])]
        if mask.get("/Subtype") != "/Image":
            return None
        data = mask.read_raw_bytes()
    else:
        return None
    if not mask.get("/ImageMask", False):
        return None
    if int(mask["/Width"]) * int(mask["/Height"]) > _MAX_BITS:
        raise ValueError("a glyph of too many bits")
    # Of masks pikepdf makes no pictures, so this one is told to be a grey picture of one bit.
    alone = pikepdf.new()
    plain = alone.make_stream(data)
    for key in ("/Width", "/Height", "/Filter", "/DecodeParms"):
        if key in mask:
            plain[key] = _direct(mask[key])
    plain["/Subtype"], plain["/ColorSpace"] = pikepdf.Name.Image, pikepdf.Name.DeviceGray
    plain["/BitsPerComponent"] = 1
    try:
        grey = np.asarray(pikepdf.PdfImage(plain).as_pil_image().convert("L"), dtype=np.uint8)
    except (OSError, NotImplementedError, StopIteration, pikepdf.PikepdfError) as error:
        raise ValueError(f"a mask that cannot be read: {error}") from error
    paints_ones = [float(n) for n in mask.get("/Decode", [0, 1])] == [1, 0]
    return np.equal(grey > 0, paints_ones)


def _direct(value: Any) -> Any:
    """A value that belongs to no file."""
    if not isinstance(value, pikepdf.Object):
        return value
    return pikepdf.Object.parse(value.unparse(resolved=True))


def _around(bits: NDArray[np.bool_], matrix: Matrix) -> Iterator[list[tuple[float, float]]]:
    """The outlines of ink (H, W) in the unit square, as PDF places a picture in it.

    Bits that touch by a corner are apart.
    """
    height, width = bits.shape
    ink = np.pad(bits, 1)
    here = ink[1:-1, 1:-1]
    after: dict[tuple[int, int], list[tuple[int, int]]] = {}
    # Edges with ink on their right, in rows from above: start by its place in the bit, step along.
    for beside, corner, step in (
        (ink[:-2, 1:-1], (0, 0), (1, 0)),
        (ink[1:-1, 2:], (1, 0), (0, 1)),
        (ink[2:, 1:-1], (1, 1), (-1, 0)),
        (ink[1:-1, :-2], (0, 1), (0, -1)),
    ):
        for row, column in np.argwhere(here & ~beside).tolist():
            after.setdefault((column + corner[0], row + corner[1]), []).append(step)
    if len(after) > _MAX_POINTS:
        raise ValueError("a glyph of too many edges")
    while after:
        start = x, y = next(iter(after))
        dx = dy = 0
        middles: list[tuple[float, float]] = []
        steps: list[tuple[int, int]] = []
        while not steps or (x, y) != start:
            onward = after[x, y]
            turn = -dy, dx  # to the right, around the same bit
            dx, dy = turn if turn in onward else onward[0]
            onward.remove((dx, dy))
            if not onward:
                del after[x, y]
            middles.append(((x + dx / 2) / width, 1 - (y + dy / 2) / height))
            steps.append((dx, dy))
            x, y = x + dx, y + dy
        around = zip(middles, [steps[-1], *steps[:-1]], steps, [*steps[1:], steps[0]], strict=True)
        yield _placed([middle for middle, *three in around if len(set(three)) > 1], matrix)
