"""Freed memory is used again, which the count of page faults tells."""

import platform
import subprocess
import sys

import pytest

PROGRAM = """
import resource, sys
from stages.memory import keep_freed_memory
if sys.argv[1] == "kept":
    keep_freed_memory()
faults = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_minflt
bytearray(64_000_000)
before = faults()
for _ in range(20):
    bytearray(64_000_000)
print(faults() - before)
"""


def page_faults(how: str) -> int:
    command = [sys.executable, "-c", PROGRAM, how]
    return int(subprocess.run(command, capture_output=True, check=True, text=True).stdout)


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc is asked to keep memory")
def test_freed_blocks_are_not_mapped_anew() -> None:
    kept, returned = page_faults("kept"), page_faults("returned")
    assert kept < 100 < returned
