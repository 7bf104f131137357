"""Runs one stage: `python -m stages STAGE --name PATH ...`, as the `cmd` of dvc.yaml does.

A stage is a module here with a `Params` model, its section of params.yaml, and

    def main(params: Params, track: Track, *, glyphs: Path, label_map: Path) -> None

whose keyword-only paths are its command-line options. It may also ask for `seed: int` and
`compute: dict`, the top-level keys of params.yaml. What is the same for every stage is done here:
reading and checking parameters, telling missing inputs from faults, timing, the run's history. None
of it reaches an artefact, so no stage depends on the runner.

A stage that runs once a corpus is called as `STAGE@CORPUS`: its section of params.yaml counts, but
for what `corpora.CORPUS.STAGE` there says otherwise.
"""

import argparse
import importlib
import inspect
import os
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from types import FrameType, ModuleType
from typing import Any, NoReturn

import yaml
from pydantic import ValidationError

from stages.history import peak_memory_mb, record
from stages.memory import keep_freed_memory
from stages.pipeline import read_stages
from stages.progress import track

ROOT = Path(__file__).absolute().parent.parent
RUNNER = {"__init__", "__main__", "history", "memory", "pipeline", "progress"}
FROM_PARAMS = ("seed", "compute")


class Terminated(BaseException):
    """SIGTERM, raised where the stage stands, so that it can clean up like after Ctrl-C."""


def main(arguments: Sequence[str]) -> int:
    """The exit status: 0, 1 (the stage says what is wrong), 2 (wrong call), 130, 143 (stopped)."""
    # `dvc exp run --temp` runs a copy of the tree, while the installed package is the original's.
    sys.path.insert(0, str(ROOT / "lib"))
    known = _known_stages()
    stage = arguments[0] if arguments else ""
    if stage.partition("@")[0] not in known:
        fault = (
            f"unknown stage '{stage}'" if stage else "usage: python -m stages STAGE --name PATH ..."
        )
        print(f"{fault}; the stages are: {', '.join(known)}", file=sys.stderr)
        return 2
    signal.signal(signal.SIGTERM, _terminate_in(os.getpid()))
    try:
        _run(stage, arguments[1:])
    except KeyboardInterrupt:
        print(f"{stage}: interrupted", file=sys.stderr)
        return 130
    except Terminated:
        print(f"{stage}: terminated", file=sys.stderr)
        return 143
    except (ValueError, OSError) as error:
        if os.environ.get("RASM_TRACEBACK"):
            raise
        message = " ".join(str(error).split()) or type(error).__name__
        print(f"{stage}: {message} (RASM_TRACEBACK=1 shows where)", file=sys.stderr)
        return 1
    return 0


def _known_stages() -> list[str]:
    return sorted(path.stem for path in (ROOT / "stages").glob("*.py") if path.stem not in RUNNER)


def _run(stage: str, arguments: Sequence[str]) -> None:
    start = time.monotonic()
    keep_freed_memory()
    name, at, corpus = stage.partition("@")
    module = importlib.import_module(f"stages.{name}")
    settings = _read_params()
    options = inspect.signature(module.main).parameters.values()
    wanted = [option.name for option in options if option.kind is option.KEYWORD_ONLY]
    paths = _parse(stage, [option for option in wanted if option not in FROM_PARAMS], arguments)
    _require_inputs(name, paths)
    extra = {option: _top_level(settings, option) for option in wanted if option in FROM_PARAMS}
    settings = of_corpus(settings, name, corpus) if at else settings
    module.main(check_params(module, name, settings, corpus), track, **paths, **extra)
    seconds, peak = time.monotonic() - start, peak_memory_mb()
    memory = f"{peak['self']} MB, its largest worker {peak['largest_child']} MB"
    print(f"{stage}: {seconds:.1f} s, at most {memory}", file=sys.stderr)
    record(ROOT, stage, seconds, peak)


def _parse(stage: str, names: Sequence[str], arguments: Sequence[str]) -> dict[str, Path]:
    parser = argparse.ArgumentParser(prog=f"python -m stages {stage}", allow_abbrev=False)
    for name in names:
        parser.add_argument(f"--{name.replace('_', '-')}", type=Path, required=True, metavar="PATH")
    return vars(parser.parse_args(arguments))


