"""The service, asked as clients ask it, and by some who mean no good."""

import io
import struct
import tempfile
import threading
import time
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from fastapi.testclient import TestClient
from PIL import Image

from experiments.release import EXACT, PACKAGES
from rasm.query.recognizer import Recognizer
from rasm.service.app import create_app, made_page
from rasm.service.batching import Batcher, QueueFull
from rasm.service.limits import ServiceLimits
from tests.fonts import hostile
from tests.query.test_answer import pen_beh
from tests.released import RELEASE

FONT = PACKAGES / "tajawal/files/tajawal-arabic-400-normal.woff2"
LIMITS = ServiceLimits(body_bytes=1 << 20, pixels=4_000_000, seconds=20, clients=8)
TOKEN = {"Authorization": "Bearer secret"}
pytestmark = pytest.mark.slow


def png(pixels: object) -> bytes:
    written = io.BytesIO()
    Image.fromarray(np.asarray(pixels)).save(written, format="PNG")
    return written.getvalue()


@pytest.fixture(autouse=True)
def own_temporary_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is left behind is seen, and not what other tests make beside these."""
    own = tmp_path / "temporary"
    own.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(own))


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    beside = tmp_path_factory.mktemp("run") / "outputs"
    beside.symlink_to(RELEASE)  # what is added lies beside it
    with TestClient(create_app(lambda: Recognizer.load(beside, EXACT), "secret", LIMITS)) as asked:
        end = time.monotonic() + 60
        while asked.get("/ready").status_code == 503 and time.monotonic() < end:
            time.sleep(0.1)
        yield asked


def ask(client: TestClient, data: bytes, path: str = "/query") -> tuple[int, dict[str, object]]:
    answer = client.post(path, files={"file": ("x.png", data)})
    return answer.status_code, answer.json()


def test_a_picture_is_read(client: TestClient) -> None:
    status, found = ask(client, png(pen_beh()))
    assert (status, found["label"], found["codepoints"]) == (200, "beh", ["U+0628"])
    assert len(client.post("/query?top=2", files={"file": png(pen_beh())}).json()["nearest"]) == 2


def test_pictures_are_compared(client: TestClient) -> None:
    same = client.post("/compare", files={"a": png(pen_beh()), "b": png(pen_beh(220, 9))})
    assert same.status_code == 200 and same.json()["same"]
    blank = png(np.full((40, 40), 255, np.uint8))
    assert client.post("/compare", files={"a": png(pen_beh()), "b": blank}).status_code == 422


def test_a_font_is_checked(client: TestClient) -> None:
    answer = client.post("/check", files={"file": FONT.read_bytes()})
    assert answer.status_code == 200
    assert answer.json()[0]["shape_top1"] > 0.9


def test_glyphs_are_found_by_name_point_and_character(client: TestClient) -> None:
    for text in ("beh", "U+0628", "ب", "arabic letter beh"):
        labels = [one["label"] for one in client.get("/search", params={"text": text}).json()]
        assert "beh" in labels[:4]
    told = client.get("/glyphs/beh").json()
    assert told["siblings"]["init"] == "beh_init" and told["drawn_in"]
    assert client.get("/glyphs/klingon").status_code == 404


def test_classes_are_written_with_the_token_alone(client: TestClient) -> None:
    asked = {"files": {"file": png(pen_beh())}, "data": {"label": "mine"}}
    assert client.post("/classes", **asked).status_code == 401
    assert client.post("/classes", **asked, headers=TOKEN).status_code == 201
    assert client.get("/classes").json() == {"mine": 1}
    assert ask(client, png(pen_beh()))[1]["nearest"][0]["label"] == "mine"  # type: ignore[index]
    assert client.delete("/classes/mine").status_code == 401
    assert client.delete("/classes/mine", headers=TOKEN).json() == {"removed": 1}
    assert client.get("/classes").json() == {}


def test_it_says_how_it_is(client: TestClient) -> None:
    assert client.get("/health").json() == {"status": "alive"}
    assert 'rasm_requests_total{path="/query",status="200"}' in client.get("/metrics").text
    told = client.get("/openapi.json").json()["paths"]["/query"]["post"]["responses"]["200"]
    assert told["content"]["application/json"]["example"]["label"] == "beh"


def huge_png(side: int) -> bytes:
    """A header that claims side x side pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    header = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    pixels = zlib.compress(bytes(1 << 20))
    start = b"\x89PNG\r\n\x1a\n"
    return start + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def test_hostile_pictures_are_refused_with_a_reason(client: TestClient) -> None:
    sound = png(pen_beh())
    left = set(Path(tempfile.gettempdir()).iterdir())
    cut = [sound[:size] for size in range(0, len(sound) - 20, max(1, len(sound) // 40))]
    others = [b"%PDF-1.4", b"GIF89a" + bytes(40), b"RIFF" + bytes(90), b"II*\0" + bytes(90)]
    for data in [*cut, *others, huge_png(3000), huge_png(60_000), huge_png(2**31 - 1)]:
        status, found = ask(client, data)
        assert 400 <= status < 500 and found["detail"], data[:20]
    assert ask(client, huge_png(60_000))[0] == 413
    assert ask(client, b"%PDF-1.4")[0] == 415
    assert ask(client, bytes(2 << 20))[0] == 413
    assert client.post("/query", content=b"x").status_code == 422
    assert ask(client, sound)[0] == 200
    assert set(Path(tempfile.gettempdir()).iterdir()) <= left


@pytest.mark.parametrize(
    "font",
    [
        lambda: b"",
        lambda: b"no font",
        lambda: FONT.read_bytes()[:5000],
        lambda: hostile.woff_bomb(1000),
        lambda: hostile.woff2_points(),
        lambda: hostile.doubled_components(),
        lambda: hostile.many_tables(),
        lambda: hostile.cff(hostile.doubling_subroutines),
    ],
)
def test_hostile_fonts_are_refused_with_a_reason(client: TestClient, font: object) -> None:
    left = set(Path(tempfile.gettempdir()).iterdir())
    status, found = ask(client, font(), "/check")  # type: ignore[operator]
    assert 400 <= status < 500 and found["detail"]
    assert set(Path(tempfile.gettempdir()).iterdir()) <= left


def test_until_the_model_is_there_clients_are_told_to_come_again() -> None:
    go = threading.Event()

    def load() -> Recognizer:
        go.wait(20)
        raise FileNotFoundError("no run")

    with TestClient(create_app(load)) as asked:
        answer = asked.get("/ready")
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")
        assert asked.get("/health").status_code == 200
        assert asked.post("/query", files={"file": png(pen_beh())}).status_code == 503
        assert asked.delete("/classes/a", headers=TOKEN).status_code == 403
        go.set()


def test_what_waits_is_answered_together_and_no_more_than_there_is_room_for() -> None:
    begun, go, sizes = threading.Event(), threading.Event(), list[int]()

    def double(numbers: object) -> list[int]:
        begun.set()
        go.wait(20)
        return [2 * number for number in numbers]  # type: ignore[attr-defined]

    batcher: Batcher[int, int] = Batcher(double, most=4, room=5, seen=sizes.append)
    first = batcher.submit(1)
    begun.wait(20)
    others = [batcher.submit(number) for number in range(5)]
    with pytest.raises(QueueFull):
        batcher.submit(9)
    others[0].cancel()
    go.set()
    batcher.close()
    assert [first.result(), *(one.result() for one in others[1:])] == [2, 2, 4, 6, 8]
    assert sizes == [1, 4]


def test_one_that_fails_costs_no_other_its_answer() -> None:
    batcher: Batcher[int, float] = Batcher(lambda all: [1 / one for one in all], most=8, room=8)
    with ThreadPoolExecutor(3) as threads:
        found = list(threads.map(batcher.submit, (1, 0, 2)))
    assert (found[0].result(), found[2].result()) == (1, 0.5)
    with pytest.raises(ZeroDivisionError):
        found[1].result()
    batcher.close()


def test_a_made_page_is_served_with_a_policy(tmp_path: Path) -> None:
    made = tmp_path / "page"
    made.mkdir()
    (made / "index.html").write_text("<!doctype html><title>page</title>", encoding="utf-8")
    assert made_page(tmp_path) == made

    def load() -> Recognizer:
        raise FileNotFoundError("no run")

    with TestClient(create_app(load, page=made)) as asked:
        answer = asked.get("/")
        assert answer.status_code == 200
        assert "<title>page</title>" in answer.text
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert asked.get("/../app.py").status_code == 404
        assert asked.get("/health").json() == {"status": "alive"}
