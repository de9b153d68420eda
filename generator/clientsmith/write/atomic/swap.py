"""The first way: the next state of a folder is built beside it, and the two change places."""

from __future__ import annotations

import errno
import os
import stat
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from . import tree
from .exchange import exchange

__all__ = ["Unsupported", "build", "place", "possible", "retire"]

_MOST_ENTRIES = 5_000
"""Files of other people in the folder from which on it takes too long to link them all."""

_CANNOT_EXCHANGE = {
    errno.EINVAL,
    errno.ENOSYS,
    errno.EBUSY,
    errno.EPERM,
    errno.EACCES,
    errno.EXDEV,
    errno.ENOTSUP,
}


class Unsupported(Exception):
    """The folder cannot be exchanged; nothing has changed."""


def possible(folder: Path) -> bool:
    """Tell whether a folder may be exchanged without pulling it from under somebody.

    It may not when it is the root of a repository or of a mount, or when this process, and so probably the shell it was
    started from, works inside it.
    """
    if not folder.exists():
        return True
    if sys.platform == "win32" or os.path.ismount(folder) or os.path.lexists(folder / ".git"):
        return False
    try:
        return not Path.cwd().is_relative_to(folder)
    except OSError:
        return False


@dataclass
class _Clone:
    """The links to everything of a folder but what will be replaced or removed."""

    source: Path
    target: Path
    dropped: frozenset[str]
    linked: dict[str, int]
    folders: list[str]

    def fill(self, folder: str = "") -> None:
        device = os.lstat(self.source).st_dev
        source, target = os.fspath(self.source), os.fspath(self.target)
        with os.scandir(f"{source}/{folder}") as entries:
            for entry in entries:
                path = f"{folder}/{entry.name}" if folder else entry.name
                if path in self.dropped:
                    continue
                status = entry.stat(follow_symlinks=False)
                if status.st_dev != device or len(self.linked) + len(self.folders) > _MOST_ENTRIES:
                    raise Unsupported
                if stat.S_ISDIR(status.st_mode):
                    os.mkdir(f"{target}/{path}", mode=0o700)
                    self.folders.append(path)
                    self.fill(path)
                else:
                    os.link(f"{source}/{path}", f"{target}/{path}", follow_symlinks=False)
                    self.linked[path] = status.st_ino


def build(
    source: Path, target: Path, puts: Mapping[str, bytes], removals: frozenset[str]
) -> dict[str, int]:
    """Build the next state of a folder.

    Args:
        source: The folder as it is; it may not exist.
        target: Where to build; an empty folder of the same file system.
        puts: The content of new and changed files, by relative path.
        removals: The files that will not be there any more.

    Returns:
        The inode number of each file that both folders hold.

    Raises:
        Unsupported: The folder holds something that cannot stand in two folders.
        OSError: There is no space, or no permission to read.
    """
    clone = _Clone(source, target, removals | puts.keys(), {}, [])
    existed = source.exists()
    if existed:
        try:
            clone.fill()
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.EDQUOT):
                raise
            raise Unsupported from error
        emptied = tree.parents(removals) - {""}
        for folder in sorted(emptied & set(clone.folders), reverse=True):
            if not os.listdir(target / folder):
                (target / folder).rmdir()
                clone.folders.remove(folder)
    created: list[Path] = []
    for path, content in puts.items():
        file = target / path
        file.parent.mkdir(parents=True, exist_ok=True)
        tree.write(file, content, like=source / path)
        created.append(file)
    changed = {path.rpartition("/")[0] for path in (*puts, *removals)}
    if existed:
        for folder in sorted(("", *clone.folders), reverse=True):
            _copy_access(source / folder, target / folder, with_times=folder not in changed)
    folders = {target / folder for folder in (*tree.parents(puts), *clone.folders)}
    tree.flush(target, created, sorted(folders))
    return clone.linked


def _copy_access(source: Path, target: Path, *, with_times: bool) -> None:
    """Give a folder the owner, mode, attributes and, unless its entries changed, the times of another."""
    if sys.platform == "win32":
        return
    from shutil import copystat  # slow to import, and not needed by a run that changes nothing

    status = os.lstat(source)
    own = os.lstat(target)
    if (status.st_uid, status.st_gid) != (own.st_uid, own.st_gid):
        try:
            os.chown(target, status.st_uid, status.st_gid)
        except PermissionError as error:
            raise Unsupported from error
    copystat(source, target, follow_symlinks=False)
    if not with_times:
        os.utime(target, ns=(status.st_atime_ns, own.st_mtime_ns))


def place(folder: Path, new: Path) -> None:
    """Put the new folder in the place of the old, and the old one where the new one was, in one step.

    Raises:
        Unsupported: This file system does not do that.
        OSError: There is no permission.
    """
    if not folder.exists():
        new.rename(folder)
        return
    try:
        exchange(folder, new)
    except OSError as error:
        if error.errno in _CANNOT_EXCHANGE:
            raise Unsupported from error
        raise


def retire(
    old: Path, folder: Path, linked: Mapping[str, int], before: Mapping[str, str], path: str = ""
) -> None:
    """Remove a folder that has been replaced, after bringing over what changed in it since it was cloned.

    Args:
        old: The folder that was replaced.
        folder: The folder that stands in its place.
        linked: The inode number of each file that both have, as `build` returned it.
        before: The fingerprint that each replaced or removed file had.
        path: The folder below the two that is looked at.

    Raises:
        OSError: Something cannot be brought over or removed.
    """
    here = old / path
    if not os.access(here, os.R_OK | os.W_OK | os.X_OK):
        here.chmod(0o700)
    with os.scandir(here) as entries:
        found = [
            (entry.name, entry.is_dir(follow_symlinks=False), entry.inode()) for entry in entries
        ]
    for name, is_folder, inode in found:
        inner = f"{path}/{name}" if path else name
        if is_folder:
            retire(old, folder, linked, before, inner)
        elif linked.get(inner) == inode or tree.fingerprint(old / inner) == before.get(inner):
            (old / inner).unlink()
        else:
            (folder / inner).parent.mkdir(parents=True, exist_ok=True)
            os.replace(old / inner, folder / inner)
    here.rmdir()
