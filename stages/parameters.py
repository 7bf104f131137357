"""params.yaml as the runs read it: a section a run, with what its corpus changes, without the rest.

A run is STAGE, or STAGE@CORPUS for a stage that runs once for each entry of a section. Its
parameters are the stage's section with what `corpora.CORPUS.STAGE` says otherwise, key by key, and
with alternatives resolved: where a mapping holds the key `kind`, mappings beside it are named after
kinds. The keys of the one that `kind` names join the mapping, the others are dropped:

    loss: {kind: softmax, softmax: {scale: 20}, contrastive: {margin: 1}}  # as written
    loss: {kind: softmax, scale: 20}                                       # as resolved

A level of wear has a name, which stands in for its amounts: they come from the section `wear`.
"""

import ast
import difflib
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml
from yaml.nodes import CollectionNode, MappingNode, Node, ScalarNode

from stages.pipeline import Stage

FROM_PARAMS = ("seed", "compute")
NO_STAGE = ("corpora", "folders", "rankers", "wear")  # sections that are no stage's
LEVELS = ("severity", "levels", "sheet")  # keys that name levels of wear, one or a list of them
_MOST_BYTES = 1 << 18  # of params.yaml, ten times what it has
_MOST_VALUES = 100_000  # of params.yaml, each counted as often as aliases repeat it


def read_params(path: Path, stages: Collection[str]) -> dict[str, Any]:
    """The content; ValueError where it is no mapping, or has a section of no stage.

    So is a key that stands twice, and what is small on the disk and large when it is read.
    """
    content = _parsed(path)
    if not isinstance(content, dict):
        raise ValueError(f"{path.name} must hold one section a stage, as 'stage:' and its keys")
    known = [*stages, *FROM_PARAMS, *NO_STAGE]
    for name in content:
        if name not in known:
            raise ValueError(f"{path.name}: section '{name}' is not known{near(name, known)}")
    for corpus, changes in _mapping(content.get("corpora")).items():
        for name in _mapping(changes):
            if name not in stages:
                raise ValueError(
                    f"{path.name}, section 'corpora.{corpus}': '{name}' is no"
                    f" stage{near(name, stages)}"
                )
    return content


def _parsed(path: Path) -> Any:
    if not path.is_file() or path.stat().st_size > _MOST_BYTES:
        raise ValueError(f"{path} is no file of at most {_MOST_BYTES:,} bytes")
    try:
        loader = yaml.SafeLoader(path.read_bytes())
        node = loader.get_single_node()
        if node is None:
            return None
        _count(node, {}, path.name)
        return loader.construct_document(node)
    except yaml.YAMLError as error:
        raise ValueError(f"{path.name} is not valid YAML: {error}") from error
    except RecursionError:
        raise ValueError(f"{path.name} is nested too deeply") from None


def _count(node: Node, counts: dict[Node, int], name: str) -> int:
    """The values of a node, what aliases repeat counted each time; `counts` has those known."""
    if node in counts:
        return counts[node]
    counts[node] = _MOST_VALUES  # while it is open: an alias inside would hold the node itself
    children = node.value if isinstance(node, CollectionNode) else []
    if isinstance(node, MappingNode):
        _refuse_twins([key for key, _ in children if isinstance(key, ScalarNode)], name)
        children = [part for pair in children for part in pair]
    counts[node] = 1 + sum(_count(child, counts, name) for child in children)
    if counts[node] > _MOST_VALUES:
        line = node.start_mark.line + 1
        raise ValueError(f"{name}, line {line}: aliases make more than {_MOST_VALUES:,} values")
    return counts[node]


def _refuse_twins(keys: Iterable[ScalarNode], name: str) -> None:
    lines: dict[str, int] = {}
    for key in keys:
        line = key.start_mark.line + 1
        if key.value in lines:
            raise ValueError(
                f"{name}, line {line}: key '{key.value}' stands in line {lines[key.value]} too:"
                " write it once"
            )
        lines[key.value] = line


def near(name: object, known: Collection[str]) -> str:
    """How an error goes on that says that a name is not known: by the one like it, or by all."""
    alike = difflib.get_close_matches(str(name), known, 1)
    return f", did you mean '{alike[0]}'?" if alike else f"; known: {', '.join(known) or 'none'}"


def top_level(settings: Mapping[str, Any], name: str) -> Any:
    """A key that is no section; ValueError where it is not there or no `seed`."""
    if name not in settings:
        raise ValueError(f"params.yaml lacks the top-level key '{name}', which this stage asks for")
    if name == "seed" and type(settings[name]) is not int:
        raise ValueError(f"params.yaml, key 'seed' is {settings[name]!r}: give a whole number")
    return settings[name]


