"""The manifest of an export: which files there are, with their hashes, and how far the walk through the list has come.

It is a file of JSON lines that only grows, so that whatever interrupts the export, all but the last line is whole:

    {"list": "list_things", "arguments": {"account": "1"}}    a walk begins
    {"path": "t-1/metadata.json", "sha256": "...", "size": 9} a file is there; the last line of a path counts
    {"absent": "t-1/media"}                                   the service has none
    {"items": 1000, "next": {"min_time": "..."}}              all before this is done, so many items
    {"items": 5000, "complete": true}                         the walk has come to its end
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Self

from ..partial_file import naming

NAME = "manifest.jsonl"


class NoExport(Exception):
    """A folder in which there is no export, or another one than is wanted. The message says which."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """What the manifest says of a file.

    Attributes:
        sha256: The hash of its content, in hexadecimal digits.
        size: Its length in bytes.
    """

    sha256: str
    size: int


class State:
    """What the lines of a manifest say.

    Attributes:
        walk: The list and the arguments of the last walk; None if none was begun.
        files: The files, by their paths.
        absent: What the service did not have, in the last walk.
        following: The arguments with which the walk goes on; None from its beginning.
        items: How many items were seen before that.
        complete: Whether the walk has come to its end.
    """

    def __init__(self) -> None:
        self.walk: Mapping[str, Any] | None = None
        self.files: dict[str, Recorded] = {}
        self.absent: set[str] = set()
        self.following: Mapping[str, Any] | None = None
        self.items = 0
        self.complete = False

    def take(self, line: Mapping[str, Any]) -> None:
        """Add what a line says."""
        if "path" in line:
            self.files[line["path"]] = Recorded(line["sha256"], line["size"])
        elif "absent" in line:
            self.absent.add(line["absent"])
        elif "list" in line:
            self.walk, self.following, self.items, self.complete = line, None, 0, False
            self.absent = set()
        else:
            self.items = line["items"]
            self.following = line.get("next")
            self.complete = line.get("complete", False)


def read(folder: Path) -> State:
    """Return what the manifest of a folder says.

    Raises:
        NoExport: There is none, or it cannot be read.
    """
    state = State()
    path = folder / NAME
    try:
        with open(path, "rb") as file:
            for line in _whole_lines(file):
                state.take(line)
    except FileNotFoundError:
        raise NoExport(f"{folder} has no {NAME}: it is no export") from None
    except (ValueError, KeyError, TypeError) as error:
        raise NoExport(f"{path} is not what an export writes: {error}") from error
    return state


def _whole_lines(file: IO[bytes]) -> Iterator[Mapping[str, Any]]:
    for line in file:
        if not line.endswith(b"\n"):
            return
        value = json.loads(line)
        if not isinstance(value, dict):
            raise ValueError("a line is no object")
        yield value


class Manifest:
    """The manifest of a folder that is being exported to. One process at a time may have it open.

    Args:
        folder: The folder, which is made if it is not there.
        walk: The list and the arguments that the export is for.
        fixed: The arguments in which all exports to the folder agree.

    Raises:
        NoExport: The folder holds something else, an export of something else, or is being exported to.
        OSError: It cannot be written.
    """

    def __init__(self, folder: Path, walk: Mapping[str, Any], fixed: tuple[str, ...]) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / NAME
        if not path.exists() and any(folder.iterdir()):
            raise NoExport(f"{folder} holds something else: choose a folder that is empty or new")
        self._path = path
        self._file = open(path, "a+b")
        try:
            self._lock(folder)
            self.state = read(folder)
            self._begin(folder, walk, fixed)
        except BaseException:
            self._file.close()
            raise

    def _lock(self, folder: Path) -> None:
        """Keep other processes out; the lock ends with the process."""
        try:
            import fcntl
        except ImportError:
            return
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise NoExport(f"another process is exporting to {folder}") from None

    def _begin(self, folder: Path, walk: Mapping[str, Any], fixed: tuple[str, ...]) -> None:
        self._file.seek(0)
        self._file.truncate(sum(len(line) for line in self._file if line.endswith(b"\n")))
        self._file.seek(0, os.SEEK_END)
        last = self.state.walk
        if last is not None:
            before, now = last["arguments"], walk["arguments"]
            same = last["list"] == walk["list"]
            if not same or any(before.get(name) != now.get(name) for name in fixed):
                raise NoExport(f"{folder} holds an export of something else: choose another folder")
        if last != walk or self.state.complete:
            self._add(walk)

    def add(self, path: str, sha256: str, size: int) -> None:
        """Record a file."""
        self._add({"path": path, "sha256": sha256, "size": size})

    def add_absent(self, path: str) -> None:
        """Record that the service does not have something."""
        self._add({"absent": path})

    def reach(self, items: int, following: Mapping[str, Any]) -> None:
        """Record that all before a place of the list is done."""
        self._add({"items": items, "next": dict(following)})

    def finish(self, items: int) -> None:
        """Record that the list has come to its end, and bring the manifest to the disk."""
        self._add({"items": items, "complete": True})
        os.fsync(self._file.fileno())

    def _add(self, line: Mapping[str, Any]) -> None:
        text = json.dumps(line, ensure_ascii=False).encode("utf-8", "surrogatepass")
        with naming(self._path):
            self._file.write(text + b"\n")
            self._file.flush()
        self.state.take(line)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(OSError):
            os.fsync(self._file.fileno())
        self._file.close()
