"""Looking pictures up: the nearest characters of an index, and of what the user has added.

Added classes lie beside outputs/, in `dataset/added/CORPUS`, so that neither a new run nor
`make clean` loses them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import NDArray

from rasm.inputs.pictures import PixelArray
from rasm.nets.compute import HERE, Compute
from rasm.query.run_files import CORPUS, added_beside, default_outputs, ranker_folder
from rasm.raster.frame import is_frame
from rasm.raster.ink import ink_of
from rasm.reading.embeddings import PictureEmbedder
from rasm.retrieval.added import Added, AddedPictures, with_added
from rasm.retrieval.index import Hits, Searcher
from rasm.retrieval.index_folder import Entry, load_index, read_index_card
from rasm.retrieval.voting import (
    AnswerRule,
    Ballot,
    Verdict,
    answer_probabilities,
    hold_votes,
    judge,
)
from rasm.trust.matching import MatchRule
from rasm.trust.votes import VoteRule

if TYPE_CHECKING:
    import faiss

    from rasm.query.exemplars import ExemplarPictures
    from rasm.report.explanation import Explanation
    from rasm.trust.ranker import QualityRanker

BLANK = "no ink stands out from its background"


@dataclass(frozen=True)
class Hit:
    """One label among the nearest: its nearest picture, `distance` in [0, 2]."""

    label: str
    codepoints: tuple[int, ...]
    distance: float
    source: str  # font or file, or `added`

    def as_dict(self) -> dict[str, Any]:
        """For JSON; code points as U+XXXX."""
        return {**vars(self), "codepoints": [f"U+{code:04X}" for code in self.codepoints]}


@dataclass(frozen=True)
class Answered:
    """What a picture shows, and whether to believe it.

    The label is the one that the nearest pictures vote for, mostly but not always the nearest. It
    is a guess unless the verdict is `ok`. All but the hits are None where the corpus has no rule to
    judge by, for want of validation; of worn letters the label is told and how probable it is, and
    no verdict. A picture without ink is to be taken again, `reshoot`, in
    every corpus; so is one that the corpus's ranker, where the run has one, finds too illegible.
    Among glyphs of fonts an empty box is no known glyph, however near to one it lies: fonts draw it
    for what they lack.
    """

    hits: list[Hit]
    verdict: Verdict | None = None
    label: str | None = None
    share: float | None = None  # of the votes, in [0, 1]
    margin: float | None = None  # `share` less that of the second label
    probability: float | None = None  # of the label, calibrated; None in indexes of older versions
    reason: str = ""  # why to take the picture again; else empty
    explanation: "Explanation | None" = None  # by `rasm.query.explain`

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        told = {**vars(self), "hits": [hit.as_dict() for hit in self.hits]}
        why = told.pop("explanation")
        return told | ({"explanation": why.as_dict()} if why else {})


@dataclass(frozen=True)
class Comparison:
    """Whether two pictures show the same letter.

    They are judged `same` where the `distance`, in [0, 2], is below the `threshold` that was learnt
    on validation. The `probability`, calibrated there too, is that of the same letter where one
    pair in two is of the same; near the threshold the two may disagree.
    """

    same: bool
    probability: float
    distance: float
    threshold: float


@dataclass(frozen=True)
class Search:
    """An embedder, its index and the added pictures of one corpus."""

    embedder: PictureEmbedder
    searcher: Searcher
    entries: tuple[Entry, ...]
    gallery: AddedPictures
    rule: AnswerRule | None
    matching: MatchRule | None
    votes: VoteRule | None
    index: "faiss.Index"
    """What is searched, for its vectors."""
    outputs: Path
    corpus: str

    @classmethod
    def load(
        cls,
        corpus: str = CORPUS,
        outputs: Path | None = None,
        added: Path | None = None,
        compute: Compute = HERE,
    ) -> Self:
        """What a finished run knows of a corpus; by default that of `run_files.default_outputs`.

        Raises FileNotFoundError or ValueError that say what to run.
        """
        outputs = outputs or default_outputs()
        added = added or added_beside(outputs)
        folder = outputs / "checkpoints/embedder" / corpus
        embedder = PictureEmbedder.load(folder, compute)
        indexed = outputs / "index" / corpus
        index, entries = load_index(indexed, embedder.fingerprint)
        gallery = AddedPictures(added / corpus, embedder.fingerprint, embedder.embed)
        card = read_index_card(indexed)
        rules = card.rule, card.matching, card.votes
        return cls(embedder, Searcher(index), entries, gallery, *rules, index, outputs, corpus)

    def embed(self, pictures: Sequence[PixelArray]) -> NDArray[np.float32]:
        """Embeddings (N, D) float32 of unit length of pictures (H, W) or (H, W, 3) uint8."""
        return self.embedder.embed(pictures)

    def query(self, pictures: Sequence[PixelArray], top: int = 10) -> list[list[Hit]]:
        """For each picture the `top` nearest labels, nearest first, each label once.

        Raises ValueError naming the place, counted from 0, of a picture that is blank.
        """
        found, added = self._nearest(pictures, _enough(top))
        return [_labels(*one, self.entries, added, top) for one in zip(*found, strict=True)]

    def answer(self, pictures: Sequence[PixelArray], top: int = 10) -> list[Answered]:
        """For each picture its `top` nearest labels and a verdict; a blank one is no error."""
        readable = [not _blank(picture) for picture in pictures]
        shown = [picture for picture, yes in zip(pictures, readable, strict=True) if yes]
        voting = self.rule or self.votes
        voters = voting.voters if voting else 0
        found, added = self._nearest(shown, max(_enough(top), voters))
        hits = [_labels(*one, self.entries, added, top) for one in zip(*found, strict=True)]
        answers = map(Answered, hits)
        if voting:
            labels = [entry.label for entry in self.entries] + [one.label for one in added]
            ballots = hold_votes(*found, labels, voters)
            told = answer_probabilities(ballots, self.votes).tolist() if self.votes else None
            missing = [self._is_missing(picture) for picture in shown]
            probable = told or [None] * len(shown)
            answers = map(partial(_judged, self.rule), hits, ballots, probable, missing)
        answers = map(_refused, answers, self._illegible(shown))
        return [next(answers) if yes else Answered([], "reshoot", reason=BLANK) for yes in readable]

    def _illegible(self, pictures: Sequence[PixelArray]) -> list[str]:
        """Of each picture, none blank, why its ranker would have it taken again; else empty.

        Raises ValueError where the ranker is of another embedder.
        """
        if self.ranker is None or not pictures:
            return [""] * len(pictures)
        from rasm.query.reshoot import judge_pictures

        return [one.reason for one in judge_pictures(self.ranker, pictures)]

    @cached_property
    def ranker(self) -> "QualityRanker | None":
        """Who says which pictures are too illegible; None where the run has none of this corpus."""
        folder = ranker_folder(self.corpus, self.outputs)
        if folder is None:
            return None
        from rasm.trust.ranker import QualityRanker

        return QualityRanker.load(folder, self.embedder)

    def compare(self, first: PixelArray, second: PixelArray) -> Comparison:
        """Whether two pictures (H, W) or (H, W, 3) uint8 show the same letter.

        Raises ValueError naming the place, 0 or 1, of a picture that is blank, and where the corpus
        has no pairs of validation to learn from.
        """
        if self.matching is None:
            raise ValueError(
                "this corpus does not know when two pictures show the same letter: no class of its"
                " validation has two pictures to learn it from"
            )
        one, other = self.embed([first, second])
        distance = np.linalg.norm([one - other], axis=1)
        (probability,) = self.matching.probabilities(distance).tolist()
        threshold = self.matching.threshold
        return Comparison(bool(distance < threshold), probability, float(distance[0]), threshold)

    @cached_property
    def pictures(self) -> "ExemplarPictures":
        """Those of the entries, for people to see."""
        from rasm.query.exemplars import ExemplarPictures  # brings all that draws fonts

        return ExemplarPictures(self.outputs, self.corpus, self.embedder)

    @property
    def vectors(self) -> NDArray[np.float32]:
        """Those of all entries, (E, D), as exactly as the index holds them."""
        if hasattr(self.index, "make_direct_map"):  # a partition, which finds no entry by number
            self.index.make_direct_map()
        return np.asarray(self.index.reconstruct_n(0, self.index.ntotal), dtype=np.float32)

    def holdings(self) -> tuple[list[Entry], NDArray[np.float32]]:
        """All entries of the index and after them the added pictures, and their vectors (E, D)."""
        added = self.gallery.added()
        own = [Entry(a.label, str(a.picture), "", a.codepoints, -1, "exemplar") for a in added]
        vectors = np.array([one.embedding for one in added], dtype=np.float32)
        vectors = vectors.reshape(len(added), self.embedder.network.dimension)
        return [*self.entries, *own], np.concatenate([self.vectors, vectors])

    def _is_missing(self, picture: PixelArray) -> bool:
        """Whether it shows the box that fonts draw for what they lack, asked of glyphs alone."""
        return self.embedder.view.kind == "glyphs" and is_frame(ink_of(picture))

    def _nearest(self, pictures: Sequence[PixelArray], most: int) -> tuple[Hits, list[Added]]:
        """The nearest entries and added pictures; the added are numbered after the entries."""
        queries = self.embed(pictures)
        added = self.gallery.added()
        vectors = np.array([one.embedding for one in added], dtype=np.float32)
        vectors = vectors.reshape(len(added), queries.shape[1])
        found = self.searcher.search(queries, most)
        return with_added(found, queries, vectors, len(self.entries), most), added


def _judged(
    rule: AnswerRule | None,
    hits: list[Hit],
    ballot: Ballot,
    probability: float | None,
    missing: bool,
) -> Answered:
    verdict = judge(ballot, rule.limits, readable=True).verdict if rule else None
    if missing:
        verdict = "not a known glyph"
    return Answered(hits, verdict, ballot.label, ballot.share, ballot.margin, probability)


def _refused(answered: Answered, reason: str) -> Answered:
    return replace(answered, verdict="reshoot", reason=reason) if reason else answered


def _blank(picture: PixelArray) -> bool:
    """Whether no ink stands out; of what is no picture at all, the embedder says so."""
    grey_or_rgb = picture.ndim == 2 or picture.shape[2:] == (3,)
    if not grey_or_rgb or picture.dtype != np.uint8 or not picture.size:
        return False
    try:
        ink_of(picture)
    except ValueError:
        return True
    return False


def _enough(top: int) -> int:
    """Pictures to look at so that they show `top` labels: fonts show the same label many times."""
    return 50 * top


def _labels(
    distances: NDArray[np.float32],
    numbers: NDArray[np.int64],
    entries: Sequence[Entry],
    added: Sequence[Added],
    top: int,
) -> list[Hit]:
    hits: dict[str, Hit] = {}
    for distance, number in zip(distances.tolist(), numbers.tolist(), strict=True):
        if number < 0:  # an approximate index did not find as many
            continue
        if number < len(entries):
            entry = entries[number]
            label, codepoints, source = entry.label, entry.codepoints, entry.source
        else:
            own = added[number - len(entries)]
            label, codepoints, source = own.label, own.codepoints, "added"
        if len(hits) < top:
            hits.setdefault(label, Hit(label, codepoints, distance, source))
    return list(hits.values())
