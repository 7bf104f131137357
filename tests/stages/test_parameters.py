"""What a run reads of params.yaml."""

import ast
from pathlib import Path
from typing import Any

import pytest
import yaml

from stages.parameters import (
    asks,
    kinds_of,
    merged,
    read_params,
    resolved,
    runs,
    section_of,
    settings_of,
    variants,
)
from stages.pipeline import read_stages

LOSS = {"kind": "soft", "ramp": [0, 1], "soft": {"scale": 20}, "hard": {"margin": 1}}
SETTINGS = {
    "seed": 7,
    "compute": {"precision": "auto"},
    "train": {"lr": 1, "loss": LOSS},
    "corpora": {"world": {"train": {"loss": {"kind": "hard"}}}, "arabic": None},
}


def test_changes_go_key_by_key() -> None:
    section = {"a": 1, "b": {"c": 2, "d": {"e": 3, "f": 4}}, "g": [5, 6]}
    changes = {"b": {"d": {"f": 0}, "new": 7}, "g": [8], "h": None}
    expected = {"a": 1, "b": {"c": 2, "d": {"e": 3, "f": 0}, "new": 7}, "g": [8], "h": None}
    assert merged(section, changes) == expected
    assert section == {"a": 1, "b": {"c": 2, "d": {"e": 3, "f": 4}}, "g": [5, 6]}
    assert merged(section, {}) == section
    assert merged({"a": {"b": 1}}, {"a": 2}) == {"a": 2}
    assert merged({"a": 2}, {"a": {"b": 1}}) == {"a": {"b": 1}}


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (LOSS, {"kind": "soft", "ramp": [0, 1], "scale": 20}),
        ({"x": [LOSS]}, {"x": [{"kind": "soft", "ramp": [0, 1], "scale": 20}]}),
        ({"kind": "none", "soft": {"scale": 20}}, {"kind": "none"}),
        ({"a": {"b": 1}, "c": {"d": 2}}, {"a": {"b": 1}, "c": {"d": 2}}),
        (
            {"kind": "a", "a": {"b": {"kind": "c", "c": {"d": 1}}}},
            {"kind": "a", "b": {"kind": "c", "d": 1}},
        ),
        (3, 3),
    ],
)
def test_alternatives_that_no_kind_names_are_dropped(written: Any, read: Any) -> None:
    assert resolved(written) == read


def test_a_key_that_is_said_twice_is_named() -> None:
    with pytest.raises(ValueError, match="section 'train': key 'scale' stands in 'soft' and"):
        section_of({"train": {"kind": "soft", "scale": 1, "soft": {"scale": 2}}}, "train")


def test_every_alternative_is_chosen_once() -> None:
    section = {"lr": 1, "loss": LOSS | {"hard": {"miner": {"kind": "a", "a": {}, "b": {"n": 2}}}}}
    base = {"ramp": [0, 1]}
    assert [variant["loss"] for variant in variants(section)] == [
        base | {"kind": "soft", "scale": 20},
        base | {"kind": "hard", "miner": {"kind": "a"}},
        base | {"kind": "hard", "miner": {"kind": "b", "n": 2}},
    ]


def test_a_corpus_chooses_another_alternative() -> None:
    assert section_of(SETTINGS, "train")["loss"]["kind"] == "soft"
    assert section_of(SETTINGS, "train@arabic") == section_of(SETTINGS, "train")
    changed = section_of(SETTINGS, "train@world")
    assert changed == {"lr": 1, "loss": {"kind": "hard", "ramp": [0, 1], "margin": 1}}


WEAR = {"mild": {"chance": 0.1}, "own": {"chance": 0.9}}


