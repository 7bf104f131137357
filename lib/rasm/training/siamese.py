"""A Siamese matcher: a clean letter and a worn one, of the same letter or not.

One half of the pairs, by drawing, are the same letter. The first picture of a pair is always the
clean ideal; the second is aged: of the same letter a drawing other than the ideal, if there is one;
of another letter any of its drawings.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor

from rasm.corpora.letter_set import Letters
from rasm.training.choosing.trials import Validate
from rasm.training.embedder import embedding_task
from rasm.training.embedder_params import EmbedderParams
from rasm.training.task import Batch, Task
from rasm.training.views.views import Views


@dataclass(frozen=True)
class RowPairs:
    """B pairs by row."""

    anchors: Tensor  # (B,) int64
    others: Tensor  # (B,) int64
    same: Tensor  # (B,) bool


def draw_row_pairs(letters: Letters, count: int, generator: torch.Generator) -> RowPairs:
    """Draw pairs; anchors and other letters are drawn evenly. Needs two letters."""
    members = [letters.rows_of(name) for name in letters.names]
    first = torch.randint(len(members), (count,), generator=generator)
    same = torch.rand(count, generator=generator) < 0.5
    step = 1 + torch.randint(len(members) - 1, (count,), generator=generator)
    second = torch.where(same, first, (first + step) % len(members))
    share = torch.rand(count, generator=generator)
    others = []
    for letter, is_same, part in zip(second.tolist(), same.tolist(), share.tolist(), strict=True):
        rows = members[letter]
        choice = rows[1:] if is_same and len(rows) > 1 else rows
        others.append(choice[int(part * len(choice))])
    return RowPairs(
        torch.from_numpy(letters.ideals)[first], torch.from_numpy(np.array(others)), same
    )


def pair_task(
    views: Views,
    letters: Letters,
    validate: Validate,
    params: EmbedderParams,
    device: torch.device,
) -> Task:
    """Task of a `Learner` with the siamese loss: batches of `batch_size` pairs.

    `views` are of the pictures of `letters`. All else is as in `embedding_task`; `per_class` has no
    effect.
    """

    def batches(generator: torch.Generator) -> Iterator[Batch]:
        for _ in range(task.steps):
            drawn = draw_row_pairs(letters, params.batch_size, generator)
            columns = (drawn.anchors, drawn.others, drawn.same)
            anchors, others, same = (column.to(device) for column in columns)
            aged = views.train(others, generator)
            yield torch.cat([views.clean(anchors), aged]), same

    classes = np.unique(letters.labels, return_inverse=True)[1]
    task = embedding_task(views.train, classes, validate, params, device)
    return replace(task, batches=batches)
