"""N-way one-shot trials: N characters shown once each, and queries that must find their own.

How well an embedding matches letters it was never trained on. A trial stays within one script,
where letters resemble each other; its references come from one font and its queries from another.
Source: Lake, Salakhutdinov and Tenenbaum 2015, who take two writers for the two fonts.
"""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import permutations
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, Field

from rasm.metrics.intervals import IntervalParams, with_interval


@dataclass(frozen=True)
class Trials:
    """T trials of W ways by row number; query w of a trial shows the character of reference w."""

    scripts: NDArray[np.str_]  # (T,)
    references: NDArray[np.int64]  # (T, W)
    queries: NDArray[np.int64]  # (T, W)


def make_trials(
    scripts: NDArray[np.str_],
    characters: NDArray[np.str_],
    fonts: NDArray[np.str_],
    ways: int,
    per_script: int,
    seed: int,
) -> Trials:
    """Draw `per_script` trials for each script from items with these columns, (N,) each.

    A pair of fonts is drawn from those that share at least `ways` characters, then the characters.
    A script without such a pair has no trials. A script's trials do not depend on the others.
    """
    names, references, queries = [], [], []
    for script in np.unique(scripts).tolist():
        rows = np.flatnonzero(scripts == script)
        drawn = _drawn(rows, characters, fonts)
        shared = {
            (a, b): sorted(drawn[a].keys() & drawn[b].keys())
            for a, b in permutations(sorted(drawn), 2)
        }
        pairs = [pair for pair, common in shared.items() if len(common) >= ways]
        generator = np.random.default_rng([seed, zlib.crc32(script.encode())])
        for _ in range(per_script if pairs else 0):
            first, second = pair = pairs[generator.integers(len(pairs))]
            chosen = generator.choice(shared[pair], ways, replace=False).tolist()
            names.append(script)
            references.append([drawn[first][character] for character in chosen])
            queries.append([drawn[second][character] for character in chosen])
    return Trials(
        np.array(names, dtype=np.str_),
        np.array(references, dtype=np.int64).reshape(-1, ways),
        np.array(queries, dtype=np.int64).reshape(-1, ways),
    )


def _drawn(
    rows: NDArray[np.int64], characters: NDArray[np.str_], fonts: NDArray[np.str_]
) -> dict[str, dict[str, int]]:
    """For each font the first row of each character."""
    drawn: dict[str, dict[str, int]] = {}
    for row in rows.tolist():
        drawn.setdefault(str(fonts[row]), {}).setdefault(str(characters[row]), row)
    return drawn


def one_shot_errors(
    references: NDArray[np.float32], queries: NDArray[np.float32], truth: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Share of wrong answers of each trial, (T,), by the reference of greatest cosine.

    Embeddings of references (T, W, D) and queries (T, Q, D), of any length; `truth` (T, Q) is the
    right way of each query. Equal cosines go to the lower way.
    """
    cosines = np.einsum("twd,tqd->tqw", _unit(references), _unit(queries))
    return np.asarray((cosines.argmax(axis=2) != truth).mean(axis=1), dtype=np.float64)


def error_by_script(scripts: NDArray[np.str_], errors: NDArray[np.float64]) -> dict[str, float]:
    """Mean error of each script's trials, and under `mean` the mean over scripts, all in [0, 1]."""
    table = {str(name): float(errors[scripts == name].mean()) for name in np.unique(scripts)}
    return {**table, "mean": float(np.mean(list(table.values())))}


def _unit(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-12), dtype=np.float32)


class CharacterTestParams(BaseModel, frozen=True, extra="forbid"):
    """Trials of `ways` characters, `per_script` for each script that two fonts draw."""

    kind: Literal["scripts"]
    ways: int = Field(ge=2)
    per_script: int = Field(ge=1)


def score_characters(
    scripts: NDArray[np.str_],
    characters: NDArray[np.str_],
    fonts: NDArray[np.str_],
    vectors: Mapping[str, NDArray[np.float32]],
    params: CharacterTestParams,
    intervals: IntervalParams,
    seed: int,
) -> dict[str, float]:
    """Share of wrong answers in trials between two fonts of a script, in [0, 1].

    Columns (N,) of N pictures, and what stands for them: `vectors` (N, D) by name, such as
    `embedding` and `pixels`. `one_shot_error_NAME` is the mean over scripts, with the ends of its
    interval, followed by each script's own. Raises ValueError when no script is drawn by two fonts.
    """
    trials = make_trials(scripts, characters, fonts, params.ways, params.per_script, seed)
    if not len(trials.scripts):
        raise ValueError(f"no script of the test split has {params.ways} characters in two fonts")
    truth = np.tile(np.arange(params.ways), (len(trials.scripts), 1))
    asked = len(np.unique(trials.scripts))
    found: dict[str, float] = {
        "scripts": asked,
        "scripts_without_a_second_font": len(np.unique(scripts)) - asked,
        "trials": len(trials.scripts),
        "ways": params.ways,
    }
    for name, points in vectors.items():
        errors = one_shot_errors(points[trials.references], points[trials.queries], truth)
        table = error_by_script(trials.scripts, errors)
        key, mean = f"one_shot_error_{name}", table.pop("mean")
        found |= with_interval(key, errors, trials.scripts, intervals, seed, groups_alike=True)
        found[key] = mean
        found |= {f"one_shot_error_{name}_{script}": error for script, error in table.items()}
    return found
