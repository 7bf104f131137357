"""`dvc` and `python -m MODULE` in processes forked from one that has imported the libraries.

A run of the pipeline is thirty processes, and at toy size most of what each takes is the import of
PyTorch. So tests put a folder in front of PATH whose programs ask a server for a fork. What is
forked has imported what others wrote, and nothing of this project: it runs the code of the folder
that it is called in, with the caller's arguments, environment and files, and ends as it would.
"""

import ast
import atexit
import ctypes
import importlib
import os
import runpy
import select
import signal
import socket
import subprocess
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).parents[1]
OWN = ("rasm", "stages", "experiments", "tests")
# What is imported late: by the library, and by DVC in its commands.
LATE = (
    *(
        "lightning_fabric",
        "matplotlib.figure",
        "matplotlib.style",
        "matplotlib.backends.backend_agg",
    ),
    *("dvc.cli.parser", "dvc.repo", "dvc.output", "dvc.stage.cache", "dvc.repo.index", "dvc.api"),
    *("dvc.repo.experiments.queue.tempdir", "dvc.repo.experiments.queue.workspace"),
    *("dvc_data.index", "dvc_data.hashfile.checkout", "dvc.dvcfile", "dvc.parsing", "dvc.schema"),
)
# It starts without site-packages, in a hundredth of a second, passes on what would stop it, and
# ends as that for which it asked.
CLIENT = """#!{python} -IS
import os, signal, socket, sys
program, *arguments = sys.argv
if program.endswith("dvc"):
    arguments = ["-m", "dvc", *arguments]
if arguments[:1] != ["-m"]:
    os.execv({python!r}, [{python!r}, *arguments])
server = socket.socket(socket.AF_UNIX)
server.connect({address!r})
call = repr((program, arguments[1:], os.getcwd(), dict(os.environ))).encode()
socket.send_fds(server, [len(call).to_bytes(4, "big")], [0, 1, 2])
server.sendall(call)
child = int.from_bytes(server.recv(4), "big")
for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
    signal.signal(number, lambda number, frame: os.killpg(child, number))
status = int.from_bytes(server.recv(4), "big", signed=True)
if status < 0:
    signal.signal(-status, signal.SIG_DFL)
    os.kill(os.getpid(), -status)
sys.exit(status)
"""


@contextmanager
def preloaded(folder: Path) -> Iterator[Path]:
    """A folder for the front of PATH, as long as the context lasts."""
    address, clients = folder / "server", folder / "bin"
    clients.mkdir(parents=True)
    if sys.platform != "linux":
        yield clients
        return
    for name in ("python", "dvc"):
        (clients / name).write_text(CLIENT.format(python=sys.executable, address=str(address)))
        (clients / name).chmod(0o755)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(address))
        listener.listen()
        command = [sys.executable, "-m", "tests.preloaded", str(listener.fileno())]
        server = subprocess.Popen(command, cwd=ROOT, pass_fds=[listener.fileno()])
    try:
        yield clients
    finally:
        server.terminate()
        server.wait()


def serve(listener: socket.socket) -> NoReturn:
    """Forks for every connection. Who connects before the imports are done waits."""
    _end_with_parent()
    _preload()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for those who attend
    while True:
        connection, _ = listener.accept()
        if not os.fork():
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            listener.close()
            _attend(connection)
        connection.close()


def _end_with_parent() -> None:
    ctypes.CDLL(None).prctl(1, signal.SIGTERM)  # PR_SET_PDEATHSIG


def _preload() -> None:
    """Import all that the stages import, and forget what of it is this project's."""
    names = sorted(path.stem for path in (ROOT / "stages").glob("*.py"))
    for name in (*(f"stages.{name}" for name in names if name != "__main__"), *LATE):
        importlib.import_module(name)
    for name in [name for name in sys.modules if name.split(".")[0] in OWN]:
        del sys.modules[name]


def _attend(connection: socket.socket) -> NoReturn:
    """Run what is asked for, tell how it ended, and end it when nobody asks any more."""
    head, files, _, _ = socket.recv_fds(connection, 4, 3)
    size, call = int.from_bytes(head, "big"), b""
    while len(call) < size:
        call += connection.recv(size - len(call))
    child = os.fork()
    with suppress(OSError):
        os.setpgid(child, child)  # so that a signal reaches what it starts, too
    if not child:
        _end_with_parent()
        connection.close()
        _become(*ast.literal_eval(call.decode()), files)
    for file in files:
        os.close(file)
    connection.sendall(child.to_bytes(4, "big"))
    ended = os.pidfd_open(child)
    ready, _, _ = select.select([ended, connection], [], [])
    if ended not in ready:
        os.killpg(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    with suppress(OSError):
        connection.sendall(os.waitstatus_to_exitcode(status).to_bytes(4, "big", signed=True))
    os._exit(0)


def _become(
    client: str, arguments: list[str], folder: str, environment: dict[str, str], files: list[int]
) -> NoReturn:
    """Do as `python -m` does."""
    for number, file in enumerate(files):
        os.dup2(file, number)
        os.close(file)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = arguments
    sys.path[0] = folder
    if arguments[0] != "stages":  # whose workers want more files than a client passes on
        sys.executable = client
    status: object = 0
    try:
        runpy.run_module(arguments[0], run_name="__main__", alter_sys=True)
    except SystemExit as ending:
        status = ending.code or 0
        if not isinstance(status, int):
            print(status, file=sys.stderr)
            status = 1
    except BaseException:
        traceback.print_exc()
        status = 1
    with suppress(Exception):
        atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(int(str(status)))


if __name__ == "__main__":
    serve(socket.socket(fileno=int(sys.argv[1])))
