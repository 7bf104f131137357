"""Distance and skeleton of a batch, on words of bits, beside SciPy's, OpenCV's and one at a time.

`python -m bench.channels`. The others' exact Euclidean distance goes picture by picture, and counts
the same way, ink positive and background negative. Neither has a skeleton: ours is held against
itself, one picture at a time, where a word has 63 bits to spare. Pictures are blobs about as thick
as strokes, 64 of 128 x 128.
"""

from argparse import ArgumentParser
from collections.abc import Callable, Iterator

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from scipy import ndimage

from bench.rows import Entry, answer, compared, in_turns
from rasm.raster.channels import Channel, stack_channels

ROUNDS, PICTURES, SIZE, SIGMA = 15, 64, 128, 5.0


def rows() -> Iterator[Entry]:
    masks = blobs()
    taken = in_turns(
        {
            "distance": lambda: ours(masks, "distance"),
            "SciPy": lambda: each(masks, ndimage.distance_transform_edt),
            "OpenCV": lambda: each(masks, by_opencv),
            "skeleton": lambda: ours(masks, "skeleton"),
            "single": lambda: [ours(mask[None], "skeleton") for mask in masks],
        },
        ROUNDS,
    )
    for what, alternative, theirs in (
        ("distance", "SciPy", "SciPy"),
        ("distance", "OpenCV", "OpenCV"),
        ("skeleton", "one picture at a time", "single"),
    ):
        yield compared(
            f"{what} of {PICTURES} pictures",
            taken[what],
            alternative,
            taken[theirs],
            items="pictures",
            count=PICTURES,
        )


def blobs() -> torch.Tensor:
    noise = np.random.default_rng(0).normal(size=(PICTURES, SIZE, SIZE))
    smooth = ndimage.gaussian_filter(noise, (0, SIGMA, SIGMA))
    return torch.from_numpy((smooth > 0.5 * smooth.std()).astype(np.float32))


def ours(masks: torch.Tensor, channel: Channel) -> torch.Tensor:
    return stack_channels(masks, ["ink", channel])


def each(
    masks: torch.Tensor, distance_of: Callable[[NDArray[np.bool_]], NDArray[np.floating]]
) -> torch.Tensor:
    distances = np.empty(masks.shape, dtype=np.float32)
    for picture, distance in zip(masks.numpy() > 0, distances, strict=True):
        distance[:] = distance_of(picture) - distance_of(~picture)
    return torch.stack([masks, torch.from_numpy(distances)], dim=1)


def by_opencv(picture: NDArray[np.bool_]) -> NDArray[np.float32]:
    return cv2.distanceTransform(picture.view(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)


def main() -> None:
    answer(rows, ArgumentParser(description=__doc__))


if __name__ == "__main__":
    main()
