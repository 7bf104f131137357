"""Freed memory stays with the process: the C library would hand large blocks back at once.

A training step takes and frees the same tensors of megabytes again and again. glibc maps each anew,
and the kernel clears every page of it: see `python -m bench.channel_order`.
"""

import ctypes
import sys

_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3  # mallopt(3)
_BYTES = 2**30


def keep_freed_memory() -> None:
    """Ask glibc to keep freed blocks of up to a gigabyte; elsewhere nothing happens."""
    library = ctypes.CDLL(None) if sys.platform == "linux" else None
    if mallopt := getattr(library, "mallopt", None):
        mallopt(_M_TRIM_THRESHOLD, _BYTES)
        mallopt(_M_MMAP_THRESHOLD, _BYTES)