def test_the_name_of_a_level_stands_for_its_amounts() -> None:
    """Wherever it is named; and what is not named is no part of what the run reads."""
    train = {"view": {"severity": "mild", "size": 64}, "test": {"levels": ["own"], "sheet": []}}
    assert section_of({"train": train, "wear": WEAR}, "train") == {
        "view": {"severity": {"name": "mild", "chance": 0.1}, "size": 64},
        "test": {"levels": [{"name": "own", "chance": 0.9}], "sheet": []},
    }
    with pytest.raises(ValueError, match="section 'train': severity 'mid' is no level of section"):
        section_of({"train": {"severity": "mid"}, "wear": WEAR}, "train")


PIPELINE = """
stages:
  code: {cmd: c}
  plain: {cmd: c}
  train: {foreach: "${corpora}", do: {cmd: c}}
  bring: {foreach: "${folders}", do: {cmd: c}}
"""


def test_runs_are_stages_or_one_for_each_entry(tmp_path: Path) -> None:
    (tmp_path / "dvc.yaml").write_text(PIPELINE)
    found = runs(read_stages(tmp_path), SETTINGS | {"folders": {}})
    assert found == ["plain", "train@world", "train@arabic"]


def test_kinds_are_those_of_the_runs_of_one_corpus() -> None:
    sections = {
        "train@world": {"loss": {"kind": "hard"}},
        "index@world": {"kind": "flat", "parts": [{"kind": "deep"}]},
        "train@arabic": {"loss": {"kind": "soft"}},
        "plain": {"kind": "none"},
    }
    assert kinds_of("train@world", sections) == {"hard", "flat", "deep"}
    assert kinds_of("index@arabic", sections) == {"soft"}
    assert kinds_of("plain", sections) == {"none"}


@pytest.mark.parametrize(
    ("signature", "asked"),
    [
        ("params, track, *, glyphs", []),
        ("params, track, *, glyphs, seed", ["seed"]),
        ("params, track, *, compute, seed", ["seed", "compute"]),
        ("params, run, *, glyphs", ["seed", "compute"]),
    ],
)
def test_what_a_stage_asks_for_is_in_its_signature(signature: str, asked: list[str]) -> None:
    script = ast.parse(f"import torch\ndef main({signature}): pass")
    assert asks(script) == asked
    read = settings_of(SETTINGS, "train", script)
    assert list(read) == [*asked, "params"]
    assert all(read[name] == SETTINGS[name] for name in asked)


LEVELS = range(1, 10)
BOMB = "a0: &a0 [1]\n" + "\n".join(f"a{n}: &a{n} [{f'*a{n - 1},' * 10}]" for n in LEVELS)
MERGED = "a0: &a0 {b: 1}\n" + "\n".join(
    f"a{n}: &a{n} {{<<: [{f'*a{n - 1},' * 10}]}}" for n in LEVELS
)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("trian: {}", "section 'trian' is not known, did you mean 'train'?"),
        (
            "xyz: {}",
            "'xyz' is not known; known: train, seed, compute, corpora, folders, rankers, wear",
        ),
        ("corpora: {world: {trian: {}}}", "'corpora.world': 'trian' is no stage, did you mean"),
        ("seed: [", "params.yaml is not valid YAML"),
        ("[]", "params.yaml must hold one section a stage"),
        ("", "params.yaml must hold one section a stage"),
        ("train: {lr: 1, lr: 2}", "params.yaml, line 1: key 'lr' stands in line 1 too: write it"),
        ("seed: 1\nseed: 2", "params.yaml, line 2: key 'seed' stands in line 1 too: write it"),
        (BOMB, "line 6: aliases make more than 100,000 values"),
        (MERGED, "line 6: aliases make more than 100,000 values"),
        ("train: &a [*a]", "line 1: aliases make more than 100,000 values"),
        ("[" * 2000, "params.yaml is nested too deeply"),
        ("train: " + "x" * 300_000, "params.yaml is no file of at most 262,144 bytes"),
    ],
)
def test_what_is_no_section_is_named(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "params.yaml"
    path.write_text(text)
    with pytest.raises(ValueError) as error:
        read_params(path, ["train"])
    assert says in str(error.value)
    path.write_text(yaml.safe_dump(SETTINGS))
    assert read_params(path, ["train"]) == SETTINGS
