"""Tries other values: `python -m experiments.trial KEY=VALUE...`, keys as in params.yaml.

The trial is a DVC experiment in a temporary copy. The workspace, its parameters and its models stay
as they are, whether the trial ends, fails or is stopped. What it has in common with earlier runs
comes from the run cache.
"""

import sys
from collections.abc import Collection, Iterator, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import yaml

from experiments.beside import kept_experiments, run_beside
from stages.pipeline import read_stages

ROOT = Path(__file__).absolute().parents[1]
USAGE = 'say what to try: make try SET="train_phase2.epochs=1 seed=7"'
ENDED = """
{name} is kept, and the workspace is as it was:
  dvc exp show           beside the other runs
  dvc exp apply {name}    take it over into the workspace
  dvc exp remove {name}   drop it"""


def main(root: Path, settings: Sequence[str]) -> int:
    """Exit status: DVC's own; 2: nothing was run, a setting is wrong."""
    try:
        params = yaml.safe_load((root / "params.yaml").read_text(encoding="utf-8"))
        each_corpus = [stage.name for stage in read_stages(root).values() if stage.each]
        words = overrides(settings, params, each_corpus)
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    name = free_name(kept_experiments(root))
    status = run_beside(root, ["--name", name, *(w for word in words for w in ("-S", word))])
    print(ENDED.format(name=name) if status == 0 else f"\n{name} failed, see above", flush=True)
    return status


def overrides(
    settings: Sequence[str], params: Mapping[str, Any], each_corpus: Sequence[str]
) -> list[str]:
    """The settings as `dvc exp run -S` takes them, with a `+` where a key is new to a corpus.

    A corpus may set what the sections of the stages `each_corpus` hold. Raises ValueError for what
    is no setting, and for a key that params.yaml does not have, with those that are like it.
    """
    if not settings:
        raise ValueError(USAGE)
    there = set(keys(params))
    sections = [key for key in there if key.split(".")[0] in each_corpus]
    possible = {f"corpora.{corpus}.{key}" for corpus in params["corpora"] for key in sections}
    words = []
    for setting in settings:
        key, equals, _ = setting.partition("=")
        if not (key and equals):
            raise ValueError(f"'{setting}' is no KEY=VALUE; {USAGE}")
        if key not in there | possible:
            raise ValueError(f"params.yaml has no key '{key}'{like(key, sorted(there | possible))}")
        words.append(setting if key in there else f"+{setting}")
    return words


def keys(section: Mapping[str, Any], above: str = "") -> Iterator[str]:
    """Dotted keys of a section and of all sections in it."""
    for key, value in section.items():
        yield f"{above}{key}"
        if isinstance(value, Mapping):
            yield from keys(value, f"{above}{key}.")


def like(key: str, known: Sequence[str]) -> str:
    """What to say of the known keys that were probably meant."""
    near = [other for other in known if other.endswith(f".{key}")]
    near = near or get_close_matches(key, known, n=3)
    return f"; did you mean {' or '.join(near[:3])}?" if near else "; it lists every key there is"


def free_name(names: Collection[str]) -> str:
    """The first of try-1, try-2, ... that no experiment has."""
    return next(
        name for number in range(1, len(names) + 2) if (name := f"try-{number}") not in names
    )


if __name__ == "__main__":
    try:
        sys.exit(main(ROOT, sys.argv[1:]))
    except KeyboardInterrupt:
        print("stopped: nothing was kept, the workspace is as it was", file=sys.stderr)
        sys.exit(130)
