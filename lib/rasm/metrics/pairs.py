"""Do two pictures show the same letter? Pairs to ask about, and how well they are judged.

The pairs are drawn so that half are of one letter. Those of different letters are drawn where
people ask: of letters of one script by two fonts, of known classes.
"""

import numpy as np

from rasm.metrics.trust import expected_calibration_error
from rasm.metrics.verification import JudgedPairs, Matching, verification_scores
from rasm.retrieval.elsewhere import Sourced
from rasm.trust.matching import MatchRule


def pairs_elsewhere(pictures: Sourced, count: int, seed: int) -> JudgedPairs | None:
    """`count` pairs of two sources, every other one of one label, the rest of one group.

    First pictures are drawn evenly from those that have partners of both kinds, then partners from
    what they have. None where no picture has.
    """
    asking = np.flatnonzero(pictures.elsewhere & pictures.distinguished)
    if not len(asking):
        return None
    generator = np.random.default_rng(seed)
    first = asking[generator.integers(len(asking), size=count)]
    same = np.arange(count) % 2 == 0
    second = np.zeros(count, dtype=np.int64)
    for place, (row, alike) in enumerate(zip(first.tolist(), same.tolist(), strict=True)):
        partners = pictures.labels == pictures.labels[row]
        if not alike:
            partners = ~partners & (pictures.groups == pictures.groups[row])
        second[place] = generator.choice(
            np.flatnonzero(partners & (pictures.sources != pictures.sources[row]))
        )
    apart = pictures.embeddings[first] - pictures.embeddings[second]
    return JudgedPairs(first, np.linalg.norm(apart, axis=1), same)


def pairs_with_known(
    queries: Sourced, gallery: Sourced, count: int, seed: int
) -> JudgedPairs | None:
    """`count` pairs of a query and a picture of the gallery, every other one of one label.

    Queries of a label that the gallery lacks are left out; None where none is left, or the gallery
    has one label alone.
    """
    known = queries.rows(np.isin(queries.labels, gallery.labels))
    if not len(known.labels) or len(np.unique(gallery.labels)) < 2:
        return None
    matching = Matching(known.embeddings, known.labels, gallery.embeddings, gallery.labels)
    return matching.pairs(count, seed)


def match_scores(pairs: JudgedPairs, rule: MatchRule) -> dict[str, float]:
    """Those of `verification_scores`, and of the probability two more, by metric key.

    `verification_brier` is its mean squared error, in [0, 1], .25 for a coin (Brier 1950).
    `verification_calibration_error` is the mean gap between it and the share of same pairs.
    """
    p = rule.probabilities(pairs.distances)
    return {
        **verification_scores(pairs.distances, pairs.same, rule.threshold),
        "verification_brier": float(np.mean((p - pairs.same) ** 2)),
        "verification_calibration_error": expected_calibration_error(p, pairs.same),
    }
