"""The service, asked as clients ask it."""

import base64
import io
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fastapi.testclient import TestClient
from numpy.typing import NDArray
from PIL import Image

from experiments.release import EXACT, PACKAGES
from rasm.query.answer import GlyphAnswer
from rasm.query.recognizer import Recognizer
from rasm.service.app import create_app, made_page
from rasm.service.batching import Batcher, QueueFull
from rasm.service.limits import ServiceLimits
from tests.query.test_answer import pen_beh
from tests.released import RELEASE
from tests.service.conftest import png, until_ready

FONT = PACKAGES / "tajawal/files/tajawal-arabic-400-normal.woff2"
TOKEN = {"Authorization": "Bearer secret"}
pytestmark = pytest.mark.slow


def ask(client: TestClient, data: bytes, path: str = "/query") -> tuple[int, dict[str, object]]:
    answer = client.post(path, files={"file": ("x.png", data)})
    return answer.status_code, answer.json()


def pixels(address: str) -> NDArray[np.uint8]:
    """Of a picture in an address `data:`."""
    _, _, data = address.partition("data:image/png;base64,")
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(data))))


def test_a_picture_is_read(client: TestClient) -> None:
    status, found = ask(client, png(pen_beh()))
    assert (status, found["label"], found["codepoints"]) == (200, "beh", ["U+0628"])
    assert len(client.post("/query?top=2", files={"file": png(pen_beh())}).json()["nearest"]) == 2


def test_an_answer_is_explained_on_demand_with_pictures(client: TestClient) -> None:
    """The answer is the same as without; the pictures can be opened."""
    status, plain = ask(client, png(pen_beh()))
    assert status == 200 and "explanation" not in plain
    status, found = ask(client, png(pen_beh()), "/query?explain=true")
    assert status == 200
    why: Any = found.pop("explanation")
    assert found == plain
    assert why["answer"]["labels"][0] == "beh" != why["runner_up"]["labels"][0]
    assert {one["of_runner_up"] for one in why["exemplars"]} == {False, True}
    assert {heat["network"] for heat in why["heats"]} == {
        *("phase2", "baseline", "both networks", "embedder")
    }
    for heat in why["heats"]:
        assert np.abs(heat["cells"]).max() == 1 and np.shape(heat["cells"]) == (16, 16)
        assert pixels(heat["picture"]).min() < 128, "the ink that the network reads"
    drawn = [one["picture"] for one in why["exemplars"] if one["picture"]]
    assert all(pixels(one).shape == (160, 160, 3) for one in drawn)
    blank = png(np.full((40, 40), 255, np.uint8))
    told = ask(client, blank, "/query?explain=true")[1]
    assert told["verdict"] == "reshoot" and "explanation" not in told
    assert client.post("/query?explain=perhaps", files={"file": png(pen_beh())}).status_code == 422


def test_few_may_wait_to_be_explained_and_others_are_read_meanwhile() -> None:
    """While one is being explained two of four more may wait."""
    begun, go = threading.Event(), threading.Event()

    class Slow(Recognizer):
        def query(
            self, images: Sequence[Any], top: int = 10, explain: bool = False
        ) -> list[GlyphAnswer]:
            if explain:
                begun.set()
                go.wait(20)
            return super().query(images, top)

    def load() -> Recognizer:
        return Slow(**vars(Recognizer.load(RELEASE, EXACT)))

    picture, why = png(pen_beh()), "/query?explain=true"
    with (
        TestClient(create_app(load, limits=ServiceLimits(explanations=2))) as asked,
        ThreadPoolExecutor(5) as threads,
    ):
        until_ready(asked)
        first = threads.submit(ask, asked, picture, why)
        begun.wait(20)
        others = as_completed([threads.submit(ask, asked, picture, why) for _ in range(4)])
        assert [next(others).result()[0] for _ in range(2)] == [429, 429]
        assert ask(asked, picture)[1]["label"] == "beh"
        go.set()
        assert [first.result()[0], *(one.result()[0] for one in others)] == [200, 200, 200]


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
