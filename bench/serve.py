"""`rasm serve` asked by 1 client and by 64: milliseconds until answered, beside a batch of one.

`python -m bench.serve [--outputs models/1] [--seconds 20] [--clients 1 64]`. The server is a
process of its own on loopback. Every answer must be 200, 429 or 503; anything else ends the bench.
Memory is that of when the server was ready, of half-time and of the end: what leaks, grows in the
second half.
"""

import socket
import statistics
import subprocess
import sys
import threading
import time
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

import httpx2
import psutil
from PIL import Image, ImageDraw

from bench.rows import Entry, answer, compared

SERVER = """
import sys
from pathlib import Path
from rasm.service import app
from rasm.service.limits import ServiceLimits
app.ServiceLimits = lambda: ServiceLimits(batch=int(sys.argv[3]))
app.run_service(Path(sys.argv[1]), "127.0.0.1", int(sys.argv[2]), None)
"""


def rows(outputs: Path, seconds: int, clients: list[int]) -> Iterator[Entry]:
    for count in clients:
        ours, theirs = (measured(outputs, count, seconds, batch) for batch in (32, 1))
        for name, percent in (("p50", 50), ("p95", 95)):
            yield compared(
                f"/query, {count} clients, {name}",
                [at(ours[0], percent)],
                "one picture at a time",
                [at(theirs[0], percent)],
                note=f"{len(ours[0]) / seconds:.0f} and {len(theirs[0]) / seconds:.0f} a second, "
                f"{ours[1]} and {theirs[1]}, {ours[2]} and {theirs[2]} MB",
            )


def at(taken: list[float], percent: int) -> float:
    return statistics.quantiles(taken, n=100)[percent - 1]


def picture() -> bytes:
    image = Image.new("L", (160, 160), 255)
    ImageDraw.Draw(image).arc((20, 10, 140, 90), 0, 180, fill=0, width=8)
    ImageDraw.Draw(image).ellipse((72, 110, 88, 126), fill=0)
    written = BytesIO()
    image.save(written, format="PNG")
    return written.getvalue()


def measured(
    outputs: Path, clients: int, seconds: int, batch: int
) -> tuple[list[float], dict[int, int], list[int]]:
    """Seconds of each answer with 200, how many had which status, and MB: ready, half-time, end."""
    taken: list[float] = []
    statuses: Counter[int] = Counter()
    with running(outputs, batch) as (address, process):
        served = psutil.Process(process.pid)
        memory = [round(served.memory_info().rss / 1e6)]
        end = time.monotonic() + seconds
        files = {"file": picture()}

        def ask() -> None:
            with httpx2.Client(base_url=address, timeout=60) as client:
                while time.monotonic() < end:
                    start = time.perf_counter()
                    status = client.post("/query", files=files).status_code
                    statuses[status] += 1
                    if status == 200:
                        taken.append(time.perf_counter() - start)

        threads = [threading.Thread(target=ask) for _ in range(clients)]
        for thread in threads:
            thread.start()
        time.sleep(seconds / 2)
        memory.append(round(served.memory_info().rss / 1e6))
        for thread in threads:
            thread.join()
        memory.append(round(served.memory_info().rss / 1e6))
    if not set(statuses) <= {200, 429, 503}:
        raise RuntimeError(f"answers were {dict(statuses)}")
    return taken, dict(statuses), memory


@contextmanager
def running(outputs: Path, batch: int) -> Iterator[tuple[str, "subprocess.Popen[bytes]"]]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-c", SERVER, str(outputs), str(port), str(batch)]
    with subprocess.Popen(command) as process:
        address = f"http://127.0.0.1:{port}"
        try:
            for _ in range(600):
                time.sleep(0.1)
                try:
                    if httpx2.get(f"{address}/ready").status_code == 200:
                        break
                except httpx2.TransportError:
                    continue
            yield address, process
        finally:
            process.terminate()


def main() -> None:
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--outputs", type=Path, default=Path("models/1"))
    parser.add_argument("--seconds", type=int, default=20)
    parser.add_argument("--clients", type=int, nargs="+", default=[1, 64])
    answer(rows, parser)


if __name__ == "__main__":
    main()
