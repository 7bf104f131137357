"""What those send who mean no good is refused with a reason, and nothing of it is left behind."""

import asyncio
import gzip
import io
import random
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from PIL import Image
from starlette.types import Message

from experiments.release import PACKAGES
from rasm.service.limits import LimitedBodies, ServiceLimits
from tests.fonts import hostile
from tests.query.test_answer import pen_beh
from tests.service.conftest import png

FONT = (PACKAGES / "tajawal/files/tajawal-arabic-400-normal.woff2").read_bytes()
TOKEN = {"Authorization": "Bearer secret"}
KINDS = ("PNG", "JPEG", "WEBP", "TIFF")
OTHERS = {
    "empty": b"",
    "one byte": b"\x89",
    "zeros": bytes(5000),
    "text": b"beh beh beh",
    "json": b'{"file": "beh.png"}',
    "bad json": b'{"file": ' * 500,
    "html": b"<!doctype html><script>alert(1)</script>",
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg"/>',
    "xml of entities": b'<!DOCTYPE a [<!ENTITY b "bb">]><a>' + b"&b;" * 500 + b"</a>",
    "pdf": b"%PDF-1.4\n%%EOF",
    "gif": b"GIF89a" + bytes(40),
    "bmp": b"BM" + bytes(60),
    "icon": b"\0\0\1\0\1\0" + bytes(60),
    "program": b"\x7fELF" + bytes(100),
    "gzip": gzip.compress(bytes(100_000)),
    "pickle": b"\x80\x04cos\nsystem\n(S'true'\ntR.",
    "riff alone": b"RIFF" + bytes(90),
    "tiff alone": b"II*\0" + bytes(90),
    "png alone": b"\x89PNG\r\n\x1a\n",
    "jpeg alone": b"\xff\xd8\xff\xe0" + bytes(40),
    "zip": b"PK\3\4" + bytes(60),
}
pytestmark = pytest.mark.slow
Asked = tuple[str, str, Callable[[], dict[str, Any]]]


def written(kind: str, size: tuple[int, int] | None = None, **options: Any) -> bytes:
    """The letter as a file of a kind, or a blank picture of a size."""
    picture = Image.new("1", size) if size else Image.fromarray(pen_beh())
    content = io.BytesIO()
    picture.convert("L").save(content, format=kind, **options)
    return content.getvalue()


def chunk(kind: bytes, data: bytes) -> bytes:
    body = kind + data
    return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))


def png_of(*chunks: bytes, size: tuple[int, int] = (64, 64), depth: int = 8, hue: int = 0) -> bytes:
    header = struct.pack(">IIBBBBB", *size, depth, hue, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + b"".join(chunks) + chunk(b"IEND", b"")


def pictures() -> Iterator[tuple[str, bytes]]:
    pixels = chunk(b"IDAT", zlib.compress(bytes(1 << 16)))
    for kind in KINDS:
        sound = written(kind)
        for tenth in range(10):
            yield f"{kind} cut at {tenth} tenths", sound[: len(sound) * tenth // 10]
        yield f"{kind} of 4.4 million pixels", written(kind, (2000, 2200))
        yield f"{kind} two bytes wide", written(kind, (4_000, 1_100))
    for width, height in ((3000, 3000), (60_000, 60_000), (2**31 - 1, 1), (1, 2**31 - 1), (0, 0)):
        yield f"PNG says {width}x{height}", png_of(pixels, size=(width, height))
    yield "PNG of no pixels", png_of()
    yield "PNG of a bomb in text", png_of(chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(1 << 26))))
    yield (
        "PNG of a bomb in its profile",
        png_of(chunk(b"iCCP", b"a\0\0" + zlib.compress(bytes(1 << 26)))),
    )
    yield "PNG of noise for pixels", png_of(chunk(b"IDAT", random.Random(0).randbytes(500)))
    yield "PNG of an unknown depth", png_of(pixels, depth=7)
    yield "PNG of an unknown colour", png_of(pixels, hue=5)
    yield "PNG that lies of its length", png(pen_beh())[:33] + b"\xff" * 4 + b"IDAT" + bytes(50)
    jpeg, webp, tiff = (bytearray(written(kind)) for kind in KINDS[1:])
    frame = jpeg.index(b"\xff\xc0")
    for name, size in (("huge", b"\xff\xff"), ("empty", b"\0\0")):
        yield f"JPEG that says {name}", bytes(jpeg[: frame + 5] + size * 2 + jpeg[frame + 9 :])
    yield "WebP that says huge", bytes(webp[:12] + b"VP8X" + b"\n\0\0\0\0\0\0\0" + b"\xff" * 6)
    yield "TIFF whose directory is itself", bytes(tiff[:4] + b"\4\0\0\0" + b"\xff" * 60)
    yield "TIFF whose directory is past the end", bytes(tiff[:4] + b"\xff\xff\xff\x7f" + tiff[8:])
    for seed in range(8):
        yield f"noise {seed}", random.Random(seed).randbytes(2000)
        start = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0", b"RIFF\0\1\0\0WEBP", b"II*\0")[seed % 4]
        yield f"noise {seed} that begins well", start + random.Random(seed).randbytes(2000)


