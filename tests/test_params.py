"""params.yaml reads as documentation, and it is the only place that holds a hyper-parameter."""

import ast
import importlib
import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import BaseModel, ValidationError

from stages.__main__ import options_of
from stages.parameters import FROM_PARAMS, asks, read_params, section_of, variants, with_levels
from stages.pipeline import Stage, read_stages
from stages.sections import check_params

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


def models(value: Any) -> Iterator[BaseModel]:
    """A model and those in its fields."""
    if isinstance(value, BaseModel):
        yield value
        value = [getattr(value, key) for key in type(value).model_fields]
    if isinstance(value, list | tuple):
        for item in value:
            yield from models(item)


def undeclared(section: BaseModel) -> list[str]:
    """What a section leaves to defaults, and models that would take keys that they do not know."""
    faults = []
    for model in models(section):
        kind = type(model)
        if not (kind.model_config.get("frozen") and kind.model_config.get("extra") == "forbid"):
            faults.append(f"{kind.__name__}: declare it with frozen=True, extra='forbid'")
        left_out = kind.model_fields.keys() - model.model_fields_set
        faults += [f"{kind.__name__}.{key}" for key in left_out]
    return faults


def test_every_key_is_explained() -> None:
    assert not uncommented(TEXT), "add a comment that gives unit and effect"


def test_a_key_without_comment_is_found() -> None:
    assert uncommented("# s\ns:\n  a: 1  # unit\n  b: '#'\n  # above\n  c: {d: 1}\n") == ["4: b"]


def test_every_section_belongs_to_a_stage() -> None:
    assert read_params(ROOT / "params.yaml", STAGES) == PARAMS


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
def test_every_alternative_and_its_model_hold_the_same_keys(stage: Stage) -> None:
    """Each that params.yaml documents, chosen in turn; `code` has no section.

    Two parts of a section may exclude each other, which is the stage's own rule and not asked here.
    """
    module = importlib.import_module(f"stages.{stage.name}")
    for section in variants(PARAMS.get(stage.name, {})) if stage.name != "code" else ():
        named = with_levels(section, PARAMS["wear"])
        try:
            faults = undeclared(module.Params.model_validate(named))
        except ValidationError as error:
            faults = [f"{f['loc']}: {f['msg']}" for f in error.errors() if f["loc"]]
        assert not faults, f"in the section or in the model only, or misdeclared: {faults}"


def test_what_a_section_leaves_out_is_found() -> None:
    class Lax(BaseModel):
        scale: int = 1

    class Strict(BaseModel, frozen=True, extra="forbid"):
        losses: list[Lax]

    lax = "Lax: declare it with frozen=True, extra='forbid'"
    assert undeclared(Strict(losses=[Lax()])) == [lax, "Lax.scale"]
    assert undeclared(Strict(losses=[Lax(scale=2)])) == [lax]


@pytest.mark.parametrize("corpus", PARAMS["corpora"])
def test_a_corpus_changes_what_there_is(corpus: str) -> None:
    """What `corpora.CORPUS` says otherwise makes sections that the stages accept."""
    for name in PARAMS["corpora"][corpus]:
        assert STAGES[name].each, f"no stage {name} runs once a corpus"
        section = section_of(PARAMS, f"{name}@{corpus}")
        check_params(importlib.import_module(f"stages.{name}"), name, section, corpus)


@each_stage
def test_a_stage_gets_what_its_signature_says(stage: Stage) -> None:
    """What is read from the syntax tree is what Python sees."""
    main = importlib.import_module(f"stages.{stage.name}").main
    asked = asks(ast.parse((ROOT / "stages" / f"{stage.name}.py").read_bytes()))
    wanted = inspect.signature(main).parameters
    assert asked == [name for name in FROM_PARAMS if name in wanted or "run" in wanted]


@each_stage
def test_command_has_the_options_of_main(stage: Stage) -> None:
    module = importlib.import_module(f"stages.{stage.name}")
    given = {word[2:].replace("-", "_") for word in stage.command[4::2]}
    assert given == set(options_of(module.main))
