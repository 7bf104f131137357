"""Skeletons: strokes worn down from all sides at once until a line is left in their middle.

A skeleton is nearly the same in a bold font and in a light one. Of the many ways to thin, this is
MB2 of Bernard and Manzanera 1999 (Improved low complexity fully parallel thinning algorithm), which
was made for machines that compute whole planes of bits: one pass wears off a layer, where others
take two or four. It treats all directions alike and keeps parts whole and holes open. Lines of even
thickness end two pixels wide, as neither side is preferred.
"""

from torch import Tensor
from torch.nn import functional as F

# A constant of the method; skeletons of training and of use must be made alike.
LAYERS = 24  # worn off; what is wider than 48 pixels, a part of one glyph in thirty, keeps a core


def thin(words: Tensor) -> Tensor:
    """Skeletons of the pictures `words` (G, S, S) int64, as rasm.raster.bit_planes has them."""
    bordered = F.pad(words, (1, 1, 1, 1))
    for _ in range(LAYERS):
        _wear_off_a_layer(bordered.view(-1), bordered.shape[2])
    return bordered[:, 1:-1, 1:-1]


def _wear_off_a_layer(ink: Tensor, width: int) -> None:
    """One pass, in place, over pictures laid end to end, rows of `width` words, empty all around.

    A pixel goes if it lies between background and a pixel inside the ink, straight or diagonally,
    unless across a corner of background it touches ink.
    """
    first, count = width + 1, len(ink) - 2 * (width + 1)

    def at(plane: Tensor, down: int, right: int) -> Tensor:
        return plane.narrow(0, first + down * width + right, count)

    here = at(ink, 0, 0)
    inside = here & at(ink, -1, 0) & at(ink, 1, 0) & at(ink, 0, -1) & at(ink, 0, 1)
    inside = F.pad(inside, (first, first))
    blank = ~ink
    n, s, w, e = at(blank, -1, 0), at(blank, 1, 0), at(blank, 0, -1), at(blank, 0, 1)
    nw, ne, sw, se = n & w, n & e, s & w, s & e
    goes = (n & at(inside, 1, 0)) | (s & at(inside, -1, 0))
    goes |= (w & at(inside, 0, 1)) | (e & at(inside, 0, -1))
    goes |= (nw & at(inside, 1, 1)) | (se & at(inside, -1, -1))
    goes |= (ne & at(inside, 1, -1)) | (sw & at(inside, -1, 1))
    touches = (nw & at(ink, -1, -1)) | (se & at(ink, 1, 1))
    touches |= (ne & at(ink, -1, 1)) | (sw & at(ink, 1, -1))
    here &= touches | ~goes
