"""Opening what people send: what has one meaning becomes pixels, the rest a reason."""

import os
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from rasm.corpora.pictures import Colour, PictureError, open_picture

NOISE = np.random.default_rng(0).integers(0, 256, (40, 30, 3), dtype=np.uint8)
PHOTO = Image.fromarray(NOISE)
LIMIT = 10_000


def opened(path: Path, colour: Colour = "rgb") -> NDArray[np.uint8]:
    picture = open_picture(path, colour, LIMIT)
    assert picture.dtype == np.uint8
    return picture


def grey(levels: list[int], dtype: type[np.generic]) -> Image.Image:
    return Image.fromarray(np.array([levels], dtype=dtype))


@pytest.mark.parametrize("suffix", [".png", ".PNG", ".tif", ".TIFF", ".webp", ".jpg", ".Jpeg"])
def test_every_kind_in_any_case(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a{suffix}"
    options = {"lossless": True} if suffix == ".webp" else {}
    PHOTO.save(path, **options)
    if suffix.lower() in (".jpg", ".jpeg"):
        assert opened(path).shape == (40, 30, 3)
    else:
        np.testing.assert_array_equal(opened(path), NOISE)
    assert opened(path, "grey").shape == (40, 30)


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".webp", ".tif"])
def test_a_file_cut_short_at_any_place_is_refused(tmp_path: Path, suffix: str) -> None:
    whole, path = tmp_path / f"whole{suffix}", tmp_path / f"cut{suffix}"
    PHOTO.save(whole)
    data = whole.read_bytes()
    for length in (0, 3, 20, len(data) // 3, len(data) - 60):
        path.write_bytes(data[:length])
        with pytest.raises(PictureError) as raised:
            opened(path)
        assert str(path) not in str(raised.value)
        assert (str(raised.value) == "empty file") == (length == 0)


def test_bytes_changed_at_random_give_pixels_or_a_reason(tmp_path: Path) -> None:
    """Nothing but a PictureError ever comes out, and no warning."""
    generator = np.random.default_rng(1)
    refused = 0
    for suffix in (".png", ".jpg", ".webp", ".tif"):
        path = tmp_path / f"a{suffix}"
        PHOTO.save(path)
        data = np.frombuffer(path.read_bytes(), dtype=np.uint8)
        for _ in range(20):
            broken = data.copy()
            broken[generator.integers(0, min(len(data), 400), 4)] = generator.integers(0, 256, 4)
            path.write_bytes(broken.tobytes())
            try:
                assert opened(path).ndim == 3
            except PictureError:
                refused += 1
    assert refused > 15


def test_a_mislabelled_file_is_named_for_what_it_is(tmp_path: Path) -> None:
    PHOTO.save(tmp_path / "a.png", "JPEG")
    with pytest.raises(PictureError, match="named as PNG, but holds JPEG"):
        opened(tmp_path / "a.png")
    PHOTO.save(tmp_path / "a.jpg", "GIF")
    with pytest.raises(PictureError, match="named as JPEG, but holds GIF"):
        opened(tmp_path / "a.jpg")
    (tmp_path / "b.png").write_text("<html>404</html>")
    with pytest.raises(PictureError, match="no PNG picture"):
        opened(tmp_path / "b.png")
    with pytest.raises(PictureError, match="not a picture by its name: .png .jpg"):
        opened(tmp_path / "a.txt")


def test_a_folder_and_a_missing_file_are_no_pictures(tmp_path: Path) -> None:
    (tmp_path / "a.png").mkdir()
    os.mkfifo(tmp_path / "pipe.png")
    for name, says in (("a.png", "a folder"), ("b.png", "No such"), ("pipe.png", "a named pipe")):
        with pytest.raises(PictureError, match=f"cannot be read: .*{says}"):
            opened(tmp_path / name)


def header_only(width: int, height: int) -> bytes:
    """A PNG that claims a size and holds hardly a pixel."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    size = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    data = chunk(b"IDAT", zlib.compress(bytes(9)))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", size) + data + chunk(b"IEND", b"")


@pytest.mark.parametrize("side", [101, 10_000, 60_000])
def test_huge_pictures_are_refused_unread(tmp_path: Path, side: int) -> None:
    """Above 89 million pixels Pillow itself warns, above twice that it refuses."""
    path = tmp_path / "a.png"
    path.write_bytes(header_only(side, side))
    with pytest.raises(PictureError, match="more than 10000 pixels"):
        opened(path)
    path.write_bytes(header_only(100, 100))
    with pytest.raises(PictureError, match="truncated"):
        opened(path)


def test_sixteen_bits_are_scaled_not_clipped(tmp_path: Path) -> None:
    """A level of 8 bits is 257 levels of 16; halves go up."""
    for suffix in ("png", "tif"):
        path = tmp_path / f"a.{suffix}"
        grey([0, 7 * 257, 7 * 257 + 129, 65535], np.uint16).save(path)
        assert opened(path, "grey").tolist() == [[0, 7, 8, 255]]
        assert opened(path)[0, 1].tolist() == [7, 7, 7]


@pytest.mark.parametrize("dtype", [np.float32, np.int32])
def test_pixels_of_32_bits_are_refused(tmp_path: Path, dtype: type[np.generic]) -> None:
    grey([0, 1], dtype).save(tmp_path / "a.tif")
    with pytest.raises(PictureError, match="32 bits"):
        opened(tmp_path / "a.tif")


def test_transparent_parts_show_white(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    ink = np.array([[[10, 20, 30, 0], [10, 20, 30, 255], [0, 0, 0, 51]]], dtype=np.uint8)
    Image.fromarray(ink).save(path)
    assert opened(path).tolist() == [[[255, 255, 255], [10, 20, 30], [204, 204, 204]]]
    Image.fromarray(ink[..., 2:]).save(path)  # grey and alpha
    assert opened(path, "grey").tolist() == [[255, 30, 204]]
    grey([0, 90], np.uint8).save(path, transparency=0)  # one level stands for 'nothing here'
    assert opened(path, "grey").tolist() == [[255, 90]]


def test_palettes_are_resolved(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    indexed = grey([1, 0], np.uint8)
    indexed.putpalette([10, 20, 30, 200, 210, 220])
    indexed.save(path)
    assert opened(path).tolist() == [[[200, 210, 220], [10, 20, 30]]]
    indexed.save(path, transparency=1)
    assert opened(path).tolist() == [[[255, 255, 255], [10, 20, 30]]]


def test_black_and_white_and_print_colours(tmp_path: Path) -> None:
    grey([0, 255], np.uint8).convert("1").save(tmp_path / "a.tif")
    assert opened(tmp_path / "a.tif", "grey").tolist() == [[0, 255]]
    # No ink is white, full black is black, full cyan leaves no red.
    inks = np.array([[[0, 0, 0, 0], [0, 0, 0, 255], [255, 0, 0, 0]]], dtype=np.uint8)
    Image.fromarray(inks, mode="CMYK").save(tmp_path / "b.tif")
    assert opened(tmp_path / "b.tif").tolist() == [[[255] * 3, [0] * 3, [0, 255, 255]]]
    PHOTO.convert("CMYK").save(tmp_path / "b.jpg")
    assert opened(tmp_path / "b.jpg").shape == (40, 30, 3)


@pytest.mark.parametrize("suffix", ["png", "tif", "webp"])
def test_the_first_frame_counts(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a.{suffix}"
    options = {"lossless": True} if suffix == "webp" else {}
    PHOTO.save(path, save_all=True, append_images=[PHOTO.rotate(180)], **options)
    with Image.open(path) as image:
        assert getattr(image, "n_frames", 1) == 2
    np.testing.assert_array_equal(opened(path), NOISE)


def test_several_jpegs_in_one_file_are_a_jpeg(tmp_path: Path) -> None:
    PHOTO.save(tmp_path / "a.jpg", "MPO", save_all=True, append_images=[PHOTO])
    assert opened(tmp_path / "a.jpg").shape == (40, 30, 3)


@pytest.mark.parametrize("suffix", ["png", "tif", "webp"])
def test_a_camera_held_sideways(tmp_path: Path, suffix: str) -> None:
    """Orientation 6: the stored picture is shown turned clockwise by a quarter."""
    path = tmp_path / f"a.{suffix}"
    notes = Image.Exif()
    notes[0x0112] = 6
    options = {"lossless": True} if suffix == "webp" else {}
    PHOTO.save(path, exif=notes, **options)
    np.testing.assert_array_equal(opened(path), np.rot90(NOISE, -1))


@pytest.mark.parametrize("suffix", ["jpg", "png"])
def test_camera_notes_that_do_not_parse_cost_no_picture(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a.{suffix}"
    for notes in (b"Exif\0\0nothing", b"Exif\0\0uM\0*\0\0\0\x08\0\x01"):
        PHOTO.save(path, exif=notes)
        assert opened(path).shape == (40, 30, 3)
