"""Looking pictures up, and classes that are added from one picture."""

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rasm.inputs.glyphs import GlyphInputParams
from rasm.query.search import BLANK, Answered, Search
from rasm.retrieval.voting import AnswerRule, Limits
from rasm.store.sealed import read_sealed, write_sealed
from tests.query.world import letter, write_world
from tests.trust.legible import save_ranker


@pytest.fixture
def outputs(tmp_path: Path) -> Path:
    write_world(tmp_path / "outputs")
    return tmp_path / "outputs"


def load(outputs: Path) -> Search:
    return Search.load(outputs=outputs, added=outputs.parent / "added")


def test_a_picture_finds_itself_first(outputs: Path) -> None:
    answers = load(outputs).query([letter("cross"), letter("ring")], top=2)
    assert [[hit.label for hit in hits][0] for hits in answers] == ["cross", "ring"]
    assert [len(hits) for hits in answers] == [2, 2]
    assert answers[0][0].distance == pytest.approx(0, abs=0.01)  # rounding of an inner product
    assert answers[0][0].as_dict()["codepoints"] == ["U+0063"]


def test_light_on_dark_and_another_size_are_the_same_letter(outputs: Path) -> None:
    search = load(outputs)
    ((hit, *_),) = search.query([255 - letter("cross", 230)])
    assert hit.label == "cross"


def test_embeddings_have_unit_length(outputs: Path) -> None:
    embeddings = load(outputs).embed([letter("bar"), letter("hook")])
    assert embeddings.dtype == np.float32
    assert np.linalg.norm(embeddings, axis=1) == pytest.approx(1, abs=1e-5)


def test_no_picture_no_answer(outputs: Path) -> None:
    assert load(outputs).query([]) == []


def test_an_added_class_is_found_survives_a_restart_and_goes_again(outputs: Path) -> None:
    search = load(outputs)
    assert search.query([letter("hook")])[0][0].label != "hook"
    search.gallery.add(letter("hook"), "hook")
    for again in (search, load(outputs)):
        first = again.query([letter("hook")])[0][0]
        assert (first.label, first.source) == ("hook", "added")
    load(outputs).gallery.remove("hook")
    assert all(hit.label != "hook" for hit in load(outputs).query([letter("hook")])[0])


def test_a_label_is_listed_once(outputs: Path) -> None:
    search = load(outputs)
    for size in (96, 120, 200):
        search.gallery.add(letter("ring", size), "ring")
    labels = [hit.label for hit in search.query([letter("ring")])[0]]
    assert sorted(labels) == ["bar", "cross", "ring"]


def test_an_index_of_another_embedder_is_refused(outputs: Path) -> None:
    card = outputs / "index/world/index.json"
    write_sealed(card, {**read_sealed(card, dict[str, Any]), "embedder": "0" * 64})
    with pytest.raises(ValueError, match="was built with embedder 0000.*run `dvc repro`"):
        load(outputs)


def test_a_run_without_embedder_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"model\.json is missing: run `dvc repro`"):
        load(tmp_path)


def test_what_an_approximate_index_misses_is_no_hit(outputs: Path) -> None:
    class Misses:
        def search(self, queries: object, top: int) -> object:
            return np.array([[0.5, np.inf]], dtype=np.float32), np.array([[1, -1]])

    search = dataclasses.replace(load(outputs), searcher=Misses())  # type: ignore[arg-type]
    assert [hit.label for hit in search.query([letter("bar")])[0]] == ["cross"]


def ruled(outputs: Path, distance: float, margin: float, voters: int = 3) -> Search:
    limits = Limits(distance=distance, margin=margin)
    rule = AnswerRule(voters=voters, limits=limits)
    return dataclasses.replace(load(outputs), rule=rule)


def test_verdicts_follow_from_the_limits(outputs: Path) -> None:
    """The network is untrained, so that the others are not much farther than itself."""
    crosses = [letter("cross")]
    (sure,) = ruled(outputs, distance=0.1, margin=0.1).answer(crosses)
    assert (sure.verdict, sure.label) == ("ok", "cross")
    assert sure.share is not None and sure.margin is not None
    assert 0.1 < sure.margin < sure.share < 1
    assert sure.hits == load(outputs).query(crosses)[0]
    assert ruled(outputs, 0.1, margin=2.0).answer(crosses)[0].verdict == "uncertain"
    (strange,) = ruled(outputs, distance=0.0, margin=0.0).answer([letter("hook")])
    assert strange.verdict == "not a known glyph"
    assert strange.as_dict()["hits"][0]["label"] == strange.hits[0].label


