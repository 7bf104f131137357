"""Runs one stage: `python -m stages STAGE --name PATH ...`, as the `cmd` of dvc.yaml does.

A stage is a module here with a `Params` model, its section of params.yaml, and

    def main(params: Params, track: Track, *, glyphs: Path, label_map: Path) -> None

whose keyword-only paths are its command-line options; a dataclass of paths, such as GlyphFiles, is
an option for each of its fields. It may also ask for `seed: int` and
`compute: dict`, the top-level keys of params.yaml. A stage that trains asks for `run: Run` in the
place of `track`: seed, device and snapshot in one, with the options `--curves` and `--snapshot`.

What is the same for every stage is done here: reading and checking parameters, telling missing
inputs from faults, timing, the run's history. None of it reaches an artefact, so no stage depends
on the runner.

A stage that runs once a corpus is called as `STAGE@CORPUS`: its section of params.yaml counts, but
for what `corpora.CORPUS.STAGE` there says otherwise. `python -m stages params STAGE@CORPUS` prints
what comes of it.
"""

import argparse
import ast
import importlib
import inspect
import os
import signal
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import fields, is_dataclass
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

import yaml

from stages.closure import Sources, locked_versions
from stages.history import peak_memory_mb, record
from stages.memory import keep_freed_memory
from stages.parameters import (
    FROM_PARAMS,
    kinds_of,
    read_params,
    runs,
    section_of,
    settings_of,
    top_level,
)
from stages.pipeline import read_stages
from stages.progress import track
from stages.workers import ending_with_this_process

ROOT = Path(__file__).absolute().parent.parent
RUNNER = {
    *("__init__", "__main__", "closure", "history", "memory", "parameters", "pipeline"),
    *("progress", "sections", "syntax", "workers"),
}
FOR_A_RUN = ("curves", "snapshot")


class Terminated(BaseException):
    """SIGTERM, raised where the stage stands, so that it can clean up like after Ctrl-C."""


def main(arguments: Sequence[str]) -> int:
    """The exit status: 0, 1 (the stage says what is wrong), 2 (wrong call), 130, 143 (stopped)."""
    # `dvc exp run --temp` runs a copy of the tree, while the installed package is the original's.
    sys.path.insert(0, str(ROOT / "lib"))
    known = _known_stages()
    shows = arguments[:1] == ["params"]
    stage = next(iter(arguments[shows:]), "")
    if stage.partition("@")[0] not in known:
        fault = (
            f"unknown stage '{stage}'" if stage else "usage: python -m stages STAGE --name PATH ..."
        )
        print(f"{fault}; the stages are: {', '.join(known)}", file=sys.stderr)
        return 2
    signal.signal(signal.SIGTERM, _terminate_in(os.getpid()))
    try:
        if shows:
            _print_params(stage)
        else:
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
        from rasm.report.terminal import printable

        message = printable(" ".join(str(error).split())) or type(error).__name__
        print(f"{stage}: {message} (RASM_TRACEBACK=1 shows where)", file=sys.stderr)
        return 1
    return 0


def _known_stages() -> list[str]:
    return sorted(path.stem for path in (ROOT / "stages").glob("*.py") if path.stem not in RUNNER)


def _run(stage: str, arguments: Sequence[str]) -> None:
    start = time.monotonic()
    keep_freed_memory()
    name, _, corpus = stage.partition("@")
    module = importlib.import_module(f"stages.{name}")
    settings = read_params(ROOT / "params.yaml", _known_stages())
    wanted = inspect.signature(module.main).parameters
    named = [option.name for option in wanted.values() if option.kind is option.KEYWORD_ONLY]
    paths = _parse(stage, options_of(module.main), arguments)
    _require_inputs(name, paths)
    shared = {option: top_level(settings, option) for option in named if option in FROM_PARAMS}
    handed: list[Any] = []
    for role in (option.name for option in wanted.values() if option.name not in named):
        if role == "params":
            # Pydantic takes as long to import as a stage without parameters takes in all.
            from stages.sections import check_params

            handed.append(check_params(module, name, section_of(settings, stage), corpus))
        elif role == "run":
            handed.append(_make_run(name, corpus, settings, handed[0], paths))
        else:
            handed.append(track)
    with ending_with_this_process():
        module.main(*handed, **_grouped(wanted.values(), paths), **shared)
    seconds, peak = time.monotonic() - start, peak_memory_mb()
    memory = f"{peak['self']} MB, its largest worker {peak['largest_child']} MB"
    print(f"{stage}: {seconds:.1f} s, at most {memory}", file=sys.stderr)
    record(ROOT, stage, seconds, peak)


