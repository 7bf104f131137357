"""Whether two samples are of one distribution, and how far apart they are, by their features.

- MMD (Gretton et al. 2012, 'A kernel two-sample test'), with a Gaussian kernel as wide as the
  median distance, of pairs where rows come in pairs, and a p-value by permutation;
- KID (Binkowski et al. 2018, 'Demystifying MMD GANs'): unbiased MMD^2 with a cubic kernel;
- FID (Heusel et al. 2017): the Frechet distance of the two normal distributions that have their
  means and covariances. It is biased upwards where samples are small, which KID is not.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Features = NDArray[np.float32]
"""(N, D)."""
_AT_ONCE = 1 << 24  # numbers of permuted sums that are held at once


@dataclass(frozen=True)
class TwoSampleTest:
    """The outcome of a test of two samples."""

    p_value: float
    """Share of permutations, the true one among them, that part the samples as far."""
    effect: float
    """MMD, unbiased, from 0, no difference, to 1.41, nothing in common."""


def mmd_test(
    first: Features, second: Features, permutations: int, seed: int, *, paired: bool = False
) -> TwoSampleTest:
    """Whether two samples (N, D) and (M, D) differ in distribution.

    Where they are `paired`, the rows of one N are alike in something that is not asked about, such
    as their class, and only they are exchanged. Raises ValueError as `require_features` does.
    """
    require_features(first, second)
    n, m = len(first), len(second)
    if paired and n != m:
        raise ValueError(f"{n} and {m} rows cannot be paired")
    both = np.concatenate([first, second]).astype(np.float64)
    squares = (both**2).sum(axis=1)
    apart = np.maximum(squares[:, None] + squares - 2 * both @ both.T, 0)
    pairs = (np.arange(n), n + np.arange(n)) if paired else np.triu_indices(n + m, k=1)
    width = float(np.median(apart[pairs]))
    kernel = np.exp(-apart / max(width, np.finfo(np.float64).tiny))
    own = np.concatenate([np.full(n, 1 / n), np.full(m, -1 / m)])
    random, true = np.random.default_rng(seed), float(own @ kernel @ own)
    as_far, chunk = 1, max(1, _AT_ONCE // (n + m))
    for start in range(0, permutations, chunk):
        count = min(chunk, permutations - start)
        if paired:
            signs = random.choice([-1.0, 1.0], (count, n))
            weights = np.concatenate([signs, -signs], axis=1) / n
        else:
            weights = random.permuted(np.tile(own, (count, 1)), axis=1)
        found = ((weights @ kernel) * weights).sum(axis=1)
        as_far += int((found >= true - 1e-12).sum())
    between = kernel[:n, n:]
    if paired:  # what a pair has in common is no likeness of the samples
        between = between[~np.eye(n, dtype=np.bool_)]
    unbiased = _unbiased(kernel[:n, :n], kernel[n:, n:], between)
    return TwoSampleTest(as_far / (permutations + 1), max(0.0, unbiased) ** 0.5)


def kernel_distance(first: Features, second: Features) -> float:
    """KID of two samples (N, D) and (M, D); it may fall below 0 where they are alike.

    Raises ValueError as `require_features` does.
    """
    require_features(first, second)
    one, other = first.astype(np.float64), second.astype(np.float64)
    width = one.shape[1]
    kernels = ((a @ b.T / width + 1) ** 3 for a, b in ((one, one), (other, other), (one, other)))
    return _unbiased(*kernels)


def frechet_distance(first: Features, second: Features) -> float:
    """FID of two samples (N, D) and (M, D), not below 0.

    Raises ValueError as `require_features` does.
    """
    require_features(first, second)
    one, other = first.astype(np.float64), second.astype(np.float64)
    shift = one.mean(axis=0) - other.mean(axis=0)
    # tr sqrt(C1 C2) is the sum of the singular values of X1' X2, centred and scaled.
    centred = [(a - a.mean(axis=0)) / (len(a) - 1) ** 0.5 for a in (one, other)]
    centred = [np.linalg.qr(a, mode="r") if len(a) > a.shape[1] else a for a in centred]
    shared = np.linalg.svd(centred[0] @ centred[1].T, compute_uv=False).sum()
    spread = sum(float((a**2).sum()) for a in centred)
    return max(0.0, float(shift @ shift + spread - 2 * shared))


def require_features(first: Features, second: Features) -> None:
    """Raise ValueError where samples are too small for a covariance, not alike, or no numbers."""
    for sample in (first, second):
        if len(sample) < 2:
            raise ValueError(
                f"a sample of {len(sample)} has no covariance: two pictures are the least"
            )
        wrong = np.flatnonzero(~np.isfinite(sample).all(axis=1))
        if len(wrong):
            raise ValueError(f"the features of picture {wrong[0]} are no numbers")
    if first.shape[1] != second.shape[1]:
        raise ValueError(f"features of {first.shape[1]} and of {second.shape[1]} numbers")


def _unbiased(
    one: NDArray[np.float64], other: NDArray[np.float64], between: NDArray[np.float64]
) -> float:
    """MMD^2 from kernels (N, N), (M, M) and between them; nothing is compared with itself."""
    within = sum(
        float((kernel.sum() - np.trace(kernel)) / (len(kernel) * (len(kernel) - 1)))
        for kernel in (one, other)
    )
    return within - 2 * float(between.mean())
