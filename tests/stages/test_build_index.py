"""An index of three letters: what is in it, and when it learns to give verdicts."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from rasm.corpora.corpus import CorpusItem, encode_png, write_items, write_pictures
from rasm.query.search import Search
from rasm.retrieval.index_folder import load_index, read_index_card
from rasm.retrieval.voting import VotingParams
from stages.build_index import Params, SplitPairsParams, main
from tests.query.world import FLAT, letter, write_world

SPLIT = SplitPairsParams(kind="split", count=40)
VOTING = VotingParams(voters=2, keep_right=1.0, precision=1.0)


def write_letters(folder: Path, asked: tuple[str, ...]) -> None:
    """In training each of three letters in two sizes, in validation those asked in a third.

    Those of validation are of one script and of a font each.
    """
    shown = [(name, size, "train") for name in ("bar", "cross", "ring") for size in (90, 96)]
    shown += [(name, 200, "val") for name in asked]
    pictures = [(n, encode_png(letter(name, size))) for n, (name, size, _) in enumerate(shown)]
    write_pictures(folder, pictures)
    items = [
        CorpusItem(
            n,
            name,
            "Xxxx" if split == "val" else f"train{n}",
            split,  # type: ignore[arg-type]
            f"{n}.png",
            (ord(name[0]),),
        )
        for n, (name, _, split) in enumerate(shown)
    ]
    write_items(folder, items, [], [])


@pytest.fixture
def outputs(tmp_path: Path) -> Path:
    """A run with an embedder; its index is to be built."""
    write_world(tmp_path)
    (tmp_path / "index/world/index.json").unlink()
    return tmp_path


def build(outputs: Path, asked: tuple[str, ...], *, prototypes: bool = False) -> Path:
    def track(steps: Iterable[Any], **_: Any) -> Iterable[Any]:
        return steps

    write_letters(outputs / "corpora/world", asked)
    params = Params(index=FLAT, probe=3, prototypes=prototypes, voting=VOTING, pairs=SPLIT)
    main(
        params,
        track,  # type: ignore[arg-type]
        corpus=outputs / "corpora/world",
        embedder=outputs / "checkpoints/embedder/world",
        index=outputs / "index/world",
        seed=0,
        compute={"accelerator": "cpu", "precision": "32-true", "compile": False},
    )
    return outputs / "index/world"


def kinds(outputs: Path, folder: Path) -> list[tuple[str, str]]:
    fingerprint = Search.load(outputs=outputs, added=outputs / "added").embedder.fingerprint
    return [(entry.label, entry.kind) for entry in load_index(folder, fingerprint)[1]]


def test_training_is_indexed_and_the_limits_fit_validation(
    outputs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = build(outputs, ("bar", "ring"))
    names = ["bar", "bar", "cross", "cross", "ring", "ring"]
    assert kinds(outputs, folder) == [(name, "exemplar") for name in names]
    rule = read_index_card(folder).rule
    assert rule is not None and rule.voters == 2
    out = capsys.readouterr().out
    assert "vote_top1 1.0000" in out and "ok_precision 1.0000" in out
    assert 0 < rule.limits.distance < 0.1, "the same letters, but for their size"
    assert 0 < rule.limits.margin <= 1


def test_pairs_of_known_classes_say_when_two_pictures_are_the_same(outputs: Path) -> None:
    matching = read_index_card(build(outputs, ("bar", "ring"))).matching
    assert matching is not None
    search = Search.load(outputs=outputs, added=outputs / "added")
    same = search.compare(letter("bar", 96), letter("bar", 200))
    other = search.compare(letter("bar"), letter("ring"))
    assert same.same and not other.same
    assert same.distance < matching.threshold < other.distance
    assert other.probability < 0.5 < same.probability


def test_classes_that_are_held_out_make_pairs_among_themselves(outputs: Path) -> None:
    """Two fonts' hooks are the same; hook and slash, of one script, are not."""
    card = read_index_card(build(outputs, ("hook", "hook", "slash", "slash")))
    assert card.matching is not None and card.matching.slope < 0


@pytest.mark.parametrize("asked", [(), ("hook",)])
def test_without_known_classes_in_validation_there_is_no_verdict(
    outputs: Path, asked: tuple[str, ...]
) -> None:
    card = read_index_card(build(outputs, asked))
    assert card.rule is card.matching is None


def test_prototypes_stand_beside_the_pictures(outputs: Path) -> None:
    folder = build(outputs, (), prototypes=True)
    assert kinds(outputs, folder)[6:] == [(n, "prototype") for n in ("bar", "cross", "ring")]
