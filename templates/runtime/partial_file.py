"""A file that is not there until it is whole."""

from __future__ import annotations

import os
import stat
from collections.abc import Generator
from contextlib import contextmanager, suppress
from errno import ENOSPC, EPERM
from pathlib import Path
from threading import Thread
from types import TracebackType
from typing import IO, Self

PathLike = str | os.PathLike[str]

_FLUSHED_BYTES = 16 << 20
"""How much is written before the disk begins with it."""


def destination(path: PathLike, name: str) -> Path:
    """Return where a file goes: `path` itself, or `name` in it if it is a directory.

    Args:
        path: A file to write, or a directory that exists or ends with a separator.
        name: A name that stays in its directory.

    Raises:
        ValueError: The path is empty.
        IsADirectoryError: A directory is in the place of the file.
        FileExistsError: Something is there that is no file, such as a device or a pipe, and would be replaced by one.
    """
    text = os.fspath(path)
    if not text:
        raise ValueError("the path is empty")
    target = Path(text)
    if target.is_dir() or text.endswith(("/", os.sep)):
        target = target / name
    if target.is_dir():
        raise IsADirectoryError(f"{target} is a directory")
    if target.exists() and not target.is_file():
        raise FileExistsError(
            f"{target} is a device or a pipe, which a file cannot replace: write to it what iter_bytes() gives"
        )
    return target


@contextmanager
def naming(path: Path) -> Generator[None]:
    """Let an OSError name a file, which that of writing to one does not."""
    try:
        yield
    except OSError as error:
        raise OSError(error.errno, error.strerror, os.fspath(path)) from None


class PartialFile:
    """Writes beside the target under a name of its own, and takes the target's place when committed.

    What was there before stays until then. Leaving the `with` block without a commit removes what was written. Nothing
    is done before the block is entered, so that nothing is left behind wherever an interrupt comes.

    Args:
        target: The file to write. If there is one, its permissions are kept.
    """

    def __init__(self, target: Path) -> None:
        self.target = target
        from secrets import token_hex

        self._path = target.parent / f".{token_hex(8)}.part"
        self._opened: IO[bytes] | None = None
        self._unflushed = 0
        self._flushing: Thread | None = None

    def create(self, size: int | None = None) -> None:
        """Begin the file.

        Args:
            size: The bytes that it is going to have, if that is known.

        Raises:
            OSError: It cannot be written where it should be, as far as that can be known before.
        """
        with naming(self.target):
            with suppress(FileNotFoundError):
                _check_replaceable(self.target)
            self._opened = open(self._path, "xb")
            _check_room(self.target.parent, size or 0)
        if self.target.exists():
            os.chmod(self._path, stat.S_IMODE(self.target.stat().st_mode))

    def write(self, chunk: bytes | bytearray) -> None:
        """Append bytes."""
        with naming(self.target):
            self._file.write(chunk)
        self._unflushed += len(chunk)
        if self._unflushed >= _FLUSHED_BYTES and hasattr(os, "fdatasync"):  # Linux has it
            self._flush_aside()

    def _flush_aside(self) -> None:
        """Bring what is written so far to the disk beside what comes, so that less is left to be flushed at the end."""
        if self._flushing is None or not self._flushing.is_alive():
            self._unflushed = 0
            self._flushing = Thread(target=_flush, args=(self._path,), daemon=True)
            with suppress(RuntimeError):  # there can be no more threads
                self._flushing.start()

    def keep(self, size: int) -> None:
        """Drop what was written after the first `size` bytes."""
        self._file.seek(size)
        self._file.truncate()

    @property
    def _file(self) -> IO[bytes]:
        if self._opened is None:
            raise ValueError("the file was not begun")
        return self._opened

    def commit(self) -> None:
        """Bring the file to the disk and give it its name."""
        with naming(self.target):
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
        try:
            if self._opened is not None:
                self._opened.close()  # writes what is left, for which there may be no room
        except OSError:
            if exc is None:
                raise
        finally:
            with suppress(OSError):  # if it was not begun, or cannot be reached
                self._path.unlink()


def _flush(path: Path) -> None:
    """Bring a file to the disk. What cannot be written is told to whoever flushes it next.

    It is, because the file is opened anew: the system tells of it once for each time that a file was opened.
    """
    with suppress(OSError):
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fdatasync(descriptor)
        finally:
            os.close(descriptor)


def _check_replaceable(target: Path) -> None:
    """Raise an OSError if the name is too long, or is that of another user's file where only owners may replace theirs."""
    owner = target.lstat().st_uid
    directory = target.parent.stat()
    me = os.geteuid() if hasattr(os, "geteuid") else 0
    if directory.st_mode & stat.S_ISVTX and me not in (0, owner, directory.st_uid):
        raise OSError(EPERM, os.strerror(EPERM))


def _check_room(directory: Path, size: int) -> None:
    """Raise an OSError if a file cannot have its place on the disk. A disk that does not tell has room."""
    from shutil import disk_usage

    total, _, free = disk_usage(directory)
    if total and size > free:
        raise OSError(ENOSPC, f"{os.strerror(ENOSPC)} for {size} bytes, of which {free} are free")


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
