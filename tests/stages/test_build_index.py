"""Indices of three letters: what is in them, and when they learn to give verdicts."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from rasm.corpora.corpus import CorpusItem, encode_png, write_items, write_pictures
from rasm.query.search import Search
from rasm.retrieval.index_folder import load_index, read_index_card
from rasm.retrieval.voting import VotingParams
from stages import publish_index
from stages.build_index import Params, SplitPairsParams, WornPairsParams, main
from tests.augment.levels import SEVERITIES
from tests.query.world import FLAT, letter, write_world

PLAIN = {"accelerator": "cpu", "precision": "32-true", "compile": False}
SPLIT = SplitPairsParams(kind="split", count=40)
VOTING = VotingParams(voters=2, keep_right=1.0, precision=1.0)


def write_letters(folder: Path, asked: tuple[str, ...], sizes: tuple[int, ...]) -> None:
    """In training each of three letters in two sizes, in validation those asked in others.

    Those of validation are of one script and of a font each.
    """
    shown = [(name, size, "train") for name in ("bar", "cross", "ring") for size in sizes]
    shown += [(name, 200 + 10 * place, "val") for place, name in enumerate(asked)]
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


def track(steps: Iterable[Any], **_: Any) -> Iterable[Any]:
    return steps


def build(
    outputs: Path,
    asked: tuple[str, ...],
    *,
    prototypes: bool = False,
    exemplars: int = 0,
    pairs: SplitPairsParams | WornPairsParams = SPLIT,
    sizes: tuple[int, ...] = (90, 96),
) -> Path:
    write_letters(outputs / "corpora/world", asked, sizes)
    params = Params(
        index=FLAT, probe=3, exemplars=exemplars, prototypes=prototypes, voting=VOTING, pairs=pairs
    )
    main(
        params,
        track,  # type: ignore[arg-type]
        corpus=outputs / "corpora/world",
        embedder=outputs / "checkpoints/embedder/world",
        train_index=outputs / "train_index/world",
        seed=0,
        compute=PLAIN,
    )
    return outputs / "train_index/world"


def publish(outputs: Path) -> Path:
    publish_index.main(
        publish_index.Params(),
        track,  # type: ignore[arg-type]
        corpus=outputs / "corpora/world",
        embedder=outputs / "checkpoints/embedder/world",
        train_index=outputs / "train_index/world",
        index=outputs / "index/world",
        seed=0,
        compute=PLAIN,
    )
    return outputs / "index/world"


def kinds(folder: Path) -> list[tuple[str, str]]:
    fingerprint = read_index_card(folder).embedder
    return [(entry.label, entry.kind) for entry in load_index(folder, fingerprint)[1]]


def test_training_is_indexed_and_the_limits_fit_validation(
    outputs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = build(outputs, ("bar", "ring"))
    names = ["bar", "bar", "cross", "cross", "ring", "ring"]
    assert kinds(folder) == [(name, "exemplar") for name in names]
    rule = read_index_card(folder).rule
    assert rule is not None and rule.voters == 2
    votes = read_index_card(folder).votes
    assert votes is not None and votes.voters == 2
    publish(outputs)
    (found,) = Search.load(outputs=outputs, added=outputs / "added").answer([letter("ring")])
    assert found.probability is not None and found.probability > 0.9, "all of validation was right"
    out = capsys.readouterr().out
    assert "vote_top1 1.0000" in out and "ok_precision 1.0000" in out
    assert 0 < rule.limits.distance < 0.1, "the same letters, but for their size"
    assert 0 < rule.limits.margin <= 1


def test_pairs_of_known_classes_say_when_two_pictures_are_the_same(outputs: Path) -> None:
    matching = read_index_card(build(outputs, ("bar", "ring"))).matching
    assert matching is not None
    publish(outputs)
    search = Search.load(outputs=outputs, added=outputs / "added")
    same = search.compare(letter("bar", 96), letter("bar", 200))
    other = search.compare(letter("bar"), letter("ring"))
    assert same.same and not other.same
    assert same.distance < matching.threshold < other.distance
    assert other.probability < 0.5 < same.probability


def test_classes_that_are_held_out_are_looked_up_among_themselves(outputs: Path) -> None:
    """Two fonts' hooks are the same; hook and slash, of one script, are not.

    A hook finds that of the other font, and the index in use knows what a hook is.
    """
    card = read_index_card(build(outputs, ("hook", "hook", "slash", "slash")))
    assert card.matching is not None and card.matching.slope < 0
    assert card.rule is not None and card.rule.limits.distance < 0.1
    assert read_index_card(publish(outputs)).rule == card.rule
    search = Search.load(outputs=outputs, added=outputs / "added")
    (found,) = search.answer([letter("hook", 200)])
    assert found.verdict is not None and found.label == "hook"


def test_the_index_in_use_holds_all_splits_and_the_rules(outputs: Path) -> None:
    trained = build(outputs, ("bar", "hook"), prototypes=True)
    card, published = read_index_card(trained), read_index_card(publish(outputs))
    names = ["bar", "bar", "cross", "cross", "ring", "ring"]
    assert kinds(trained)[:6] == [(name, "exemplar") for name in names]
    assert kinds(outputs / "index/world") == [
        *((name, "exemplar") for name in (*names, "bar", "hook")),
        *((name, "prototype") for name in ("bar", "cross", "hook", "ring")),
    ]
    assert (published.rule, published.matching) == (card.rule, card.matching)
    assert published.votes == card.votes is not None
    assert published.params == card.params


def test_of_worn_letters_it_is_learnt_how_probable_an_answer_is_and_no_verdict(
    outputs: Path,
) -> None:
    """There is no validation split: letters of training are worn."""
    worn = WornPairsParams(kind="worn", count=40, queries=30, levels=(SEVERITIES["light"],))
    card = read_index_card(build(outputs, (), pairs=worn, sizes=(96,)))
    assert card.rule is None
    assert card.votes is not None and card.matching is not None
    publish(outputs)
    (found,) = Search.load(outputs=outputs, added=outputs / "added").answer([letter("ring")])
    assert (found.verdict, found.label) == (None, "ring")
    assert found.probability is not None and 0 < found.probability <= 1


@pytest.mark.parametrize("asked", [(), ("hook",)])
def test_without_known_classes_in_validation_there_is_no_verdict(
    outputs: Path, asked: tuple[str, ...]
) -> None:
    card = read_index_card(build(outputs, asked))
    assert card.rule is card.matching is card.votes is None


def test_prototypes_stand_beside_the_pictures(outputs: Path) -> None:
    folder = build(outputs, (), prototypes=True)
    assert kinds(folder)[6:] == [(n, "prototype") for n in ("bar", "cross", "ring")]


def test_a_class_has_as_many_pictures_as_asked_for_in_the_index_in_use_too(outputs: Path) -> None:
    folder = build(outputs, ("bar", "hook"), exemplars=1)
    assert kinds(folder) == [(name, "exemplar") for name in ("bar", "cross", "ring")]
    in_use = sorted(kinds(publish(outputs)))
    assert in_use == [(name, "exemplar") for name in ("bar", "cross", "hook", "ring")]
