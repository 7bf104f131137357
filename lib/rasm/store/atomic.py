"""Writing a file whole or not at all: a killed stage must not leave what looks finished.

Whoever writes has a temporary file of his own, so several may write one file at once: each writes
it whole, and the last one stays. What a killed writer leaves goes when the file is next written.
"""

import errno
import fcntl
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_REASONS = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "the disk quota is used up",
    errno.EFBIG: "the file may not grow larger (`ulimit -f`)",
}
_PROBE = bytes(1 << 20)


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Yield a temporary path beside `path`; on success it takes the name, on failure it goes.

    Raises OSError naming the file where there is no room for it, whatever the writer raised:
    libraries seldom say so.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    _sweep(path)
    own = f"{_prefix(path)}{os.getpid()}-{secrets.token_hex(4)}.partial"
    temporary = path.with_name(own)
    try:
        yield temporary
        os.replace(temporary, path)
    except ValueError:
        raise
    except Exception as error:
        if reason := _no_room(temporary):
            raise OSError(f"{path} could not be written: {reason}") from error
        raise
    finally:
        temporary.unlink(missing_ok=True)


@contextmanager
def holding(folder: Path) -> Iterator[None]:
    """Hold a folder that is there, by a file `.lock` in it, after whoever else holds it."""
    with (folder / ".lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _prefix(path: Path) -> str:
    return f".{path.name}.{os.uname().nodename}-"


def _sweep(path: Path) -> None:
    """Remove temporary files for `path` of writers on this machine that are no more."""
    prefix = _prefix(path)
    for left in os.scandir(path.parent):
        if left.name.startswith(prefix) and left.name.endswith(".partial"):
            writer = left.name.removeprefix(prefix).partition("-")[0]
            if writer.isdecimal() and not _lives(int(writer)):
                Path(left.path).unlink(missing_ok=True)


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _no_room(temporary: Path) -> str:
    """Why the file cannot grow any more, or nothing where it can."""
    try:
        size = temporary.stat().st_size if temporary.exists() else 0
        with temporary.open("ab") as file:
            file.write(_PROBE)
    except OSError as error:
        reason = _REASONS.get(error.errno or 0, "")
        free = shutil.disk_usage(temporary.parent).free
        return reason and f"{reason}: {size:,} bytes are written, {free:,} are free: make room"
    return ""
