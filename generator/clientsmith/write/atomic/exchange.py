"""Exchanging two folders in one step of the file system."""

from __future__ import annotations

import errno
import os
import sys
from pathlib import Path

__all__ = ["exchange"]

_AT_FDCWD = -100
_RENAME_EXCHANGE = 2  # linux/fs.h
_RENAME_SWAP = 2  # macOS, sys/stdio.h


def exchange(first: Path, second: Path) -> None:
    """Exchange two folders of one file system: nobody ever sees one of the names missing.

    Raises:
        OSError: It cannot be done here, or is not allowed; nothing has changed. ENOSYS when the platform has no such call.
    """
    import ctypes

    names = os.fsencode(first), os.fsencode(second)
    try:
        system = ctypes.CDLL(None, use_errno=True)
        if sys.platform == "darwin":
            failed = system.renamex_np(*names, ctypes.c_uint(_RENAME_SWAP))
        else:
            failed = system.renameat2(
                _AT_FDCWD, names[0], _AT_FDCWD, names[1], ctypes.c_uint(_RENAME_EXCHANGE)
            )
    except (AttributeError, TypeError, OSError):
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS)) from None
    if failed:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), str(first), None, str(second))
