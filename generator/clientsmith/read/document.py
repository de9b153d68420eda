"""An OpenAPI document that knows where everything in it stands.

    read(path) -> Document -> Node -> Node ...

A `Document` is the file that was named and every file that its references led to. A `Node` is a cursor: a value
with its file and its way from the top of it. `Node.follow` goes where a `$ref` points.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ..diagnostics import Diagnostic, InputError, Location, shown
from .source import MAX_BYTES, Pointer, Source, Tree, Value, decode

if TYPE_CHECKING:
    from .references import Resolver

__all__ = ["Document", "File", "Loader", "Node", "Pointer", "Value", "pointer_text", "read"]

Loader = Callable[[Path, int], "File"]
"""Reads a file by its path, and refuses one of more bytes than it is told."""

_VERSION = re.compile(r"([0-9]+)\.([0-9]+)(?:\.[0-9]+(?:-.*)?)?")


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
        place = self.location(pointer, key=key)
        return place.line, place.column

    def location(self, pointer: Pointer, *, key: bool = False) -> Location:
        """Return the place of a value, with the text of its line.

        Args:
            pointer: The way to it.
            key: Return the place of the key of the mapping entry instead.
        """
        file, there = self._origin(pointer)
        if file is not self:
            return file.location(there, key=key)
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


class Node:
    """A value of a document and its place. Nodes are equal when they are the same place.

    Asking for what a value of another kind would have gives nothing instead of an error, so that documents with flaws can
    be walked: a list has no keys, a mapping no elements.

    Attributes:
        document: The document.
        file: The file it stands in.
        pointer: The way from the top of the file.
        value: The plain value.
    """

    __slots__ = ("document", "file", "pointer", "value")

    def __init__(self, document: Document, file: File, pointer: Pointer, value: Value) -> None:
        self.document: Final = document
        self.file: Final = file
        self.pointer: Final = pointer
        self.value: Final = value

    def __getitem__(self, key: str | int) -> Node:
        """Return an entry of a mapping or an element of a list.

        Raises:
            KeyError: There is none.
        """
        found = self.get(key)
        if found is None:
            raise KeyError(key)
        return found

    def get(self, key: str | int) -> Node | None:
        """Return an entry of a mapping or an element of a list, or None if there is none."""
        value = self.value
        if isinstance(value, dict):
            if isinstance(key, str) and key in value:
                return Node(self.document, self.file, (*self.pointer, key), value[key])
        elif isinstance(value, list) and isinstance(key, int) and 0 <= key < len(value):
            return Node(self.document, self.file, (*self.pointer, key), value[key])
        return None

    def __contains__(self, key: str) -> bool:
        """Say whether this is a mapping with that key."""
        return isinstance(self.value, dict) and key in self.value

    def items(self) -> Iterator[tuple[str, Node]]:
        """Yield the entries of a mapping, in the order of the document."""
        if isinstance(self.value, dict):
            for key, value in self.value.items():
                yield key, Node(self.document, self.file, (*self.pointer, key), value)

    def elements(self) -> Iterator[Node]:
        """Yield the elements of a list."""
        if isinstance(self.value, list):
            for index, value in enumerate(self.value):
                yield Node(self.document, self.file, (*self.pointer, index), value)

    @property
    def is_mapping(self) -> bool:
        """Whether the value is a mapping."""
        return isinstance(self.value, dict)

    @property
    def is_list(self) -> bool:
        """Whether the value is a list."""
        return isinstance(self.value, list)

    @property
    def is_text(self) -> bool:
        """Whether the value is a string."""
        return isinstance(self.value, str)

    @property
    def is_number(self) -> bool:
        """Whether the value is a number; a boolean is none."""
        return isinstance(self.value, int | float) and not isinstance(self.value, bool)

    @property
    def is_boolean(self) -> bool:
        """Whether the value is true or false."""
        return isinstance(self.value, bool)

    @property
    def is_null(self) -> bool:
        """Whether the value is null."""
        return self.value is None

    @property
    def key(self) -> str | int | None:
        """The key or index of this value in what holds it, None at the top of a file."""
        return self.pointer[-1] if self.pointer else None

    @property
    def text(self) -> str | None:
        """A scalar as it is written: `1.10` in `version: 1.10` is "1.10". None for null, mappings and lists."""
        value = self.value
        if isinstance(value, str):
            return value
        if value is None or isinstance(value, dict | list):
            return None
        spelling = self.file.spelling(self.pointer)
        if spelling is not None:
            return spelling
        return ("true" if value else "false") if isinstance(value, bool) else repr(value)

    def text_of(self, key: str) -> str | None:
        """Return the `text` of an entry, or None if there is no such entry or it is no scalar."""
        found = self.get(key)
        return None if found is None else found.text

    @property
    def location(self) -> Location:
        """Where the value starts."""
        return self.file.location(self.pointer)

    @property
    def key_location(self) -> Location:
        """Where the key of this mapping entry starts; where the value starts if it has none."""
        return self.file.location(self.pointer, key=True)

    @property
    def ref(self) -> str | None:
        """The reference that stands here, None if this is not a mapping with a textual `$ref`."""
        value = self.value
        if isinstance(value, dict):
            reference = value.get("$ref")
            if isinstance(reference, str):
                return reference
        return None

    def target(self) -> Node:
        """Go where the `$ref` here points, one step; a node without one is its own target.

        Returns:
            The node pointed to, which may hold a `$ref` in turn.

        Raises:
            SpecError: The reference leads nowhere, or to where it may not lead.
        """
        reference = self.ref
        return self if reference is None else self.document.resolver.resolve(self, reference)

    def follow(self) -> Node:
        """Go where the `$ref` here points, and on, until there is no `$ref`. Keywords beside it stay on this node.

        Returns:
            The node at the end, this one if it has no `$ref`.

        Raises:
            SpecError: A reference leads nowhere, to where it may not lead, or in a circle.
        """
        return self if self.ref is None else self.document.resolver.follow(self)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Node) and self.file is other.file and self.pointer == other.pointer

    def __hash__(self) -> int:
        return hash((id(self.file), self.pointer))

    def __repr__(self) -> str:
        return f"<Node {self.file.name}#{pointer_text(self.pointer)}>"


class Document:
    """The file that was named and every file that references have led to.

    Args:
        file: The file that was named.
        root: The folder that references to files may not leave.
        allow_remote: Whether references to the network are followed.
        load: Reads a file that a reference leads to; None to read it from the disk.

    Attributes:
        root: The node at the top of the file that was named.
        load: Reads a file that a reference leads to, by its path and the bytes that it may hold.
        overlays: The overlays that were applied to the file.
        findings: What is to be said about them.
    """

    def __init__(
        self,
        file: File,
        root: Path,
        allow_remote: bool = False,
        load: Loader | None = None,
        overlays: Sequence[File] = (),
        findings: Sequence[Diagnostic] = (),
    ) -> None:
        self.root: Final = Node(self, file, (), file.data)
        self.load: Final = load or load_file
        self.overlays: Final = tuple(overlays)
        self.findings: Final = tuple(findings)
        self._folder = root
        self._allow_remote = allow_remote
        self._resolver: Resolver | None = None

    @property
    def files(self) -> tuple[File, ...]:
        """Every file read so far, the one that was named first."""
        return (self.root.file,) if self._resolver is None else self._resolver.files

    @property
    def version(self) -> tuple[int, int]:
        """The OpenAPI version, such as (3, 1); (2, 0) for Swagger 2.0, (0, 0) if the document does not say."""
        for key in ("openapi", "swagger"):
            match = _VERSION.fullmatch(self.root.text_of(key) or "")
            if match:
                return int(match[1]), int(match[2])
        return 0, 0

    @property
    def resolver(self) -> Resolver:
        """What follows the references of this document."""
        if self._resolver is None:
            from .references import Resolver

            self._resolver = Resolver(self, self._folder, self._allow_remote)
        return self._resolver


def read(
    path: Path,
    *,
    root: Path | None = None,
    allow_remote: bool = False,
    load: Loader | None = None,
    overlays: Sequence[Path] = (),
) -> Document:
    """Read a document.

    Args:
        path: A YAML or JSON file.
        root: The folder that references to other files may not leave; None for the folder of `path`.
        allow_remote: Follow references to the network (see `remote` for what is refused even then).
        load: Reads the file and those that it refers to; None to read them from the disk.
        overlays: Overlays to apply to it, one after the other.

    Returns:
        The document. Files that it refers to are read when a reference to them is followed.

    Raises:
        InputError: The file cannot be read, or is over a limit of `source`.
        SpecError: Its text cannot be taken as a document, such as for a duplicate key.
    """
    reads = load or _load_named
    file = reads(path, MAX_BYTES)
    folder = path.parent if root is None else root
    if not overlays:
        return Document(file, folder, allow_remote, load)
    from .overlay import applied

    used = [reads(overlay, MAX_BYTES) for overlay in overlays]
    file, findings = applied(file, used)
    return Document(file, folder, allow_remote, load, used, findings)


def _load_named(path: Path, limit: int) -> File:
    """Read a file that the user named, whatever it is."""
    return read_file(path, shown(path), limit)


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
        with open(path, "rb", opener=_open_without_waiting if regular else None) as stream:
            if regular and not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
                raise _unreadable(name, "it is not a regular file")
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


def _open_without_waiting(path: str, flags: int) -> int:
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def _unreadable(name: str, reason: str) -> InputError:
    return InputError(Diagnostic("error", f"cannot read {name}: {reason}", rule="unreadable"))
