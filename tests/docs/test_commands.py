"""Every command of README.md and docs/ does what the page says, asked of the released model.

Commands are the lines of blocks marked `sh`, those of indented blocks, and what stands in
backquotes and begins as a command does. They run in the order of the page, in a folder that holds
what they name. `CHECKED` lists those that are not run, why, and what is looked at instead.
"""

import importlib.util
import re
import shlex
import shutil
import time
import tomllib
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import typer
from fastapi.testclient import TestClient
from PIL import Image
from typer.testing import CliRunner

from bench import documents, producers
from experiments.release import EXACT
from rasm.query import run_files
from rasm.query.cli import app
from rasm.query.recognizer import Recognizer
from rasm.reading.embeddings import PictureEmbedder
from rasm.service.app import create_app
from tests.query.test_answer import pen_beh
from tests.released import RELEASE

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted(ROOT.glob("docs/*.md"))]
STARTS = ("rasm ", "make ", "pip ", "dvc ", "python -m ", "curl ")
# What tables call the files that a command takes, and what stands for them here.
NAMED = {
    "IN.pdf...": "broken.pdf",
    "IN.pdf": "broken.pdf",
    "OUT.pdf": "fixed.pdf",
    "FONT...": "FONT.ttf",
    "FONT": "FONT.ttf",
    "OUT.ttf": "named.ttf",
    "PICTURE...": "PICTURE.png",
    "PICTURE": "PICTURE.png",
    "A": "A.png",
    "B": "B.png",
    "DIR": "onnx",
    "FOLDER": "pictures",
    "FILE...": "corrections.json",
    "NAME": "mine",
}
# Exit status where the answer is bad news.
STATUS = {"diagnose": 1}
# What has run once on any page need not run again, but for what changes what is there.
CHANGING = ("rasm add", "rasm remove")
DONE: set[str] = set()
pytestmark = pytest.mark.slow


def commands(page: Path) -> Iterator[str]:
    """Those of a page, without comments."""
    language: str | None = None  # of the fenced block that a line stands in
    for line in page.read_text(encoding="utf-8").splitlines():
        if line.lstrip().startswith("```"):
            language = None if language is not None else line.strip().removeprefix("```")
        elif language == "sh":
            yield _bare(line)
        elif language is None:
            block = line.startswith("    ") and _bare(line)
            for given in [block] if block else re.findall(r"`([^`]+)`", line):
                if given.startswith(STARTS):
                    yield given


def _bare(line: str) -> str:
    return re.sub(r"\s#.*", "", line).strip()


def test_commands_are_found() -> None:
    found = {page.name: list(commands(page)) for page in PAGES}
    assert "rasm repair broken.pdf -o fixed.pdf" in found["README.md"]
    assert "rasm check FONT.ttf" in found["README.md"]
    assert "make test" in found["README.md"]
    assert "rasm rank PICTURE..." in found["README.md"]
    assert "dvc repro" in found["pipeline.md"]
    assert "curl localhost:8000/health" in found["api.md"]


