"""The house rules, on a house that breaks every one of them, and on the same in order."""

from pathlib import Path

from tests.house_rules import faults

ORDERLY = {
    "lib/rasm/__init__.py": '"""All."""\n__version__ = "1"\ndef __getattr__(name): ...',
    "lib/rasm/nets/__init__.py": '"""Networks."""',
    "lib/rasm/nets/small.py": "WIDTH = 3\n_KEPT = 1\ndef main(): ...",
    "lib/rasm/query/__init__.py": '"""Use."""',
    "lib/rasm/query/ask.py": "from rasm.nets.small import WIDTH\n_KEPT = 2\ndef main(): ...",
    "lib/rasm/losses/__init__.py": '"""Losses."""',
    "lib/rasm/losses/plain.py": "import rasm.nets.small",
    "stages/train.py": "from rasm.losses import plain",
    **{f"tests/{package}/test_it.py": "" for package in ("nets", "query", "losses")},
}


def broken(root: Path, changes: dict[str, str | None]) -> str:
    """The faults of the orderly house with these files in place of its own, or without them."""
    for name, text in {**ORDERLY, **changes}.items():
        if text is not None:
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text, encoding="utf-8")
    return "\n".join(faults(root))


def test_order_has_no_faults(tmp_path: Path) -> None:
    assert broken(tmp_path, {}) == ""


def test_names_say_what_is_inside(tmp_path: Path) -> None:
    assert "stages/utils.py: `utils`" in broken(tmp_path, {"stages/utils.py": ""})


def test_imports_are_absolute(tmp_path: Path) -> None:
    found = broken(tmp_path, {"stages/train.py": "from . import other"})
    assert found == "stages/train.py: imports ..other: write the whole name"


def test_the_library_knows_nothing_outside(tmp_path: Path) -> None:
    found = broken(tmp_path, {"lib/rasm/nets/small.py": "def f():\n    import stages.train"})
    assert found == (
        "lib/rasm/nets/small.py: imports stages.train: the library knows nothing outside of itself"
    )


def test_cycles_are_told_once_even_inside_functions(tmp_path: Path) -> None:
    text = "def f():\n    from rasm.query.ask import g"
    assert broken(tmp_path, {"lib/rasm/nets/small.py": text}) == (
        "lib/rasm/nets/small.py: imports itself: "
        "rasm.nets.small -> rasm.query.ask -> rasm.nets.small"
    )


def test_package_files_hold_a_docstring_and_nothing_else(tmp_path: Path) -> None:
    found = broken(tmp_path, {"lib/rasm/nets/__init__.py": "import os"})
    assert found.splitlines() == [
        "lib/rasm/nets/__init__.py: say in one sentence what the package is about",
        "lib/rasm/nets/__init__.py: holds import os: put it into a module of its own",
    ]


def test_every_package_has_a_test(tmp_path: Path) -> None:
    found = broken(tmp_path, {"tests/nets/test_it.py": None})
    assert found == "lib/rasm/nets/__init__.py: there is no tests/nets/test_*.py: test the package"


def test_use_reaches_no_training_by_whatever_way(tmp_path: Path) -> None:
    changes: dict[str, str | None] = {
        "lib/rasm/losses/plain.py": "",
        "lib/rasm/nets/small.py": "def f():\n    from rasm.losses.plain import g",
    }
    assert broken(tmp_path, changes) == (
        "lib/rasm/nets/small.py: reaches training: "
        "rasm.query.ask -> rasm.nets.small -> rasm.losses.plain"
    )


def test_no_two_public_names_are_alike(tmp_path: Path) -> None:
    found = broken(tmp_path, {"lib/rasm/losses/plain.py": "WIDTH: int = 4\nclass Loss: ..."})
    assert found == (
        "lib/rasm/losses/plain.py, lib/rasm/nets/small.py: all have a public `WIDTH`: "
        "name each for what it is"
    )
