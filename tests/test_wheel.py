"""The wheel answers in an environment that has nothing but what it asks for."""

import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Iterable
from email.message import Message
from email.parser import Parser
from importlib.metadata import distribution, packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from PIL import Image

from bench import documents, producers
from bench.pdf_text import extracted
from tests.query.test_answer import pen_beh
from tests.released import RELEASE

ROOT = Path(__file__).parents[1]
pytestmark = pytest.mark.slow

# Runs commands without the packages named first, and prints status and output of each.
ASKING = """
import json, sys
absent, commands = json.loads(sys.argv[1])

class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in absent:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, Absent())
from typer.testing import CliRunner
import rasm
from rasm.query.cli import app
done = [CliRunner().invoke(app, command) for command in commands]
print(json.dumps([rasm.__file__, *([one.exit_code, one.output] for one in done)]))
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    uv = [str(Path(sys.executable).with_name("uv")), "build", "-q", "--wheel", "--offline"]
    here = ["--no-build-isolation", "--python", sys.executable, "-o", str(folder), str(ROOT)]
    subprocess.run([*uv, *here], check=True)
    (path,) = folder.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def metadata(wheel: Path) -> Message:
    with zipfile.ZipFile(wheel) as opened:
        (name,) = (name for name in opened.namelist() if name.endswith(".dist-info/METADATA"))
        return Parser().parsestr(opened.read(name).decode())


def test_it_holds_the_library_and_the_newest_model_and_no_more(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as opened:
        held = {name: opened.getinfo(name).file_size for name in opened.namelist()}
    model = {
        f"rasm/models/{RELEASE.name}/{path.relative_to(RELEASE)}": path.stat().st_size
        for path in RELEASE.rglob("*")
        if path.is_file()
    }
    assert model.items() <= held.items()
    others = {name for name in held if name.startswith("rasm/models/")} - model.keys()
    tops = {name.partition("/")[0].partition("-")[0] for name in held}
    assert (others, tops) == (set(), {"rasm"})
    assert {"rasm/service/page/web/index.html", "rasm/decoding/words/ar.xz"} <= held.keys()
    assert wheel.stat().st_size < 40_000_000


def test_training_is_an_extra(metadata: Message) -> None:
    wanted = [Requirement(one) for one in metadata.get_all("Requires-Dist") or ()]
    plain = {canonicalize_name(one.name) for one in wanted if one.marker is None}
    extra = {canonicalize_name(one.name) for one in wanted if one.marker is not None}
    assert {"torch", "faiss-cpu", "pikepdf"} <= plain
    assert {"albumentations", "scikit-learn", "pytorch-metric-learning"} <= extra - plain
    assert set(metadata.get_all("Provides-Extra") or ()) == {"train", "serve", "export"}


def reached(wanted: Iterable[str], extras: Iterable[str] = ()) -> set[str]:
    """Distributions that these requirements bring, those of others with them."""
    found: dict[str, set[str]] = {}
    waiting = [(one, set(extras)) for one in map(Requirement, wanted)]
    while waiting:
        one, of = waiting.pop()
        if one.marker and not any(one.marker.evaluate({"extra": extra}) for extra in of | {""}):
            continue
        name = canonicalize_name(one.name)
        if name not in found or not one.extras <= found[name]:
            found[name] = found.get(name, set()) | one.extras
            needs = map(Requirement, distribution(name).requires or ())
            waiting += [(need, found[name]) for need in needs]
    return set(found)


def test_it_answers_with_its_own_dependencies_alone(
    wheel: Path, metadata: Message, tmp_path: Path
) -> None:
    with zipfile.ZipFile(wheel) as opened:
        opened.extractall(tmp_path / "installed")
    font, family = documents.font_file("tajawal", tmp_path)
    text = documents.paragraphs("ar")[:1]
    producers.set_by_typst(font, family, "ar", text, tmp_path / "set.pdf")
    documents.without_actual_text(tmp_path / "set.pdf", tmp_path / "good.pdf")
    documents.without_maps(tmp_path / "good.pdf", tmp_path / "broken.pdf")
    Image.fromarray(pen_beh()).save(tmp_path / "beh.png")
    brought = reached(metadata.get_all("Requires-Dist") or ())
    absent = [
        package
        for package, owners in packages_distributions().items()
        if not {canonicalize_name(owner) for owner in owners} & (brought | {"rasm"})
    ]
    assert {"sklearn", "albumentations", "fastapi", "dvc"} <= set(absent)
    commands = [
        ["info"],
        ["query", "beh.png", "--json"],
        ["query", "beh.png", "--corpus", "arabic", "--json"],
        ["repair", "broken.pdf", "-o", "fixed.pdf", "--language", "ar"],
        ["add", "beh.png", "--label", "mine"],
        ["serve"],
        ["export", "onnx"],
    ]
    environment = os.environ | {
        "PYTHONPATH": str(tmp_path / "installed"),
        "XDG_DATA_HOME": str(tmp_path / "mine"),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    told = subprocess.run(
        [sys.executable, "-P", "-c", ASKING, json.dumps([absent, commands])],
        **{"cwd": tmp_path, "env": environment, "capture_output": True, "text": True},
    )
    assert told.returncode == 0, told.stderr
    file, info, world, arabic, repair, add, serve, export = json.loads(told.stdout)
    assert Path(file).is_relative_to(tmp_path / "installed")
    assert info[0] == 0 and f"rasm/models/{RELEASE.name}" in info[1]
    assert world[0] == 0 and "ARABIC LETTER BEH" in world[1]
    assert json.loads(arabic[1])["beh.png"]["recognizer"]["label"] == "beh"
    assert repair[0] == 0 and text[0].split()[1] in extracted(tmp_path / "fixed.pdf")
    assert add[0] == 0 and list((tmp_path / "mine/rasm/dataset/added/world").glob("*"))
    assert serve[0] == 2 and "pip install '.[serve]'" in serve[1]
    assert export[0] == 2 and "pip install '.[export]'" in export[1]
