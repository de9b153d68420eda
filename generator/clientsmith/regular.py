"""Regular files, and nothing else: opening a named pipe would wait for whoever writes to it, and a device has no end."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from stat import S_ISREG

NOT_REGULAR = "it is not a regular file"
"""What is said of anything else."""


def read(file: Path) -> bytes:
    """Return the content of a regular file, or of one that a link leads to.

    Raises:
        OSError: it cannot be read, or is something else.
    """
    with open(file, "rb", opener=without_waiting) as stream:
        if not S_ISREG(os.fstat(stream.fileno()).st_mode):
            raise OSError(errno.EINVAL, NOT_REGULAR, str(file))
        return stream.read()


def without_waiting(path: str, flags: int) -> int:
    """Open a file, as the opener of `open`, at once, whatever it is."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))
