"""Which pixels are ink, on pictures of every polarity and lighting, and ink brought to a size."""

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import ndimage

from rasm.raster.fill import Mask
from rasm.raster.ink import fitted, ink_of, packed_masks
from rasm.raster.packing import unpack

Picture = NDArray[np.uint8]
ALL_AROUND = np.ones((3, 3))


def mask(text: str) -> Mask:
    return np.array([[sign == "#" for sign in row] for row in text.split()])


def painted(ink: Mask, dark: int | list[int], light: int | list[int]) -> Picture:
    """A picture (H, W), or (H, W, 3) where the two are colours."""
    return np.where(ink if np.ndim(dark) == 0 else ink[..., None], dark, light).astype(np.uint8)


def figure(size: int, pen: int) -> Mask:
    """A ring and a line that crosses it at 27 degrees: one part that holds two halves."""
    y, x = np.mgrid[:size, :size] - size / 2
    ring = np.abs(np.hypot(x, y) - 0.3 * size) < pen / 2
    line = (np.abs(x - 2 * y) / 5**0.5 < pen / 2) & (np.abs(x) < 0.4 * size)
    return np.asarray(ring | line)


def parts_and_holes(ink: Mask) -> tuple[int, int]:
    return int(ndimage.label(ink, ALL_AROUND)[1]), int(ndimage.label(~np.pad(ink, 1))[1]) - 1


T = mask("####### ...#... ...#... ...#... ...#... ...#... ...#...")


@pytest.mark.parametrize(
    "picture",
    [
        pytest.param(painted(T, 0, 255), id="dark on light"),
        pytest.param(painted(T, 255, 0), id="light on dark"),
        pytest.param(painted(T, 100, 130), id="faint"),
        pytest.param(painted(T, [160, 0, 0], [255, 255, 180]), id="red on cream"),
        pytest.param(painted(T, [255, 220, 0], [0, 0, 90]), id="yellow on blue"),
    ],
)
def test_ink_is_found_where_it_touches_the_border(picture: Picture) -> None:
    """Of the 24 pixels of T's border 8 are ink."""
    np.testing.assert_array_equal(ink_of(picture), T)


def slope(size: int) -> NDArray[np.float64]:
    """Light that falls to three tenths from left to right."""
    return np.broadcast_to(np.linspace(1, 0.3, size), (size, size))


def corners(size: int) -> NDArray[np.float64]:
    """Light that falls to three tenths from the middle to the corners."""
    y, x = np.mgrid[-1 : 1 : size * 1j, -1 : 1 : size * 1j]
    return np.asarray(1 - 0.7 * (x * x + y * y) / 2)


both_lights = pytest.mark.parametrize("light", [slope, corners])


@both_lights
def test_uneven_light_is_evened_out(light: Callable[[int], NDArray[np.float64]]) -> None:
    """Ink keeps four tenths of the light: in the brightest place more than the darkest paper."""
    ink = figure(120, 8)
    noise = np.random.default_rng(0).normal(0, 3, ink.shape)
    picture = np.rint((220 * light(120) * np.where(ink, 0.4, 1) + noise).clip(0, 255))
    assert picture[ink].max() > picture[~ink].min() + 10, "one threshold would do"
    for seen in (picture, 255 - picture):
        found = ink_of(seen.astype(np.uint8))
        assert (found & ink).sum() > 0.95 * (found | ink).sum()


def test_soft_strokes_across_the_border_do_not_pass_for_uneven_light() -> None:
    """A bar from top to bottom whose grey sides fade over 8 pixels: half grey parts it."""
    across = np.abs(np.arange(64) - 31.5)
    levels = 255 * ((across - 6) / 8).clip(0, 1)
    found = ink_of(np.broadcast_to(np.rint(levels), (64, 64)).astype(np.uint8))
    np.testing.assert_array_equal(found, np.broadcast_to(levels < 127, (64, 64)))


NOISE = np.random.default_rng(0).normal(0, 4, (100, 100))


@pytest.mark.parametrize(
    "picture",
    [
        pytest.param(np.full((5, 7), 255), id="white"),
        pytest.param(np.zeros((1, 1)), id="one pixel"),
        pytest.param(painted(T, 100, 115), id="too faint"),
        pytest.param(200 + NOISE, id="noise"),
        pytest.param(200 * slope(100) + NOISE, id="paper under a lamp"),
    ],
)
def test_nothing_stands_out_of_a_blank_picture(picture: NDArray[np.float64]) -> None:
    with pytest.raises(ValueError, match="the picture is blank"):
        ink_of(picture.astype(np.uint8))


@pytest.mark.parametrize("shape", [(0, 5), (9,), (4, 4, 4), (4, 4, 3, 1)])
def test_other_shapes_are_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match=r"a picture is \(H, W\) or \(H, W, 3\) uint8"):
        ink_of(np.zeros(shape, dtype=np.uint8))


