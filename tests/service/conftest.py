"""The service of the released model, in this process."""

import io
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from fastapi.testclient import TestClient
from PIL import Image

from experiments.release import EXACT
from rasm.query.recognizer import Recognizer
from rasm.service.app import create_app
from rasm.service.limits import ServiceLimits
from tests.released import RELEASE

LIMITS = ServiceLimits(body_bytes=1 << 20, pixels=4_000_000, seconds=20, clients=8)


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


def until_ready(asked: TestClient) -> None:
    """The model is loaded behind the service's back."""
    end = time.monotonic() + 60
    while asked.get("/ready").status_code == 503 and time.monotonic() < end:
        time.sleep(0.1)


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    beside = tmp_path_factory.mktemp("run") / "outputs"
    beside.symlink_to(RELEASE)  # what is added lies beside it
    with TestClient(create_app(lambda: Recognizer.load(beside, EXACT), "secret", LIMITS)) as asked:
        until_ready(asked)
        yield asked