def _read_params() -> dict[str, Any]:
    path = ROOT / "params.yaml"
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        raise ValueError(f"params.yaml is not valid YAML: {error}") from error
    if not isinstance(content, dict):
        raise ValueError("params.yaml must hold one section a stage, as 'stage:' and its keys")
    return content


def _top_level(settings: dict[str, Any], name: str) -> Any:
    if name not in settings:
        raise ValueError(f"params.yaml lacks the top-level key '{name}', which this stage asks for")
    if name == "seed" and type(settings[name]) is not int:
        raise ValueError(f"params.yaml, key 'seed' is {settings[name]!r}: give a whole number")
    return settings[name]


def of_corpus(settings: dict[str, Any], stage: str, corpus: str) -> dict[str, Any]:
    """The settings with what `corpora.CORPUS.STAGE` says otherwise put into the stage's section."""
    section = _top_level(settings, "corpora")
    corpora = section if isinstance(section, dict) else {}
    if corpus not in corpora:
        known = ", ".join(corpora) or "none"
        raise ValueError(f"params.yaml, section 'corpora' lacks '{corpus}': it has {known}")
    changes = corpora[corpus] or {}
    for name in changes:
        if name not in _known_stages():
            raise ValueError(
                f"params.yaml, section 'corpora.{corpus}': '{name}' is no stage; the stages are:"
                f" {', '.join(_known_stages())}"
            )
    return {**settings, stage: merged(settings.get(stage, {}), changes.get(stage) or {})}


def merged(section: Any, changes: Any) -> Any:
    """`section` with `changes`: key by key where both are mappings, else the change itself."""
    if not (isinstance(section, dict) and isinstance(changes, dict)):
        return changes
    both = {key: merged(section[key], changes[key]) for key in section.keys() & changes.keys()}
    return {**section, **changes, **both}


def check_params(module: ModuleType, stage: str, settings: dict[str, Any], corpus: str = "") -> Any:
    """The stage's section as its `Params`; ValueError says what to change, key by key."""
    try:
        return module.Params.model_validate(settings.get(stage, {}))
    except ValidationError as error:
        known = ", ".join(module.Params.model_fields)
        advice = {
            "missing": "is missing: add it",
            "extra_forbidden": f"is not known: remove it or correct its name (known: {known})",
        }
        faults = [
            f"key '{'.'.join(map(str, fault['loc'])) or stage}' "
            + advice.get(fault["type"], f"is {fault['input']!r}: {fault['msg']}")
            for fault in error.errors()
        ]
        place = f"'{stage}' or 'corpora.{corpus}.{stage}'" if corpus else f"'{stage}'"
        raise ValueError(f"params.yaml, section {place}: {'; '.join(faults)}") from error


def _require_inputs(stage: str, paths: dict[str, Path]) -> None:
    """FileNotFoundError for an input that is not there, naming the command that makes it."""
    pipeline = read_stages(ROOT)
    for option, path in paths.items():
        place = os.path.relpath(path, ROOT)
        makers = [name for name, other in pipeline.items() if other.makes(place)]
        installed = "node_modules" in path.parts
        needed = installed or (stage in pipeline and place in pipeline[stage].deps)
        if path.exists() or stage in makers or not (makers or needed):
            continue
        if makers:
            address = f"{pipeline[makers[0]].file}:{makers[0]}".removeprefix("dvc.yaml:")
            advice = f"stage '{makers[0]}' makes it, run: dvc repro {address}"
        elif installed:
            advice = "it holds the font packages, run: make fonts"
        else:
            advice = "no stage makes it: restore it with git"
        raise FileNotFoundError(f"--{option.replace('_', '-')} {path} does not exist; {advice}")


def _terminate_in(owner: int) -> Any:
    def terminate(number: int, frame: FrameType | None) -> NoReturn:
        if os.getpid() != owner:  # a forked worker has nothing to tell
            os._exit(143)
        raise Terminated

    return terminate


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
