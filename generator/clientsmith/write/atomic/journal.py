"""The second way: new content and a list of steps are made safe, then the steps are taken."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from . import tree

__all__ = ["complete", "stage"]


def stage(
    folder: Path,
    stage: Path,
    puts: Mapping[str, bytes],
    before: Mapping[str, str],
    removals: Iterable[str],
) -> list[list[str | None]]:
    """Write all new content to files of the stage.

    Args:
        folder: The folder to change.
        stage: An empty folder of the same file system.
        puts: The content of new and changed files, by relative path, in the order to take them.
        before: The fingerprint of each replaced or removed file.
        removals: The files that will not be there any more.

    Returns:
        The steps: path, name of the file in the stage or None to remove the path, fingerprint of what stood there.

    Raises:
        OSError: Something cannot be written, or a step could not be taken.
    """
    removed = sorted(removals)
    steps: list[list[str | None]] = [[path, None, before.get(path)] for path in removed]
    created: list[Path] = []
    for number, (path, content) in enumerate(puts.items()):
        file = stage / str(number)
        tree.write(file, content, like=folder / path)
        created.append(file)
        steps.append([path, file.name, before.get(path)])
    tree.flush(stage, created, [stage])
    for place in {(folder / path).parent for path in (*puts, *removed)}:
        _check_writable(place)
    return steps


def _check_writable(place: Path) -> None:
    """Refuse a folder, or what is nearest to one that is not there, in which nothing may be changed."""
    while not place.exists():
        place = place.parent
    if not os.access(place, os.W_OK | os.X_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(place))


def complete(
    folder: Path, stage: Path, steps: Iterable[tuple[str, str | None, str | None]]
) -> None:
    """Take the steps that have not been taken. A file that somebody has changed meanwhile stays as it is.

    Args:
        folder: The folder to change.
        stage: Where the new content stands.
        steps: What `stage` returned.
    """
    touched = {""}
    for path, name, before in steps:
        file = folder / path
        if any((folder / parent).is_symlink() for parent in tree.parents([path]) - {""}):
            continue
        touched |= tree.parents([path])
        found = tree.fingerprint(file)
        if name is None:
            if found is not None and found == before:
                file.unlink()
            _prune(folder, path)
        elif os.path.lexists(stage / name) and found in (None, before):
            file.parent.mkdir(parents=True, exist_ok=True)
            os.replace(stage / name, file)
    tree.flush(folder, (), sorted(folder / each for each in touched if (folder / each).is_dir()))


def _prune(folder: Path, path: str) -> None:
    """Remove the folders that led to a removed file and are empty now."""
    while "/" in path:
        path = path.rpartition("/")[0]
        try:
            (folder / path).rmdir()
        except OSError:
            return
