"""The rules of stages that a reader relies on and DVC cannot check."""

import ast
import os
import re
from collections.abc import Iterator
from pathlib import Path

import yaml

from stages.__main__ import RUNNER
from stages.closure import Sources
from stages.pipeline import Stage, read_stages

ROOT = Path(__file__).parents[1]
STAGES = read_stages(ROOT)
SOURCES = Sources(ROOT / "lib/rasm", ROOT / "stages")


def imports(path: Path) -> Iterator[str]:
    """Dotted names that a file imports, wherever in it: `from a.b import c` gives a.b.c."""
    for node in ast.walk(SOURCES.module(path).tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (
                f"{'.' * node.level}{node.module or ''}.{alias.name}" for alias in node.names
            )


def test_there_are_stages() -> None:
    assert {"import_fonts", "filter_labels", "evaluate"} <= STAGES.keys()


def run_name(stage: Stage) -> str:
    return f"{stage.name}@${{key}}" if stage.each else stage.name


def test_stages_depend_on_what_their_code_and_parameters_mean() -> None:
    """And on no module or section by name: comments would rerun them, or changes not."""
    for stage in (stage for stage in STAGES.values() if stage.name != "code"):
        name = f"{run_name(stage)}.json"
        assert {f"outputs/code/{name}", f"outputs/params/{name}"} <= set(stage.deps), stage.name
        named = [dep for dep in stage.deps if dep.startswith(("lib", "stages", "params"))]
        assert not named, stage.name


def test_stages_are_described() -> None:
    bare = [stage.name for stage in STAGES.values() if not stage.desc.strip()]
    assert not bare, "add a desc of one sentence"


def test_commands_pass_what_the_stages_declare() -> None:
    """Every path of the command is a dep or an out: DVC knows all that is read and written.

    What npm installs stands for its lock file, which is small, in git, and says the same; a folder
    of packages stands for all that lies beside it. What lies in outputs/tmp is nobody's input:
    training state that must outlive DVC's clearing of outputs.
    """
    for stage in STAGES.values():
        assert stage.command[:4] == ("python", "-m", "stages", run_name(stage))
        given = [os.path.normpath(os.path.join(stage.folder, word)) for word in stage.command[5::2]]
        locked = [re.sub("node_modules.*", "package-lock.json", path) for path in given]
        paths = [file for path in locked for file in _files_of_packages(path) or [path]]
        unknown = [path for path in paths if path not in stage.deps and not stage.makes(path)]
        unknown = [path for path in unknown if not path.startswith("outputs/tmp/")]
        assert not unknown, f"{stage.file}, stage {stage.name}: add {unknown} to deps or outs"


def _files_of_packages(folder: str) -> list[str]:
    """The files of a folder of npm's packages that are in git; of any other nothing."""
    if not (ROOT / folder / "package-lock.json").is_file():
        return []
    return [path.relative_to(ROOT).as_posix() for path in sorted((ROOT / folder).glob("*.json"))]


def test_no_stage_reads_the_index_in_use() -> None:
    """It holds the test split: nothing may be learnt, chosen or measured by it."""
    in_use = "outputs/index/${key}"
    assert STAGES["publish_index"].outs == (in_use,)
    assert not [stage.name for stage in STAGES.values() if in_use in stage.deps]


def test_only_metrics_are_kept_outside_of_the_cache() -> None:
    """The run cache keeps no stage with another such output, and a plot in git is one."""
    content = yaml.safe_load((ROOT / "dvc.yaml").read_text(encoding="utf-8"))
    for name, entry in content["stages"].items():
        for kind in ("outs", "plots", "metrics"):
            for output in entry.get("do", entry).get(kind, []):
                options = output.values() if isinstance(output, dict) else ()
                cached = all(option.get("cache", True) for option in options)
                assert cached == (kind != "metrics" and name != "code"), f"{name}: {output}"


def test_every_stage_script_is_in_the_pipeline() -> None:
    scripts = {path.stem for path in ROOT.glob("stages/*.py")} - RUNNER
    assert scripts == set(STAGES)


def test_stages_import_no_other_stage() -> None:
    for path in ROOT.glob("stages/*.py"):
        others = {name.split(".")[1] for name in imports(path) if name.startswith("stages.")}
        assert others <= RUNNER, f"{path.name}: what two stages share belongs in lib/rasm"


def test_version_is_written_once() -> None:
    """The build backend reads pyproject.toml, the running code lib/rasm/__init__.py: the same."""
    written = [
        re.findall(pattern, (ROOT / file).read_text(encoding="utf-8"), re.MULTILINE)
        for file, pattern in (
            ("pyproject.toml", r'^version = "(.+)"$'),
            ("lib/rasm/__init__.py", r'^__version__ = "(.+)"$'),
        )
    ]
    assert written[0] == written[1]


def test_both_locks_have_one_version_of_faiss() -> None:
    """What a run depends on is told by requirements.lock alone, whichever is installed."""
    versions = [
        re.findall(rf"^faiss-{kind}==(\S+)", (ROOT / lock).read_text(), re.MULTILINE)
        for kind, lock in (("cpu", "requirements.lock"), ("gpu", "requirements-gpu.lock"))
    ]
    assert versions[0] == versions[1]


def test_the_image_is_built_of_files_that_are_there_and_not_ignored() -> None:
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    image = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", image, re.MULTILINE)
    sources = " ".join(copied).split()
    assert {"lib", "models", "pyproject.toml"} <= set(sources)
    assert all((ROOT / source).exists() and f"!{source}" in ignored for source in sources)
