"""One file of a document: read, decoded, parsed, and with the place of everything in it."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

from ..diagnostics import Diagnostic, InputError, Location, LocationSought, shown
from ..regular import NOT_REGULAR, without_waiting
from .source import MAX_BYTES, Pointer, Source, decode
from .tree import Tree

__all__ = ["File", "Loader", "from_bytes", "load_file", "pointer_text", "read_file"]

Loader = Callable[[Path, int], "File"]
"""Reads a file by its path, and refuses one of more bytes than it is told."""


class File:
    """One file of a document.

    Attributes:
        path: The file, absolute, symbolic links resolved; None for what came from the network.
        uri: What relative references in it are relative to.
        name: The file as shown to the user.
        content: The bytes that were read.
        data: What they say.
        origins: Parts that stand in another file, by their place here: their file and their place there.
    """

    __slots__ = ("_tree", "content", "data", "name", "origins", "path", "uri")

    def __init__(self, path: Path | None, uri: str, content: bytes, tree: Tree) -> None:
        self.path: Final = path
        self.uri: Final = uri
        self.name: Final = tree.source.name
        self.content: Final = content
        self.data: Final = tree.data
        self.origins: dict[Pointer, tuple[File, Pointer]] = {}
        self._tree: Final = tree

    @property
    def tree(self) -> Tree:
        """The values and their offsets."""
        return self._tree

    @property
    def text(self) -> str:
        """The decoded text of the file."""
        return self._tree.source.text

    def relative_to(self, folder: Path) -> str:
        """Return its path relative to a folder, with slashes; the address of what came from the network."""
        return (
            self.uri if self.path is None else Path(os.path.relpath(self.path, folder)).as_posix()
        )

    def position(self, pointer: Pointer, *, key: bool = False) -> tuple[int, int]:
        """Return the line and the column, counted from 1, where a value starts.

        Args:
            pointer: The way to it.
            key: Return the place of the key of the mapping entry instead.
        """
        place = self._location(pointer, key=key)
        return place.line, place.column

    def location(self, pointer: Pointer, *, key: bool = False) -> Location:
        """Return the place of a value, with the text of its line; it is found when it is asked for.

        Args:
            pointer: The way to it.
            key: Return the place of the key of the mapping entry instead.
        """
        return LocationSought.by(partial(self._location, pointer, key=key))

    def _location(self, pointer: Pointer, *, key: bool) -> Location:
        file, there = self._origin(pointer)
        if file is not self:
            return file._location(there, key=key)
        return self._tree.source.location(
            self._tree.offset(pointer, key=key), pointer_text(pointer)
        )

    def spelling(self, pointer: Pointer) -> str | None:
        """Return a number, boolean or null as it is written, or None if that is the way JSON writes it."""
        file, there = self._origin(pointer)
        return self._tree.spelling(pointer) if file is self else file.spelling(there)

    def _origin(self, pointer: Pointer) -> tuple[File, Pointer]:
        for length in range(len(pointer), -1, -1) if self.origins else ():
            origin = self.origins.get(pointer[:length])
            if origin is not None:
                return origin[0], origin[1] + pointer[length:]
        return self, pointer

    def __repr__(self) -> str:
        return f"<File {self.name}>"


def load_file(path: Path, limit: int) -> File:
    """Read a file that a reference leads to from the disk.

    Args:
        path: The file.
        limit: Bytes that it may hold.

    Raises:
        InputError: The file cannot be read.
        SpecError: Its text cannot be taken as a document.
    """
    return read_file(path, shown(path), limit, regular=True)


def read_file(path: Path, name: str, limit: int = MAX_BYTES, regular: bool = False) -> File:
    """Read one file.

    Args:
        path: The file.
        name: The file as shown to the user.
        limit: Bytes that it may hold.
        regular: Refuse what is not a regular file, such as a device or a pipe.

    Returns:
        The file.

    Raises:
        InputError: The file cannot be read.
        SpecError: Its text cannot be taken as a document.
    """
    try:
        with open(path, "rb", opener=without_waiting if regular else None) as stream:
            if regular and not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
                raise _unreadable(name, NOT_REGULAR)
            content = stream.read(limit + 1)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else None
        raise _unreadable(name, (reason or "it is not the name of a file").lower()) from None
    if len(content) > limit:
        message = f"{name} is too large: more than {limit:,} bytes"
        raise InputError(
            Diagnostic(
                "error", message, hint="split it, or leave out what is not needed", rule="limit"
            )
        )
    resolved = Path(os.path.realpath(path))
    return from_bytes(content, resolved, resolved.as_uri(), name)


def from_bytes(content: bytes, path: Path | None, uri: str, name: str) -> File:
    """Make a file of what was read.

    Args:
        content: The bytes.
        path: Where they are, None if not on this machine.
        uri: What relative references are relative to; JSON is told from its path.
        name: The file as shown to the user.

    Returns:
        The file.

    Raises:
        InputError: The bytes are neither YAML nor JSON, or are over a limit of `source`.
        SpecError: Their text cannot be taken as a document.
    """
    json_only = uri.partition("?")[0].lower().endswith(".json")
    return File(path, uri, content, parse(decode(content, name), json_only))


def parse(source: Source, json_only: bool) -> Tree:
    """Parse text as JSON or YAML.

    Args:
        source: The text.
        json_only: The file calls itself JSON; otherwise JSON is tried first if the text starts as JSON does.

    Returns:
        The values.

    Raises:
        InputError: The text is neither, or is over a limit.
        SpecError: It cannot be taken as a document.
    """
    from . import json_text

    if json_only:
        return json_text.parse(source)
    if source.text.lstrip()[0] in "{[":
        try:
            return json_text.parse(source)
        except InputError:
            pass
    from . import yaml_text

    return yaml_text.parse(source)


def pointer_text(pointer: Pointer) -> str:
    """Write a way as a JSON pointer (RFC 6901)."""
    return "".join("/" + str(token).replace("~", "~0").replace("/", "~1") for token in pointer)


def _unreadable(name: str, reason: str) -> InputError:
    return InputError(Diagnostic("error", f"cannot read {name}: {reason}", rule="unreadable"))
