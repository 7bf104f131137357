"""Which pictures choose an epoch, by the kind of the trials: they are never those of training."""

from pathlib import Path
from typing import Any, Literal

import pytest
import torch
from pydantic import ValidationError

from rasm.corpora.corpus import (
    CorpusItem,
    Pictures,
    encode_png,
    read_corpus,
    write_items,
    write_pictures,
)
from rasm.corpora.letters import LetterParams, import_letters
from rasm.training.choosing.trials import TrialGround, TrialParams, Validate
from rasm.training.embedder_params import trial_params, view_params
from tests.augment.levels import SEVERITIES
from tests.query.world import letter
from tests.training.pixels import Pixels
from tests.training.views.sections import section

CPU = torch.device("cpu")
NAMES = ("bar", "cross", "ring")
SECTIONS: dict[str, dict[str, Any]] = {
    "scripts": {"ways": 3, "per_script": 4, "strength": 1e-3},
    "letters": {"queries": 12, "levels": [SEVERITIES["light"].model_dump()], "pairs": 40},
    "retrieval": {"gallery": 3},
}
Row = tuple[str, Literal["train", "val", "test"]]


def chosen_by(kind: str, **changes: Any) -> TrialParams:
    return trial_params({"kind": kind, **SECTIONS[kind], **changes})


def validation(kind: str, folder: Path, view: str) -> Validate:
    params, corpus = view_params(section(view)), read_corpus(folder)
    with Pictures(folder) as pictures:
        train = params.views(pictures.of(corpus.of("train")), CPU)
    return chosen_by(kind).validation(TrialGround(folder, corpus, train, params, CPU, seed=0))


def write(folder: Path, rows: list[Row]) -> Path:
    write_pictures(folder, [(n, encode_png(letter(name, 96))) for n, (name, _) in enumerate(rows)])
    items = [
        CorpusItem(n, name, f"of {split}", split, "font", (n,))
        for n, (name, split) in enumerate(rows)
    ]
    write_items(folder, items, [], [])
    return folder


def test_unseen_characters_are_those_of_validation(tmp_path: Path) -> None:
    rows: list[Row] = [("bar", "train"), *((name, "val") for name in NAMES), ("bar", "test")]
    assert chosen_by("scripts").monitor == "val_one_shot"
    found = validation("scripts", write(tmp_path, rows), "scripts")(Pixels())
    assert found["val_one_shot"] == 1

    one_only: list[Row] = [*((name, "train") for name in NAMES), ("bar", "val")]
    with pytest.raises(ValueError, match="as many classes as a trial has ways"):
        validation("scripts", write(tmp_path / "b", one_only), "scripts")


@pytest.mark.parametrize("view", ["scripts", "glyphs"])
def test_pictures_of_validation_are_looked_up_in_training(view: str, tmp_path: Path) -> None:
    """The bar of validation finds a bar. The ring, which is not in training, is not asked for."""
    rows: list[Row] = [("bar", "train"), ("cross", "train"), ("bar", "val"), ("ring", "test")]
    assert chosen_by("retrieval").monitor == "val_recall_at_1"
    found = validation("retrieval", write(tmp_path, rows), view)(Pixels())
    assert found["val_recall_at_1"] == 1


def test_worn_letters_need_no_split(tmp_path: Path) -> None:
    for name in NAMES:
        (tmp_path / "own" / name).mkdir(parents=True)
        (tmp_path / "own" / name / "ideal.png").write_bytes(encode_png(letter(name, 96)))
    letters = LetterParams(size=96, margin=0.1, max_pixels=10_000)
    import_letters(tmp_path / "own", tmp_path / "no font", tmp_path / "corpus", letters)
    assert chosen_by("letters").monitor == "val_recall_at_1"
    found = validation("letters", tmp_path / "corpus", "letters")(Pixels())
    assert found["val_recall_at_1"] > 0.8, "light wear of letters this plain hides none of them"


@pytest.mark.parametrize("kind", ["scripts", "retrieval"])
def test_a_corpus_without_validation_is_named(kind: str, tmp_path: Path) -> None:
    folder = write(tmp_path, [(name, "train") for name in NAMES])
    with pytest.raises(ValueError, match=f"{tmp_path} has no validation split.*add IDs"):
        validation(kind, folder, "scripts")


def test_what_trials_need_of_a_view() -> None:
    needed = {kind: chosen_by(kind).view for kind in SECTIONS}
    assert needed == {"scripts": "scripts", "letters": "letters", "retrieval": None}


@pytest.mark.parametrize("kind", SECTIONS)
def test_params_come_back_from_what_they_are_written_as(kind: str) -> None:
    params = chosen_by(kind)
    assert params.kind == kind
    assert trial_params(params.model_dump(mode="json")) == params


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(ValueError, match="no trials 'coins'; there are scripts, letters and retr"):
        trial_params({"kind": "coins"})
    with pytest.raises(ValidationError, match="Extra inputs"):
        chosen_by("retrieval", ways=3)