def test_among_glyphs_an_empty_box_is_never_ok(outputs: Path) -> None:
    """Limits that let everything pass: the box alone is refused, and its nearest still named."""
    search = ruled(outputs, distance=2.0, margin=0.0)
    view = GlyphInputParams(kind="glyphs", picture=64, size=64)
    glyphs = dataclasses.replace(search, embedder=dataclasses.replace(search.embedder, view=view))
    box = np.full((96, 96), 255, dtype=np.uint8)
    box[10:80, 20:70] = 0
    box[14:76, 24:66] = 255
    strange, ring = glyphs.answer([box, letter("ring")])
    assert (strange.verdict, ring.verdict) == ("not a known glyph", "ok")
    assert strange.label == strange.hits[0].label
    assert search.answer([box])[0].verdict == "ok", "a corpus of other pictures may know boxes"


def test_the_rule_comes_with_the_index(tmp_path: Path) -> None:
    rule = AnswerRule(voters=3, limits=Limits(distance=0.1, margin=0.5))
    write_world(tmp_path / "outputs", rule)
    assert load(tmp_path / "outputs").rule == rule


def test_without_a_rule_there_is_no_verdict(outputs: Path) -> None:
    search = load(outputs)
    (found,) = search.answer([letter("ring")], top=2)
    assert found == Answered(search.query([letter("ring")], top=2)[0])
    assert found.as_dict()["verdict"] is None


def test_a_blank_picture_is_to_be_taken_again_and_the_others_keep_their_places(
    outputs: Path,
) -> None:
    pictures = [letter("nothing"), letter("ring"), letter("nothing"), letter("bar")]
    for search in (load(outputs), ruled(outputs, 0.1, 0.1)):
        first, ring, third, bar = search.answer(pictures)
        assert first == third == Answered([], "reshoot", reason=BLANK)
        assert (ring.hits[0].label, bar.hits[0].label) == ("ring", "bar")


def test_what_the_ranker_refuses_is_to_be_taken_again(outputs: Path) -> None:
    """By contrast, below one half. The nearest is named all the same."""
    ring = letter("ring")
    faint = np.where(ring > 128, 255, 180).astype(np.uint8)
    pictures = [faint, letter("nothing"), ring]
    before = load(outputs).answer(pictures)
    assert [one.verdict for one in before] == [None, "reshoot", None]
    save_ranker(outputs / "checkpoints/ranker/world", outputs / "checkpoints/embedder/world")
    for search, unjudged in ((load(outputs), None), (ruled(outputs, 0.2, 0.0), "ok")):
        refused, blank, clear = search.answer(pictures)
        assert (refused.verdict, clear.verdict) == ("reshoot", unjudged)
        assert refused.reason == "too illegible to rely on what is read: too bright, low contrast"
        assert refused.hits == before[0].hits
        assert (blank.reason, clear.reason) == (BLANK, "")
    assert load(outputs).answer([]) == []


def test_a_speck_on_a_wall_is_to_be_taken_again_and_costs_no_other_its_answer(
    outputs: Path,
) -> None:
    """Ink that is gone at the size at which rankers look."""
    wall = np.full((4000, 4000), 255, dtype=np.uint8)
    wall[2000:2004, 2000:2004] = 0
    save_ranker(outputs / "checkpoints/ranker/world", outputs / "checkpoints/embedder/world")
    speck, ring = load(outputs).answer([wall, letter("ring")])
    assert speck.hits, "it is not blank"
    assert (speck.verdict, ring.verdict, ring.hits[0].label) == ("reshoot", None, "ring")


def test_a_ranker_of_another_embedder_is_refused(outputs: Path) -> None:
    folder = outputs / "checkpoints/ranker/world"
    save_ranker(folder, outputs / "checkpoints/embedder/world", embedder="0" * 64)
    with pytest.raises(ValueError, match="another embedder.*run `dvc repro`"):
        load(outputs).answer([letter("ring")])


def test_what_is_no_picture_is_an_error(outputs: Path) -> None:
    with pytest.raises(ValueError, match="float64"):
        load(outputs).answer([np.ones((4, 4))])  # type: ignore[list-item]


def test_an_added_class_wins_the_vote_with_one_picture(outputs: Path) -> None:
    """Against a class of three pictures, one of which is as near: 1 of 1 beats 1 of 3."""
    search = ruled(outputs, distance=0.1, margin=0.1, voters=4)
    entries = tuple(dataclasses.replace(entry, label="other") for entry in search.entries)
    search = dataclasses.replace(search, entries=entries)
    assert search.answer([letter("cross")])[0].label == "other"
    search.gallery.add(letter("cross"), "plus")
    (found,) = search.answer([letter("cross")])
    assert (found.verdict, found.label) == ("ok", "plus")
