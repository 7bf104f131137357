"""Embeddings that have all become one: every loss allows it for a while, and no loss shows it."""

import math

_COLLAPSED = 0.05  # mean distance on the unit sphere; at random it is 1.41


def alarmed(metrics: dict[str, float]) -> dict[str, float]:
    """The metrics of a validation as they are; a line says so where `val_spread` nears 0."""
    if metrics.get("val_spread", math.inf) < _COLLAPSED:
        print(
            "  embeddings have collapsed: pictures of different classes are"
            f" {metrics['val_spread']:.2g} apart on average, of 2 at most; where it lasts, lower"
            " lr, or change the loss or its margin",
            flush=True,
        )
    return metrics
