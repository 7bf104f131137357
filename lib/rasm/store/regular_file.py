"""Files that people hand over, read only if they are files.

A named pipe blocks whoever opens it until somebody writes, a device may never end, and to open it
may already do something. So what lies at a path is asked of the file system first.
"""

import stat
from pathlib import Path

_KINDS = {
    stat.S_IFDIR: "a folder",
    stat.S_IFIFO: "a named pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}


def require_regular(path: Path) -> int:
    """The size in bytes of a regular file, or of the one that a link leads to.

    Raises FileNotFoundError where there is nothing, ValueError naming the path where it is no file.
    """
    found = path.stat()
    if not stat.S_ISREG(found.st_mode):
        kind = _KINDS.get(stat.S_IFMT(found.st_mode), "something else")
        raise ValueError(f"{path} is {kind}, not a file: give a file")
    return found.st_size


def read_regular(path: Path, most: int) -> bytes:
    """The content of a regular file of at most `most` bytes.

    Raises as `require_regular` does, and ValueError naming the path where it is larger.
    """
    size = require_regular(path)
    if size > most:
        raise ValueError(f"{path} has {size:,} bytes, more than the {most:,} that it may have")
    return path.read_bytes()
