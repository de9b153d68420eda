"""A file that is not there until it is whole."""

from __future__ import annotations

import os
from pathlib import Path
from types import TracebackType
from typing import Self

PathLike = str | os.PathLike[str]


def destination(path: PathLike, name: str) -> Path:
    """Return where a file goes: `path` itself, or `name` in it if it is a directory.

    Args:
        path: A file to write, or a directory that exists or ends with a separator.
        name: A name that stays in its directory.

    Raises:
        IsADirectoryError: A directory is in the place of the file.
    """
    text = os.fspath(path)
    target = Path(text)
    if target.is_dir() or text.endswith(("/", os.sep)):
        target = target / name
    if target.is_dir():
        raise IsADirectoryError(f"{target} is a directory")
    return target


class PartialFile:
    """Writes beside the target under a name of its own, and takes the target's place when committed.

    What was there before stays until then. Leaving the `with` block without a commit removes what was written.

    Args:
        target: The file to write.
    """

    def __init__(self, target: Path) -> None:
        self.target = target
        from secrets import token_hex

        self._path = target.parent / f".{token_hex(8)}.part"
        self._file = open(self._path, "xb")

    def write(self, chunk: bytes | bytearray) -> None:
        """Append bytes."""
        self._file.write(chunk)

    def keep(self, size: int) -> None:
        """Drop what was written after the first `size` bytes."""
        self._file.seek(size)
        self._file.truncate()

    def commit(self) -> None:
        """Bring the file to the disk and give it its name."""
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        os.replace(self._path, self.target)
        _sync_directory(self.target.parent)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._file.close()
        self._path.unlink(missing_ok=True)


def _sync_directory(directory: Path) -> None:
    """Bring a rename to the disk, where directories can be opened."""
    try:
        descriptor = os.open(directory, os.O_RDONLY)
    except OSError:
        return
    try:
        os.fsync(descriptor)
    except OSError:
        pass
    finally:
        os.close(descriptor)
