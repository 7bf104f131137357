"""Distance and skeleton of a batch, on words of bits: milliseconds beside SciPy's, 64 x 128 x 128.

`python bench/channels.py`. SciPy's exact Euclidean distance goes picture by picture, and counts the
same way, ink positive and background negative; it has no skeleton to hold against. Pictures are
blobs about as thick as strokes. All are timed in turns, so that a slow moment hits all; quote the
medians.
"""

import statistics
import time
from collections.abc import Callable

import numpy as np
import torch
from scipy import ndimage

from rasm.raster.channels import stack_channels

ROUNDS, PICTURES, SIZE, SIGMA = 15, 64, 128, 5.0


def blobs() -> torch.Tensor:
    noise = np.random.default_rng(0).normal(size=(PICTURES, SIZE, SIZE))
    smooth = ndimage.gaussian_filter(noise, (0, SIGMA, SIGMA))
    return torch.from_numpy((smooth > 0.5 * smooth.std()).astype(np.float32))


def by_scipy(masks: torch.Tensor) -> torch.Tensor:
    distances = np.empty(masks.shape, dtype=np.float32)
    for picture, distance in zip(masks.numpy() > 0, distances, strict=True):
        inside = ndimage.distance_transform_edt(picture)
        distance[:] = inside - ndimage.distance_transform_edt(~picture)
    return torch.stack([masks, torch.from_numpy(distances)], dim=1)


def seconds(job: Callable[[torch.Tensor], object], masks: torch.Tensor) -> float:
    start = time.perf_counter()
    job(masks)
    return time.perf_counter() - start


def main() -> None:
    jobs: dict[str, Callable[[torch.Tensor], object]] = {
        "SciPy distance": by_scipy,
        "distance": lambda masks: stack_channels(masks, ["ink", "distance"]),
        "skeleton": lambda masks: stack_channels(masks, ["ink", "skeleton"]),
        "both": lambda masks: stack_channels(masks, ["ink", "distance", "skeleton"]),
    }
    masks = blobs()
    for job in jobs.values():
        seconds(job, masks)
    rounds = [[seconds(job, masks) for job in jobs.values()] for _ in range(ROUNDS)]
    medians = [statistics.median(times) * 1000 for times in zip(*rounds, strict=True)]
    found = "  ".join(f"{name} {ms:.1f}" for name, ms in zip(jobs, medians, strict=True))
    threads = torch.get_num_threads()
    print(f"{found}  ms, {ROUNDS} rounds, {threads} threads")


if __name__ == "__main__":
    main()
