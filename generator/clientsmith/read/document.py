"""An OpenAPI document that knows where everything in it stands.

    read(path) -> Document -> Node -> Node ...

A `Document` is the file that was named and every file that its references led to; `loading.read` makes it. A `Node` is a cursor:
a value with its file and its way from the top of it. `Node.follow` goes where a `$ref` points.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Final, Protocol

from ..diagnostics import Diagnostic, Location
from .file import File, pointer_text
from .source import Pointer, Value

__all__ = ["Document", "Node", "References"]

_VERSION = re.compile(r"([0-9]+)\.([0-9]+)(?:\..*)?", re.DOTALL)
"""What stands behind the second number says nothing of the features of a document (OpenAPI 3.1, 4.1)."""


class References(Protocol):
    """What follows the references of a document, and keeps the files that they lead to."""

    @property
    def files(self) -> tuple[File, ...]:
        """The files read so far, the one that was named first."""
        ...

    def follow(self, node: Node) -> Node:
        """Follow the reference of a node to its end; see `Node.follow`."""
        ...

    def resolve(self, node: Node, reference: str) -> Node:
        """Return the node that a reference points to, which may hold another one.

        Raises:
            SpecError: It leads nowhere, or to where it may not lead.
        """
        ...


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
        return self if reference is None else self.document.references.resolve(self, reference)

    def follow(self) -> Node:
        """Go where the `$ref` here points, and on, until there is no `$ref`. Keywords beside it stay on this node.

        Returns:
            The node at the end, this one if it has no `$ref`.

        Raises:
            SpecError: A reference leads nowhere, to where it may not lead, or in a circle.
        """
        return self if self.ref is None else self.document.references.follow(self)

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
        references: Makes what follows the references of this document.
        overlays: The overlays that were applied to the file.
        findings: What is to be said about reading it.
        parted: The document whose sections stood in other files before they were gathered in this one.

    Attributes:
        root: The node at the top of the file that was named.
        references: What follows the references.
        overlays: The overlays that were applied to the file.
        findings: What is to be said about reading it.
        version: The OpenAPI version, such as (3, 1); (2, 0) for Swagger 2.0, (0, 0) if the document does not say.
    """

    def __init__(
        self,
        file: File,
        references: Callable[[Document], References],
        overlays: Sequence[File] = (),
        findings: Sequence[Diagnostic] = (),
        parted: Document | None = None,
    ) -> None:
        self.root: Final = Node(self, file, (), file.data)
        self.overlays: Final = tuple(overlays)
        self.findings: Final = tuple(findings)
        self.references: Final = references(self)
        self._parted: Final = parted
        self.version: Final = _version(self.root)

    @property
    def files(self) -> tuple[File, ...]:
        """Every file read so far, the one that was named first."""
        parted = () if self._parted is None else self._parted.files
        own = self.references.files
        known = {file.uri for file in own}
        return (*own, *(file for file in parted if file.uri not in known))


def _version(root: Node) -> tuple[int, int]:
    for key in ("openapi", "swagger"):
        match = _VERSION.fullmatch(root.text_of(key) or "")
        if match:
            return int(match[1]), int(match[2])
    return 0, 0
