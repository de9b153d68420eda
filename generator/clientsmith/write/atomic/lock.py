"""One run at a time for an output."""

from __future__ import annotations

import errno
import os
import stat
import sys
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

__all__ = ["Busy", "locked"]

_PAUSE = 0.05
_FILE = "lock"


class Busy(Exception):
    """Another run has held the lock for longer than this one would wait."""


if sys.platform == "win32":
    import msvcrt

    def _acquire(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _acquire(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


@contextmanager
def locked(folder: Path, *, patience: float, waiting: Callable[[], None]) -> Generator[None]:
    """Hold the lock of a folder that exists only while somebody works in it.

    The folder is made if it is missing, and removed at the end if nothing but the lock is left in it. A lock ends with its
    process, however that ends.

    Args:
        folder: The folder; its parent has to exist.
        patience: Seconds to wait for another run.
        waiting: Called once when there is another run to wait for.

    Raises:
        Busy: Another run still held the lock after `patience` seconds.
        OSError: The folder cannot be made, or is not this user's own.
    """
    deadline = time.monotonic() + patience
    descriptor = _open(folder)
    told = False
    while descriptor is None:
        if not told:
            told = True
            waiting()
        if time.monotonic() > deadline:
            raise Busy
        time.sleep(_PAUSE)  # the system's own waiting has no end that could be set
        descriptor = _open(folder)
    try:
        yield
    finally:
        if sys.platform == "win32":
            os.close(descriptor)
        try:
            if os.listdir(folder) == [_FILE]:
                (folder / _FILE).unlink()
                folder.rmdir()
        except OSError:
            pass  # what is left is found by the next run
        if sys.platform != "win32":
            os.close(descriptor)


def _open(folder: Path) -> int | None:
    """Return the descriptor that holds the lock; None when another process holds it, or has just let go of it."""
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:
        try:
            _check_own(folder)
        except FileNotFoundError:
            return None
    try:
        descriptor = os.open(
            folder / _FILE, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o600
        )
    except FileNotFoundError:
        return None
    try:
        _acquire(descriptor)
        if os.path.samestat(os.fstat(descriptor), os.stat(folder / _FILE)):
            return descriptor
    except (BlockingIOError, PermissionError, FileNotFoundError):
        pass
    except BaseException:
        os.close(descriptor)
        raise
    os.close(descriptor)
    return None


def _check_own(folder: Path) -> None:
    """Refuse what somebody else has put there, which can happen where everybody may write."""
    status = os.lstat(folder)
    if not stat.S_ISDIR(status.st_mode) or (
        sys.platform != "win32" and status.st_uid != os.geteuid()
    ):
        raise PermissionError(
            errno.EPERM, "is in the way and was not made by this user", str(folder)
        )
