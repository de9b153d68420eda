"""Files and folders: telling them apart, writing them for good, removing them."""

from __future__ import annotations

import hashlib
import os
import stat
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

__all__ = ["fingerprint", "flush", "parents", "remove", "write"]

_MANY = 8
"""Files and folders from which on it is quicker to flush the whole file system than each of them."""

_AT_ONCE = 16
"""Files and folders that are flushed at the same time: each waits for the device, which takes them together."""


def fingerprint(path: Path | str) -> str | None:
    """Return what tells the content of a path from any other: a file's digest, a link's target; None when there is nothing."""
    try:
        status = os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        return None
    if stat.S_ISREG(status.st_mode):
        with open(path, "rb", buffering=0) as file:
            return hashlib.sha256(file.read()).hexdigest()
    if stat.S_ISLNK(status.st_mode):
        return f"link to {os.readlink(path)}"
    return "folder" if stat.S_ISDIR(status.st_mode) else "device"


def parents(paths: Iterable[str]) -> set[str]:
    """Return all folders that lead to the given relative paths, the outermost being the empty string."""
    folders = {""}
    for path in paths:
        folder = path
        while "/" in folder:
            folder = folder.rpartition("/")[0]
            folders.add(folder)
    return folders


def write(file: Path, content: bytes, like: Path | None = None) -> None:
    """Make a new file.

    Args:
        file: Its path; nothing may stand there.
        content: Its bytes.
        like: A file whose mode and owner it takes over, if that exists and is a regular file.
    """
    descriptor = os.open(
        file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666
    )
    try:
        rest = memoryview(content)
        while rest:
            rest = rest[os.write(descriptor, rest) :]
        if like is not None:
            _copy_access(descriptor, like)
    finally:
        os.close(descriptor)


def _copy_access(descriptor: int, like: Path) -> None:
    try:
        model = os.lstat(like)
    except (FileNotFoundError, NotADirectoryError):
        return
    if sys.platform == "win32" or not stat.S_ISREG(model.st_mode):
        return
    current = os.fstat(descriptor)
    if (current.st_uid, current.st_gid) != (model.st_uid, model.st_gid):
        with suppress(PermissionError):  # only the administrator may give files away
            os.fchown(descriptor, model.st_uid, model.st_gid)
    if current.st_mode != model.st_mode:
        os.fchmod(descriptor, stat.S_IMODE(model.st_mode))


def flush(folder: Path, files: Iterable[Path], folders: Iterable[Path]) -> None:
    """Return when files and folders below `folder`, all on its file system, would outlive a loss of power."""
    files = list(files)
    folders = list(folders) if os.name == "posix" else []
    if len(files) + len(folders) > _MANY and _flush_all(folder):
        return
    _side_by_side(_flush_file, files)
    _side_by_side(_flush_folder, folders)


def _side_by_side(action: Callable[[Path], None], paths: list[Path]) -> None:
    """Do something to each of several paths; one at a time where they are few, as threads are slow to import."""
    if len(paths) < 3:
        for path in paths:
            action(path)
        return
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(_AT_ONCE) as threads:
        for _ in threads.map(action, paths):
            pass


def _flush_file(file: Path) -> None:
    _flush(file, os.O_RDWR)


def _flush_folder(folder: Path) -> None:
    with suppress(OSError):  # not every file system can flush a folder
        _flush(folder, os.O_RDONLY)


def _flush(path: Path, mode: int) -> None:
    try:
        descriptor = os.open(path, mode)
    except PermissionError:
        descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _flush_all(folder: Path) -> bool:
    """Flush the file system that holds the folder (syncfs(2)); return False where there is no such call."""
    if not sys.platform.startswith("linux"):
        return False
    import ctypes

    descriptor = os.open(folder, os.O_RDONLY)
    try:
        return bool(ctypes.CDLL(None, use_errno=True).syncfs(descriptor) == 0)
    except (AttributeError, OSError):
        return False
    finally:
        os.close(descriptor)


def remove(path: Path) -> None:
    """Remove a file, a link, or a folder of this process's own with everything in it; nothing is fine too."""
    try:
        status = os.lstat(path)
    except FileNotFoundError:
        return
    if not stat.S_ISDIR(status.st_mode):
        path.unlink()
        return
    if stat.S_IMODE(status.st_mode) & 0o700 != 0o700:
        path.chmod(0o700)
    for name in os.listdir(path):
        remove(path / name)
    path.rmdir()