def options_of(main: Callable[..., None]) -> list[str]:
    """The paths that a stage's `main` is given: each field of a group of files is one."""
    wanted = inspect.signature(main).parameters
    named = [one for one in wanted.values() if one.kind is one.KEYWORD_ONLY]
    paths = [one for one in named if one.name not in FROM_PARAMS]
    return [
        *(name for one in paths for name in _fields(one) or [one.name]),
        *(FOR_A_RUN if "run" in wanted else ()),
    ]


def _fields(option: inspect.Parameter) -> list[str]:
    kind = option.annotation
    groups = option.kind is option.KEYWORD_ONLY and is_dataclass(kind)
    return [field.name for field in fields(kind)] if groups else []


def _grouped(
    options: Iterable[inspect.Parameter], paths: dict[str, Path]
) -> dict[str, Path | object]:
    """The paths by option, those of a group of files as one."""
    left = dict(paths)
    groups = {
        one.name: one.annotation(**{name: left.pop(name) for name in names})
        for one in options
        if (names := _fields(one))
    }
    return {**left, **groups}


def _print_params(run: str) -> None:
    """The resolved parameters of a run, without importing its stage."""
    settings = read_params(ROOT / "params.yaml", _known_stages())
    script = ast.parse((ROOT / "stages" / f"{run.partition('@')[0]}.py").read_bytes())
    print(yaml.safe_dump(settings_of(settings, run, script), sort_keys=False), end="")


def _parse(stage: str, names: Sequence[str], arguments: Sequence[str]) -> dict[str, Path]:
    parser = argparse.ArgumentParser(prog=f"python -m stages {stage}", allow_abbrev=False)
    for name in names:
        parser.add_argument(f"--{name.replace('_', '-')}", type=Path, required=True, metavar="PATH")
    return vars(parser.parse_args(arguments))


def _make_run(
    stage: str, corpus: str, settings: dict[str, Any], params: Any, paths: dict[str, Path]
) -> Any:
    """What a training stage is handed; it takes the options `curves` and `snapshot` out of `paths`.

    Its code is digested here and not read from outputs/code, which may be older.
    """
    from rasm.nets.compute import Compute
    from rasm.training.run import Run

    pipeline = read_stages(ROOT)
    if stage not in pipeline:
        raise ValueError(f"no dvc.yaml has a stage '{stage}', which would say what its inputs are")
    name = f"{stage}@{corpus}" if corpus else stage
    sections = {run: section_of(settings, run) for run in [name, *runs(pipeline, settings)]}
    lock = locked_versions((ROOT / "requirements.lock").read_text(encoding="utf-8"))
    sources = Sources(ROOT / "lib/rasm", ROOT / "stages")
    reached = sources.meaning(stage, kinds_of(name, sections), lock)
    curves, snapshot = (paths.pop(option) for option in FOR_A_RUN)
    return Run(
        params=params,
        seed=top_level(settings, "seed"),
        compute=Compute.model_validate(top_level(settings, "compute")),
        inputs=[path for option, path in paths.items() if option in pipeline[stage].inputs],
        code={**reached["modules"], **reached["packages"]},
        curves=curves,
        snapshot=snapshot,
        track=track,
    )


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
