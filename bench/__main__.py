"""Every bench that needs nothing but what `make run` leaves, one after the other, as one table.

`python -m bench`, or `make bench`. Each bench is a process of its own, so that threads, caches and
memory do not mix, and times the alternative in the same run. What cannot be measured is a line of
the table that says why; the exit status is 1 when that is a whole bench. `one_shot`,
`hostile_fonts`, `hostile_pdfs`, `enhancing`, `evidence`, `int8`, `serve`, `pdf_text`, `pdf_pages`
and `pdf_scripts` are asked for by name.
"""

import subprocess
import sys
import time

from bench.rows import Absent, Entry, Row, read_entry, show

BENCHES = (
    "drawing",
    "check",
    "query_start",
    "training_step",
    "channel_order",
    "channels",
    "encoder_layer",
)


def main() -> None:
    entries: list[Entry] = []
    failed = False
    for number, name in enumerate(BENCHES, start=1):
        print(f"{number} of {len(BENCHES)}: {name}", file=sys.stderr, flush=True)
        found, status = measured(name)
        entries += found
        failed = failed or status != 0
    show(entries)
    sys.exit(failed)


def measured(name: str) -> tuple[list[Entry], int]:
    """The rows of a bench, and its exit status."""
    entries: list[Entry] = []
    start = time.monotonic()
    command = [sys.executable, "-m", f"bench.{name}", "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            entries.append(read_entry(line))
            spent = time.monotonic() - start
            print(f"  {spent:4.0f} s  {entries[-1].what}", file=sys.stderr, flush=True)
    if process.returncode and (not entries or isinstance(entries[-1], Row)):
        entries.append(Absent(name, f"it ended with status {process.returncode}, see above"))
    return entries, process.returncode


if __name__ == "__main__":
    main()
