"""Every bench that needs nothing but what `make run` leaves, one after the other.

`python -m bench`, or `make bench`. Each prints its numbers beside those of the alternative, timed
in the same run; `one_shot` and `hostile_fonts` are asked for by name.
"""

import importlib
import subprocess
import sys

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
    for name in BENCHES:
        about = importlib.import_module(f"bench.{name}").__doc__ or ""
        print(f"\n{name}: {about.splitlines()[0]}", flush=True)
        subprocess.run([sys.executable, "-m", f"bench.{name}"], check=True)


if __name__ == "__main__":
    main()
