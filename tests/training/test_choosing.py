"""Which pictures choose an epoch, by the name of the trials: they are never those of training."""

from functools import partial
from pathlib import Path
from typing import Literal

import pytest
import torch
from rasm.training.letter_validation import LetterTrialParams
from rasm.training.one_shot_validation import OneShotParams
from rasm.training.retrieval_validation import RetrievalParams
from tests.training.test_glyph_views import PARAMS as GLYPH

from rasm.corpora.corpus import (
    CorpusItem,
    Pictures,
    encode_png,
    read_corpus,
    write_items,
    write_pictures,
)
from rasm.corpora.letters import LetterParams, import_letters
from rasm.training.choosing import Choice, ChoiceParams
from rasm.training.views import ViewParams, see
from tests.query.world import letter
from tests.training.pixels import Pixels
from tests.training.toy_pen import PEN

CPU = torch.device("cpu")
NAMES = ("bar", "cross", "ring")
Row = tuple[str, Literal["train", "val", "test"]]


def chosen_by(kind: Literal["one_shot", "letters", "retrieval"]) -> ChoiceParams:
    return ChoiceParams(
        chosen_by=kind,
        one_shot=OneShotParams(ways=3, per_script=4, strength=1e-3),
        letter_trials=LetterTrialParams(queries=12, severity="light", pairs=40),
        retrieval=RetrievalParams(gallery=3),
    )


def choice(folder: Path, params: ChoiceParams, view: ViewParams) -> Choice:
    corpus = read_corpus(folder)
    seeing = partial(see, params=view, device=CPU)
    with Pictures(folder) as pictures:
        train = seeing(pictures.of(corpus.of("train")))
    return Choice(params, folder, corpus, train, seeing, seed=0)


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
    found = choice(write(tmp_path, rows), chosen_by("one_shot"), PEN)
    assert found.params.monitor == "val_one_shot"
    assert found.validation()(Pixels())["val_one_shot"] == 1

    one_only: list[Row] = [*((name, "train") for name in NAMES), ("bar", "val")]
    with pytest.raises(ValueError, match="as many classes as a trial has ways"):
        choice(write(tmp_path / "b", one_only), chosen_by("one_shot"), PEN).validation()


def test_pictures_of_validation_are_looked_up_in_training(tmp_path: Path) -> None:
    """The bar of validation finds a bar. The ring, which is not in training, is not asked for."""
    rows: list[Row] = [("bar", "train"), ("cross", "train"), ("bar", "val"), ("ring", "test")]
    found = choice(write(tmp_path, rows), chosen_by("retrieval"), PEN)
    assert found.params.monitor == "val_recall_at_1"
    assert found.validation()(Pixels())["val_recall_at_1"] == 1


def test_worn_letters_need_no_split(tmp_path: Path) -> None:
    for name in NAMES:
        (tmp_path / "own" / name).mkdir(parents=True)
        (tmp_path / "own" / name / "ideal.png").write_bytes(encode_png(letter(name, 96)))
    letters = LetterParams(size=96, margin=0.1, max_pixels=10_000)
    import_letters(tmp_path / "own", tmp_path / "no font", tmp_path / "corpus", letters)
    found = choice(tmp_path / "corpus", chosen_by("letters"), PEN).validation()(Pixels())
    assert found["val_recall_at_1"] > 0.8, "light wear of letters this plain hides none of them"


@pytest.mark.parametrize("kind", ["one_shot", "retrieval"])
def test_a_corpus_without_validation_is_named(
    kind: Literal["one_shot", "retrieval"], tmp_path: Path
) -> None:
    folder = write(tmp_path, [(name, "train") for name in NAMES])
    with pytest.raises(ValueError, match=f"{tmp_path} has no validation split.*add IDs"):
        choice(folder, chosen_by(kind), PEN).validation()


def test_only_skeletons_can_be_bent(tmp_path: Path) -> None:
    rows: list[Row] = [(name, split) for name in NAMES for split in ("train", "val")]
    with pytest.raises(ValueError, match="needs views pen"):
        choice(write(tmp_path, rows), chosen_by("one_shot"), GLYPH).validation()