@pytest.fixture(scope="module")
def inputs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the pages name: a PDF without maps, a font, pictures."""
    folder = tmp_path_factory.mktemp("inputs")
    font, family = documents.font_file("tajawal", folder)
    text = [" ".join(documents.paragraphs("ar")[0].split()[:4])]
    producers.set_by_typst(font, family, "ar", text, folder / "set.pdf")
    documents.without_actual_text(folder / "set.pdf", folder / "good.pdf")
    documents.without_maps(folder / "good.pdf", folder / "broken.pdf")
    for name in ("FONT.ttf", "named.ttf", "old.ttf"):
        shutil.copy(font, folder / name)
    shutil.copy(folder / "good.pdf", folder / "fixed.pdf")
    (folder / "pictures").mkdir()
    for name, side in (("PICTURE", 180), ("A", 180), ("B", 220), ("pictures/one", 220)):
        Image.fromarray(pen_beh(side, 9)).save(folder / f"{name}.png")
    return folder


@pytest.fixture(scope="module", autouse=True)
def models() -> Iterator[None]:
    """Loaded once for all commands, exactly computed."""
    with pytest.MonkeyPatch.context() as patch:
        for kind in (Recognizer, PictureEmbedder):
            load = cache(lambda outputs, kind=kind, load=kind.load: load(outputs, EXACT))
            patch.setattr(
                kind,
                "load",
                lambda outputs=None, compute=None, load=load: load(outputs or RELEASE),
            )
        yield


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    """`rasm serve --token secret`."""
    with TestClient(create_app(lambda: Recognizer.load(RELEASE), "secret")) as asked:
        while asked.get("/ready").status_code == 503:
            time.sleep(0.1)
        yield asked


@pytest.fixture
def here(
    inputs: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """The folder of the inputs, with no run; what is added goes elsewhere."""
    monkeypatch.setattr(run_files, "CHECKOUT", tmp_path_factory.mktemp("checkout"))
    monkeypatch.chdir(inputs)
    return inputs


def asked_of_the_model(words: list[str]) -> None:
    """Runs a command `rasm`."""
    done = CliRunner().invoke(app, words[1:])
    assert done.exit_code == STATUS.get(words[1], 0), done.output


def parsed(words: list[str]) -> None:
    """The command and its options exist, and take these values."""
    typer.main.get_command(app).commands[words[1]].make_context(words[1], words[2:])


def is_target(words: list[str]) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert re.search(rf"^{words[1]}:", makefile, re.MULTILINE), f"make has no {words[1]}"


def known_to_dvc(words: list[str]) -> None:
    from dvc.cli import parse_args

    parse_args(words[1:])


def is_module(words: list[str]) -> None:
    assert importlib.util.find_spec(words[2]) is not None


def is_extra(words: list[str]) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = set(re.findall(r"\[(\w+)\]", words[2]))
    assert words[:2] == ["pip", "install"] and words[2].startswith((".", "rasm"))
    assert wanted <= project["optional-dependencies"].keys()


# Commands that are not run: a pattern, why, and what is looked at instead.
CHECKED: list[tuple[str, str, Callable[[list[str]], None]]] = [
    (r"rasm( [a-z]+)? --help|rasm [a-z]+$(?<!info)", "names the command alone", lambda words: None),
    (r"rasm serve", "answers until it is told to end", parsed),
    (r"rasm rank", "models/1 has no ranker", parsed),
    (r"rasm (drift|distance|review|import)", "wants many pictures, or what a page saved", parsed),
    (r"rasm --(install|show)-completion", "writes to the user's shell", lambda words: None),
    (r"make ", "builds or trains", is_target),
    (r"docker ", "wants Docker; `make lint` reads the Dockerfile", lambda words: None),
    (r"dvc ", "trains, or wants a remote", known_to_dvc),
    (r"pip ", "wants the network; tests/test_wheel.py installs", is_extra),
    (r"python -m ", "reads or writes the run of a checkout", is_module),
]


def curl(client: TestClient, words: list[str]) -> None:
    """As curl would send it; the answer is no error."""
    method, fields, files, headers, address = "", {}, {}, {}, ""
    left = iter(words[1:])
    for word in left:
        if word == "-X":
            method = next(left)
        elif word == "-H":
            name, _, value = next(left).partition(": ")
            headers[name] = value
        elif word == "-F":
            name, _, value = next(left).partition("=")
            if value.startswith("@"):
                files[name] = Path(value[1:]).read_bytes()
            else:
                fields[name] = value
        else:
            address = word.removeprefix("localhost:8000")
    method = method or ("POST" if files else "GET")
    asked: dict[str, Any] = {"headers": headers}
    if files:
        asked |= {"files": files, "data": fields}
    answer = client.request(method, address, **asked)
    assert answer.status_code in (200, 201), answer.text


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_commands_work(page: Path, here: Path, client: TestClient) -> None:
    for command in commands(page):
        words = [NAMED.get(word, word) for word in shlex.split(command)]
        line = shlex.join(words)
        if line in DONE and not line.startswith(CHANGING):
            continue
        DONE.add(line)
        look = next((look for start, _, look in CHECKED if re.match(start, line)), None)
        try:
            if look is not None:
                look(words)
            elif words[0] == "curl":
                curl(client, words)
            else:
                assert words[0] == "rasm", "say in CHECKED why it is not run"
                asked_of_the_model(words)
        except Exception as error:
            pytest.fail(f"{page.name}: {command}: {error!r}")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_python_blocks_work(page: Path, here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = page.read_text(encoding="utf-8")
    for block in re.findall(r"^```python\n(.*?)^```$", text, re.MULTILINE | re.DOTALL):
        exec(compile(block, page.name, "exec"), {"__name__": "__main__"})
        assert capsys.readouterr().out.strip(), f"{page.name}: this says nothing: {block}"