def of_corpus(settings: Mapping[str, Any], stage: str, corpus: str) -> Any:
    """The stage's section with what `corpora.CORPUS.STAGE` says otherwise."""
    corpora = _mapping(top_level(settings, "corpora"))
    if corpus not in corpora:
        known = ", ".join(corpora) or "none"
        raise ValueError(f"params.yaml, section 'corpora' lacks '{corpus}': it has {known}")
    return merged(settings.get(stage, {}), _mapping(corpora[corpus]).get(stage) or {})


def merged(section: Any, changes: Any) -> Any:
    """`section` with `changes`: key by key where both are mappings, else the change itself."""
    if not (isinstance(section, dict) and isinstance(changes, dict)):
        return changes
    both = {key: merged(section[key], changes[key]) for key in section.keys() & changes.keys()}
    return {**section, **changes, **both}


def resolved(node: Any) -> Any:
    """The same without the alternatives that no `kind` names; ValueError names a key said twice."""
    if isinstance(node, list):
        return [resolved(item) for item in node]
    if not isinstance(node, dict):
        return node
    if "kind" not in node:
        return {key: resolved(value) for key, value in node.items()}
    plain = {key: resolved(value) for key, value in node.items() if not isinstance(value, dict)}
    chosen = resolved(_mapping(node.get(str(node["kind"]))))
    for key in plain.keys() & chosen.keys():
        raise ValueError(f"key '{key}' stands in '{node['kind']}' and beside it: write it once")
    return {**plain, **chosen}


def with_levels(node: Any, wear: Mapping[str, Any]) -> Any:
    """The resolved section with the amounts of each level of `wear` that it names.

    Raises ValueError for a name that is none of a level.
    """
    if isinstance(node, list):
        return [with_levels(item, wear) for item in node]
    if not isinstance(node, dict):
        return node
    return {
        key: _level(key, value, wear) if key in LEVELS else with_levels(value, wear)
        for key, value in node.items()
    }


def _level(key: str, named: Any, wear: Mapping[str, Any]) -> Any:
    if isinstance(named, list):
        return [_level(key, name, wear) for name in named]
    if named not in wear:
        raise ValueError(f"{key} '{named}' is no level of section 'wear'{near(named, wear)}")
    return {"name": named, **_mapping(wear[named])}


def variants(section: Any) -> Iterator[Any]:
    """The section resolved as it stands, and with each alternative chosen in turn."""
    yield resolved(section)
    yield from (resolved(changed) for changed in _with_another_kind(section))


def _with_another_kind(node: Any) -> Iterator[Any]:
    for key, value in _mapping(node).items():
        if isinstance(value, dict):
            chosen = {**node, "kind": key} if "kind" in node else node
            if chosen != node:
                yield chosen
            yield from ({**chosen, key: changed} for changed in _with_another_kind(value))


def section_of(settings: Mapping[str, Any], run: str) -> Any:
    """The resolved parameters of a run."""
    stage, at, corpus = run.partition("@")
    section = of_corpus(settings, stage, corpus) if at else settings.get(stage, {})
    try:
        return with_levels(resolved(section), _mapping(settings.get("wear")))
    except ValueError as error:
        raise ValueError(f"params.yaml, section '{stage}': {error}") from error


def runs(stages: Mapping[str, Stage], settings: Mapping[str, Any]) -> list[str]:
    """All runs of the pipeline but that of `code`, which tells them of what they depend on."""
    return [
        run
        for name, stage in stages.items()
        if name != "code"
        for run in (
            [f"{name}@{entry}" for entry in _mapping(settings.get(stage.each))]
            if stage.each
            else [name]
        )
    ]


def kinds_of(run: str, sections: Mapping[str, Any]) -> frozenset[str]:
    """Every kind that a run of the same corpus names; `sections` has the parameters of each run."""
    corpus = run.partition("@")[2]
    alike = (section for name, section in sections.items() if name.partition("@")[2] == corpus)
    return frozenset(kind for section in alike for kind in _kinds(section))


def _kinds(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if "kind" in node:
            yield str(node["kind"])
        node = list(node.values())
    if isinstance(node, list):
        for item in node:
            yield from _kinds(item)


def asks(script: ast.Module) -> list[str]:
    """Which of `seed` and `compute` the `main` of a stage asks for; a `run` has both."""
    for node in script.body:
        if isinstance(node, ast.FunctionDef) and node.name == "main":
            positional = {argument.arg for argument in node.args.args}
            named = {argument.arg for argument in node.args.kwonlyargs}
            return [name for name in FROM_PARAMS if name in named or "run" in positional]
    return []


def settings_of(settings: Mapping[str, Any], run: str, script: ast.Module) -> dict[str, Any]:
    """All that a run reads of params.yaml."""
    shared = {name: top_level(settings, name) for name in asks(script)}
    return {**shared, "params": section_of(settings, run)}


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