def test_other_types_are_refused() -> None:
    with pytest.raises(ValueError, match="float64"):
        ink_of(T.astype(np.float64))


def box(ink: Mask) -> tuple[int, int, int, int]:
    """First row, end of rows, first column, end of columns."""
    rows, columns = (np.flatnonzero(ink.any(axis=axis)) for axis in (1, 0))
    return int(rows[0]), int(rows[-1]) + 1, int(columns[0]), int(columns[-1]) + 1


def test_the_box_fills_the_middle_but_for_the_rim() -> None:
    """10 x 30 pixels become 20 x 60 in the middle of 64, and 5 x 15 become the same."""
    ink = np.zeros((50, 70), dtype=np.bool_)
    ink[3:13, 40:70] = True
    placed = fitted(ink, 64, 2)
    assert box(placed) == (22, 42, 2, 62) and placed.sum() == 20 * 60
    np.testing.assert_array_equal(fitted(ink[1::2, ::2], 64, 2), placed)


def test_ink_of_that_size_stays_as_it_is() -> None:
    ink = np.random.default_rng(0).random((88, 88)) < 0.5
    np.testing.assert_array_equal(fitted(ink, 96, 4), np.pad(ink, 4))


@pytest.mark.parametrize("beside", ["alone", "beside a bold dot"])
@pytest.mark.parametrize(
    ("size", "pen"), [(20, 2), (60, 2), (95, 1), (105, 1), (128, 1), (200, 2), (1000, 3)]
)
def test_thin_strokes_stay_whole(size: int, pen: float, beside: str) -> None:
    """3 of 1,000 pixels are a quarter of a pixel of the result."""
    y, x = np.mgrid[:size, :size] - size / 2
    for angle in np.linspace(0, np.pi, 7):
        along, across = np.cos(angle) * x + np.sin(angle) * y, np.cos(angle) * y - np.sin(angle) * x
        ring = np.abs(np.hypot(x, y) - 0.3 * size) < pen / 2
        ink = ring | ((np.abs(across) < pen / 2) & (np.abs(along) < 0.48 * size))
        if beside == "beside a bold dot":
            ink |= np.hypot(x - 0.3 * size, y - 0.3 * size) < 0.06 * size
        assert parts_and_holes(fitted(ink, 96, 4)) == parts_and_holes(ink)


def test_a_thin_frame_along_the_edge_of_the_box_stays_whole() -> None:
    ink = np.pad(np.zeros((198, 198), dtype=np.bool_), 1, constant_values=True)
    ink[60:140, 60:140] = True
    assert parts_and_holes(fitted(ink, 96, 4)) == (2, 1)


def test_thick_strokes_that_are_near_stay_apart() -> None:
    """A gap of 2 of 128 pixels, 1.4 of the result: some pixel is less than half full."""
    for place in range(46, 64):
        ink = np.ones((128, 128), dtype=np.bool_)
        ink[:, place : place + 2] = False
        assert parts_and_holes(fitted(ink, 96, 4)) == (2, 0)


def test_a_speck_of_a_large_picture_is_lost() -> None:
    ink = figure(1000, 20)
    ink[500, 950] = True
    ink[[100, 900], [500, 500]] = True  # the box is theirs
    assert parts_and_holes(ink)[0] == 4 and parts_and_holes(fitted(ink, 96, 4))[0] == 1


def test_a_single_pixel_becomes_a_square() -> None:
    ink = np.zeros((9, 9), dtype=np.bool_)
    ink[2, 5] = True
    placed = fitted(ink, 24, 4)
    assert box(placed) == (4, 20, 4, 20) and placed.sum() == 16 * 16


@pytest.mark.parametrize("length", [16, 1000])
def test_a_long_thin_line_keeps_a_pixel(length: int) -> None:
    """16 x 1 stays 16 x 1; 1,000 x 2 would be a 32nd of a pixel high."""
    placed = fitted(np.ones((1 if length == 16 else 2, length), dtype=np.bool_), 24, 4)
    assert box(placed) == (11, 12, 4, 20) and placed.sum() == 16


def test_an_empty_mask_is_refused() -> None:
    with pytest.raises(ValueError, match="the mask is empty"):
        fitted(np.zeros((5, 5), dtype=np.bool_), 24, 4)


INKED = np.full((16, 16), 255, dtype=np.uint8)
INKED[4:12, 6:9] = 0


def test_ink_is_fitted_and_packed() -> None:
    masks = unpack(packed_masks([INKED, 255 - INKED], np.flipud).numpy())
    assert (masks == (INKED == 0)[::-1]).all()


def test_a_blank_picture_is_named_by_its_place() -> None:
    with pytest.raises(ValueError, match="picture 1: .*blank"):
        packed_masks([INKED, np.full_like(INKED, 9)], np.flipud)


def test_no_pictures_are_an_error() -> None:
    with pytest.raises(ValueError, match="no pictures"):
        packed_masks([], np.flipud)
