"""params.yaml reads as documentation, and it is the only place that holds a hyper-parameter."""

import importlib
import inspect
import re
from pathlib import Path

import pytest
import yaml
from pydantic import BaseModel

from stages.__main__ import FROM_PARAMS, check_params, of_corpus
from stages.pipeline import Stage, read_stages

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "params.yaml").read_text(encoding="utf-8")
PARAMS = yaml.safe_load(TEXT)
STAGES = read_stages(ROOT)

each_stage = pytest.mark.parametrize("stage", STAGES.values(), ids=lambda stage: stage.name)


def uncommented(text: str) -> list[str]:
    """Keys, as `line: key`, with no comment on their line or on the line above."""
    lines = ["", *text.splitlines()]
    found = []

    def walk(node: yaml.Node) -> None:
        if isinstance(node, yaml.SequenceNode):
            for item in node.value:
                walk(item)
        if isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                number = key.start_mark.line + 1
                here, above = lines[number], lines[number - 1]
                if not re.search(r"\s#", here) and not above.lstrip().startswith("#"):
                    found.append(f"{number}: {key.value}")
                walk(value)

    walk(yaml.compose(text))
    return found


def undeclared(model: type[BaseModel], section: dict[str, object], path: str) -> list[str]:
    """Where a model and its section differ, nested models included."""
    faults = [f"{path}.{key}" for key in sorted(model.model_fields.keys() ^ section.keys())]
    if not (model.model_config.get("frozen") and model.model_config.get("extra") == "forbid"):
        faults.append(f"{path}: declare it with frozen=True, extra='forbid'")
    for key, field in model.model_fields.items():
        if inspect.isclass(field.annotation) and issubclass(field.annotation, BaseModel):
            nested = section.get(key)
            faults += undeclared(
                field.annotation, nested if isinstance(nested, dict) else {}, f"{path}.{key}"
            )
    return faults


def test_every_key_is_explained() -> None:
    assert not uncommented(TEXT), "add a comment that gives unit and effect"


def test_a_key_without_comment_is_found() -> None:
    assert uncommented("# s\ns:\n  a: 1  # unit\n  b: '#'\n  # above\n  c: {d: 1}\n") == ["4: b"]


def test_every_section_belongs_to_a_stage() -> None:
    assert PARAMS.keys() <= {*STAGES, *FROM_PARAMS, "corpora", "folders"}


def test_full_profile_is_what_the_comments_say() -> None:
    """A comment `[full: 60]` beside a key is the word `section.key=60` of FULL in the Makefile."""
    above: list[str] = []
    said = []
    for line in TEXT.splitlines():
        if match := re.match(r"((?:  )*)(\w+):", line):
            above = [*above[: len(match[1]) // 2], match[2]]
        if match := re.search(r"\[full: (\S+)\]", line.replace("[full: ...]", "")):
            said.append(f"{'.'.join(above)}={match[1]}")
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8").replace("\\\n", " ")
    (full,) = re.findall(r"^FULL :=(.*)$", makefile, re.MULTILINE)
    assert sorted(full.split()) == sorted(said)


@each_stage
def test_model_and_section_hold_the_same_keys(stage: Stage) -> None:
    module = importlib.import_module(f"stages.{stage.name}")
    faults = undeclared(module.Params, PARAMS.get(stage.name, {}), stage.name)
    assert not faults, f"in the section or in the model only, or misdeclared: {faults}"


@pytest.mark.parametrize("corpus", PARAMS["corpora"])
def test_a_corpus_changes_what_there_is(corpus: str) -> None:
    """What `corpora.CORPUS` says otherwise makes sections that the stages accept."""
    for name in PARAMS["corpora"][corpus]:
        assert STAGES[name].each, f"no stage {name} runs once a corpus"
        check_params(
            importlib.import_module(f"stages.{name}"), name, of_corpus(PARAMS, name, corpus)
        )


@each_stage
def test_stage_depends_on_its_own_section_and_no_other(stage: Stage) -> None:
    """And on `seed` and `compute` where it asks for them: precision changes what is learnt."""
    module = importlib.import_module(f"stages.{stage.name}")
    wanted = {stage.name} if module.Params.model_fields else set()
    wanted |= inspect.signature(module.main).parameters.keys() & set(FROM_PARAMS)
    if stage.each:
        wanted.add(f"corpora.${{key}}.{stage.name}")
    assert set(stage.params) == wanted


@each_stage
def test_command_has_the_options_of_main(stage: Stage) -> None:
    module = importlib.import_module(f"stages.{stage.name}")
    names = inspect.signature(module.main).parameters.values()
    wanted = {name.name for name in names if name.kind is name.KEYWORD_ONLY} - set(FROM_PARAMS)
    assert {word[2:].replace("-", "_") for word in stage.command[4::2]} == wanted
