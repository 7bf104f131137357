"""What counts as a change of the code, on a library small enough to follow by eye."""

import hashlib
from pathlib import Path

import pytest

from stages.closure import Sources, locked_versions

FILES = {
    "lib/rasm/__init__.py": "",
    "lib/rasm/a/__init__.py": "",
    "lib/rasm/a/one.py": "def f():\n    import rasm.a.two\n    return 1\n",
    "lib/rasm/a/two.py": "import numpy as np\nTABLE = 'read table.txt'\n",
    "lib/rasm/a/table.txt": "reached: two.py names it",
    "lib/rasm/a/other.txt": "not reached",
    "lib/rasm/a/versioned.py": "from rasm import __version__\n",
    "lib/rasm/a/described.py": "'''See other.txt.'''\n",
    "lib/rasm/loss/__init__.py": "",
    "lib/rasm/loss/soft.py": "import torch\n",
    "lib/rasm/loss/hard.py": "import PIL.Image\n",
    "lib/rasm/loss/any.py": "",
    "lib/rasm/loss/typed.py": "",
    "lib/rasm/loss/choice.py": """
from typing import TYPE_CHECKING
if TYPE_CHECKING:
    from rasm.loss.typed import T
def build(params):
    match params.loss.kind:
        case "soft":
            from rasm.loss import soft
        case "hard" | "harder":
            if params:
                from rasm.loss.hard import Hard
        case _:
            from rasm.loss import any
""",
    "stages/plain.py": "import json\nfrom rasm.a import one\nfrom stages.progress import Track\n",
    "stages/versioned.py": "from rasm.a.versioned import thing\n",
    "stages/described.py": "from rasm.a import described\n",
    "stages/choosing.py": "from rasm.loss.choice import build\n",
}
LOCK = {"numpy": "2.0", "torch": "3.0", "pillow": "4.0"}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def meaning(root: Path, stage: str, *kinds: str) -> dict[str, dict[str, str]]:
    return Sources(root / "lib/rasm", root / "stages").meaning(stage, kinds, LOCK)


def modules(root: Path, stage: str, *kinds: str) -> set[str]:
    return {name.removeprefix("lib/rasm/") for name in meaning(root, stage, *kinds)["modules"]}


def test_it_sees_through_functions_packages_and_data(root: Path) -> None:
    assert modules(root, "plain") == {"stages/plain.py", "a/one.py", "a/two.py", "a/table.txt"}
    assert modules(root, "versioned") == {"stages/versioned.py", "a/versioned.py", "__init__.py"}


def test_a_docstring_names_no_data(root: Path) -> None:
    assert modules(root, "described") == {"stages/described.py", "a/described.py"}


@pytest.mark.parametrize(
    ("kinds", "chosen", "packages"),
    [
        ((), set(), {}),
        (("soft",), {"loss/soft.py"}, {"torch": "3.0"}),
        (("harder",), {"loss/hard.py"}, {"pillow": "4.0"}),
        (("soft", "hard"), {"loss/soft.py", "loss/hard.py"}, {"torch": "3.0", "pillow": "4.0"}),
    ],
)
def test_an_alternative_counts_where_its_kind_is_named(
    root: Path, kinds: tuple[str, ...], chosen: set[str], packages: dict[str, str]
) -> None:
    """What no literal guards counts always, what is for the type checker never."""
    always = {"stages/choosing.py", "loss/choice.py", "loss/any.py"}
    assert modules(root, "choosing", *kinds) == always | chosen
    assert meaning(root, "choosing", *kinds)["packages"] == packages


def test_all_alternatives_are_reached_where_no_kinds_are_given(root: Path) -> None:
    sources = Sources(root / "lib/rasm", root / "stages")
    reached = {path.name for path in sources.closure(root / "stages/choosing.py")}
    assert reached == {"choice.py", "any.py", "soft.py", "hard.py"}


def test_packages_are_those_of_the_closure(root: Path) -> None:
    assert meaning(root, "plain")["packages"] == {"numpy": "2.0"}


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("import nothing", r"lib/rasm/a/one\.py imports nothing, and requirements\.lock has no"),
        ("from rasm.a import gone", r"lib/rasm/a/one\.py imports rasm\.a\.gone, which is not in"),
        ("from rasm import a", r"one\.py imports the package rasm\.a: import a module of it"),
        ("def", r"lib/rasm/a/one\.py, line 1: invalid syntax"),
    ],
)
def test_what_cannot_be_followed_is_named(root: Path, line: str, says: str) -> None:
    (root / "lib/rasm/a/one.py").write_text(line)
    with pytest.raises(ValueError, match=says):
        meaning(root, "plain")


def test_data_counts_by_its_bytes(root: Path) -> None:
    before = meaning(root, "plain")["modules"]
    (root / "lib/rasm/a/table.txt").write_text("reached:  two.py names it")
    after = meaning(root, "plain")["modules"]
    assert {name for name in before if before[name] != after[name]} == {"lib/rasm/a/table.txt"}


BEFORE = '''
"""What it is about."""
from functools import cache

@cache
def area(width, height=2.0):
    """Square metres."""
    return width * height

class Room:
    """A room."""
    NAME = None
    DOOR = {"to": "hall", **{}}
'''


def digest(folder: Path, text: str) -> str:
    path = folder / "module.py"
    path.write_text(text, encoding="utf-8")
    return Sources(folder, folder).module(path).digest


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("What it is about", "What it was about"),
        ('    """Square metres."""\n', ""),
        ("return width", "# metres\n    return width"),
        ("width * height", "(width\n            * height)"),
        ('"hall"', "'hall'"),
        ('"hall"', 'u"hall"'),
        ("2.0", "2.00"),
        ("NAME = None", '"""Of the door."""\n    NAME = None'),
    ],
)
def test_what_means_the_same_has_the_same_digest(tmp_path: Path, old: str, new: str) -> None:
    assert BEFORE.replace(old, new) != BEFORE
    assert digest(tmp_path, BEFORE.replace(old, new)) == digest(tmp_path, BEFORE)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("width * height", "height * width"),
        ("height=2.0", "height=2"),
        ("height=2.0", "height=True"),
        ("height=2.0", "height"),
        ("@cache\n", ""),
        ("NAME = None", "NAME = 'None'"),
        ("NAME = None", "NAME: str = None"),
        ("**{}", "1: {}"),
        ('"hall"', 'b"hall"'),
        ('"hall"', '"haİl"'),
        ("def area", "async def area"),
    ],
)
def test_what_means_something_else_has_another(tmp_path: Path, old: str, new: str) -> None:
    assert BEFORE.replace(old, new) != BEFORE
    assert digest(tmp_path, BEFORE.replace(old, new)) != digest(tmp_path, BEFORE)


def test_a_digest_is_of_text_that_can_be_written_by_hand(tmp_path: Path) -> None:
    """So no version of Python may change it: SHA-256 of the tree as this text."""
    text = "Module(body=[Expr(value=Constant(value=1)),])"
    assert digest(tmp_path, "1  # one") == hashlib.sha256(text.encode()).hexdigest()


def test_locked_versions_are_those_of_any_interpreter() -> None:
    text = (
        "Ruamel.YAML==0.19.1 \\\n    --hash=sha256:00==11\n"
        "numpy==2.4 ; python_full_version < '3.12' \\\n"
        "numpy==2.5 ; python_full_version >= '3.12' \\\n"
        "hydra[extra]==1.3\n"
    )
    assert locked_versions(text) == {"ruamel-yaml": "0.19.1", "numpy": "2.4 or 2.5", "hydra": "1.3"}
