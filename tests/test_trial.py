"""A setting is checked before anything runs, and a copy gets what git does not hold."""

import subprocess
from pathlib import Path
from typing import Any

import pytest

from experiments.beside import untracked_inputs
from experiments.trial import free_name, main, overrides

PARAMS: dict[str, Any] = {
    "seed": 1,
    "train_phase2": {"epochs": 5, "cnn": {"width": 8}},
    "train_embedder": {"epochs": 5, "pen": {"size": 64}},
    "corpora": {"world": {"train_embedder": {"epochs": 8}}},
}


def checked(*settings: str) -> list[str]:
    return overrides(settings, PARAMS, ["train_embedder"])


def test_keys_that_are_there_are_passed_on() -> None:
    settings = ["seed=7", "train_phase2.cnn.width=16", "corpora.world.train_embedder.epochs=1"]
    assert checked(*settings) == settings


def test_a_corpus_may_set_what_the_section_of_its_stage_has() -> None:
    assert checked("corpora.world.train_embedder.pen.size=32") == [
        "+corpora.world.train_embedder.pen.size=32"
    ]


@pytest.mark.parametrize(
    ("setting", "fault"),
    [
        ("train_phase2.epoch=1", "no key 'train_phase2.epoch'; did you mean train_phase2.epochs"),
        ("width=1", "no key 'width'; did you mean train_phase2.cnn.width?"),
        ("corpora.world.train_embedder.epoch=1", "did you mean corpora.world.train_embedder.epoch"),
        ("corpora.world.train_phase2.epochs=1", "no key 'corpora.world.train_phase2.epochs'"),
        ("corpora.moon.train_embedder.epochs=1", "no key 'corpora.moon.train_embedder.epochs'"),
        ("zzz=1", "no key 'zzz'; it lists every key there is"),
        ("seed", "'seed' is no KEY=VALUE"),
        ("=7", "'=7' is no KEY=VALUE"),
    ],
)
def test_any_other_key_is_refused_with_what_was_meant(setting: str, fault: str) -> None:
    with pytest.raises(ValueError) as refused:
        checked("seed=7", setting)
    assert fault in str(refused.value)


def test_nothing_runs_with_a_wrong_key(capsys: pytest.CaptureFixture[str]) -> None:
    root = Path(__file__).parents[1]
    assert main(root, ["train_phase2.epochz=1"]) == 2
    assert "did you mean train_phase2.epochs" in capsys.readouterr().err
    assert main(root, []) == 2


def test_a_trial_gets_the_first_free_name() -> None:
    assert free_name([]) == "try-1"
    assert free_name(["try-1", "reference", "try-3"]) == "try-2"


def test_a_copy_gets_the_inputs_that_git_does_not_hold(tmp_path: Path) -> None:
    held = ["dataset/fonts/package.json", "dataset/fonts/own/README.md", "dataset/letters/README"]
    not_held = [
        *("dataset/fonts/node_modules/a/font.woff", "dataset/fonts/own/my.ttf"),
        *("dataset/scripts/node_modules/b/font.woff", "dataset/letters/beth/ideal.png"),
        *("dataset/folders/digits/0/1_1.png", "my pictures/cats/2_1.png"),
        *("dataset/glyphs.db", "outputs/meta/audit.jsonl", "notes.txt"),
    ]
    for name in [*held, *not_held]:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / "params.yaml").write_text(
        "import_fonts: {own_fonts: dataset/fonts/own}\n"
        "folders: {digits: dataset/folders/digits, cats: my pictures/cats, far: /elsewhere}\n"
    )
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    subprocess.run(["git", "add", *held], cwd=tmp_path, check=True)
    assert set(untracked_inputs(tmp_path)) == {
        "dataset/fonts/node_modules",
        "dataset/fonts/own/my.ttf",
        "dataset/scripts",
        "dataset/letters/beth",
        "dataset/folders",
        "my pictures/cats",
    }