def fonts() -> Iterator[tuple[str, Callable[[], bytes]]]:
    sound = hostile.sound()
    for tenth in range(10):
        yield f"TrueType cut at {tenth} tenths", lambda n=tenth: sound[: len(sound) * n // 10]
        yield f"WOFF2 cut at {tenth} tenths", lambda n=tenth: FONT[: len(FONT) * n // 10]
    for name in (
        "doubled_components",
        "many_tables",
        "overlapping_tables",
        "woff2_points",
    ):
        yield name.replace("_", " "), getattr(hostile, name)
    for name in ("doubling_subroutines", "subroutine_of_itself"):
        yield name.replace("_", " "), lambda n=name: hostile.cff(getattr(hostile, n))
    for claimed in (0, 1000, 1 << 31):
        yield f"WOFF bomb that claims {claimed}", lambda n=claimed: hostile.woff_bomb(n)
    yield "WOFF2 bomb", lambda: hostile.woff2_bomb(1000)
    yield "collection without faces", lambda: hostile.collection(0, b"")
    yield "collection of a million", lambda: hostile.collection(1_000_000, bytes(12))
    yield "collection of itself", lambda: hostile.collection(1, bytes(4))
    for tag in ("head", "maxp", "hhea", "loca", "glyf", "cmap", "hmtx"):
        changed = {tag: b""}
        yield f"TrueType of an empty {tag}", lambda c=changed: hostile.with_tables(c)
    for seed in range(4):
        start = (b"\0\1\0\0", b"OTTO", b"wOF2", b"ttcf")[seed]
        noise = random.Random(seed).randbytes(3000)
        yield f"noise after {start!r}", lambda s=start, n=noise: s + n


def forms() -> Iterator[Asked]:
    """Bodies that are no forms, forms without what is asked, fields of impossible values."""
    sound = png(pen_beh())
    part = b'--b\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n'
    filed = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n' + sound
    bodies = {
        "no form": b"x",
        "form cut off": filed[:-300],
        "form never closed": filed,
        "file as a field": part % (b"file", b"beh") + b"--b--\r\n",
        "another name": filed.replace(b'"file"', b'"picture"') + b"\r\n--b--\r\n",
        "two thousand fields": part % (b"a", b"b") * 2000 + b"--b--\r\n",
        "a header of 100 KB": b"--b\r\nContent-Disposition: " + b"a" * 100_000 + b"\r\n\r\n--b--",
        "no disposition": b"--b\r\nContent-Type: image/png\r\n\r\n" + sound + b"\r\n--b--\r\n",
        "boundaries alone": b"--b\r\n" * 1000,
    }
    for name, body in bodies.items():
        kind = {"Content-Type": "multipart/form-data; boundary=b"}
        yield name, "/query", lambda b=body, k=kind: {"content": b, "headers": k}
    for kind in (
        "multipart/form-data",
        "multipart/form-data; boundary=",
        "multipart/form-data; boundary=" + "b" * 5000,
        "application/json",
        "image/png",
        "application/x-www-form-urlencoded",
        "no/such; kind=\xe9",
        "",
    ):
        asked = {"content": filed, "headers": {"Content-Type": kind.encode("latin-1")}}
        yield f"a body as {kind[:40]!r}", "/query", lambda a=asked: a
    for data in (b"{", b"[]", b"null", b'{"file": null}', b'{"a":' * 3000, b"\xff\xfe{}"):
        asked = {"content": data, "headers": {"Content-Type": "application/json"}}
        yield f"JSON {data[:14]!r}", "/compare", lambda a=asked: a
    for top in ("0", "-1", "11", "1e3", "nan", "", "9" * 400, "%00"):
        yield f"top={top[:9]}", f"/query?top={top}", lambda: {"files": {"file": sound}}
    for label in ("", "a" * 201):
        asked = {"files": {"file": sound}, "data": {"label": label}, "headers": TOKEN}
        yield f"label of {len(label)}", "/classes", lambda a=asked: a
    yield "no label", "/classes", lambda: {"files": {"file": sound}, "headers": TOKEN}
    for token in ("", "Bearer", "Bearer ", "Bearer Secret", "Basic c2VjcmV0", "secret", "\xe9" * 9):
        asked = {"files": {"file": sound}, "data": {"label": "mine"}}
        headers = {"Authorization": token.encode("latin-1")}
        yield f"token {token!r}", "/classes", lambda a=asked, h=headers: a | {"headers": h}
    for length in ("abc", "-1", "1e9", str(10**30), "0x10", ""):
        asked = {"files": {"file": sound}, "headers": {"Content-Length": length}}
        yield f"a length of {length!r}", "/query", lambda a=asked: a
    yield "more than a body may have", "/query", lambda: {"files": {"file": bytes(2 << 20)}}
    yield "one picture of two", "/compare", lambda: {"files": {"a": sound}}
    yield "a picture beside a font", "/compare", lambda: {"files": {"a": sound, "b": FONT}}
    yield "no such path", "/etc/passwd", lambda: {"files": {"file": sound}}
    yield "a way out", "/glyphs/..%2f..%2fetc", lambda: {"files": {"file": sound}}
    yield "a path of 50 KB", "/" + "a" * 50_000, lambda: {"files": {"file": sound}}


def uploads() -> Iterator[Asked]:
    for name, data in (*OTHERS.items(), *pictures()):
        yield f"query: {name}", "/query", lambda d=data: {"files": {"file": ("x.png", d)}}
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as opened:
        opened.writestr("a", bytes(1 << 20))
    for name, data in (*OTHERS.items(), ("zip bomb", archive.getvalue()), ("PNG", png(pen_beh()))):
        yield f"check: {name}", "/check", lambda d=data: {"files": {"file": ("x.ttf", d)}}
    for name, make in fonts():
        yield f"check: {name}", "/check", lambda m=make: {"files": {"file": ("x.ttf", m())}}
    for name, path, make_form in forms():
        yield f"form: {name}", path, make_form


UPLOADS = list(uploads())


def test_there_are_two_hundred() -> None:
    assert len({name for name, _, _ in UPLOADS}) == len(UPLOADS) >= 200


# Starlette leaves the file of a form that is never closed to Python's collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize(("path", "make"), [pytest.param(p, m, id=n) for n, p, m in UPLOADS])
def test_it_is_refused_with_a_reason(
    client: TestClient, path: str, make: Callable[[], dict[str, Any]]
) -> None:
    left = set(Path(tempfile.gettempdir()).iterdir())
    answer = client.post(path, **make())
    assert 400 <= answer.status_code < 500, answer.text
    assert answer.json()["detail"]
    assert set(Path(tempfile.gettempdir()).iterdir()) <= left


def test_then_it_still_answers_and_nothing_was_added(client: TestClient) -> None:
    assert client.post("/query", files={"file": png(pen_beh())}).json()["label"] == "beh"
    assert client.post("/check", files={"file": FONT}).json()[0]["shape_top1"] > 0.9
    assert client.get("/classes").json() == {}


@pytest.mark.parametrize("name", ["../../x.png", "/etc/passwd", "a\0b", "\r\nX: y", "a" * 500])
def test_names_of_files_mean_nothing(client: TestClient, name: str) -> None:
    left = set(Path(tempfile.gettempdir()).iterdir())
    answer = client.post("/query", files={"file": (name, png(pen_beh()))})
    assert (answer.status_code, answer.json()["label"]) == (200, "beh")
    assert set(Path(tempfile.gettempdir()).iterdir()) <= left


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        pytest.param([], 408, id="nothing"),
        pytest.param([b"a"] * 3, 408, id="a byte, and a byte, and no more"),
        pytest.param([b"a" * 60, b"a" * 60], 413, id="more than it said"),
    ],
)
def test_slow_and_endless_bodies_are_cut_off(sent: list[bytes], status: int) -> None:
    limited = LimitedBodies(never, ServiceLimits(body_bytes=100, seconds=0.05))
    waiting, answered = list(sent), list[Message]()

    async def receive() -> Message:
        if not waiting:
            await asyncio.sleep(60)
        return {"type": "http.request", "body": waiting.pop(), "more_body": True}

    async def send(message: Message) -> None:
        answered.append(message)

    asyncio.run(limited({"type": "http", "method": "POST", "headers": []}, receive, send))
    assert answered[0]["status"] == status
    assert b"detail" in answered[1]["body"]


async def never(*arguments: object) -> None:
    raise AssertionError("a body that is not whole was passed on")
