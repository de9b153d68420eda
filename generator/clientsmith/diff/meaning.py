"""What a value of a document means: without its annotations, and with what it refers to in place of references."""

from __future__ import annotations

from typing import Final
from weakref import WeakKeyDictionary

from ..diagnostics import DiagnosticError
from ..lower.nodes import Identity, identity
from ..read.document import Document, Node
from ..read.source import Value

ANNOTATIONS: Final = frozenset(
    {
        "$comment",
        "deprecated",
        "description",
        "discriminator",
        "example",
        "examples",
        "externalDocs",
        "nullable",
        "title",
        "xml",
    }
)
"""The keywords of a schema that say nothing of what is valid."""

_DEEPEST: Final = 40


_MOST: Final = 1000
"""Values after which references are no longer followed: what refers to the same in several ways has no end else."""

_KNOWN: Final[WeakKeyDictionary[Document, dict[Identity, object]]] = WeakKeyDictionary()


def meaning(node: Node) -> object:
    """Return the value at a node without its annotations, with what it refers to in place of references.

    A reference to what it stands in is kept as the number of levels that it leads up, and each behind the first thousand values
    as it is written.
    """
    known = _KNOWN.setdefault(node.document, {})
    if identity(node) not in known:
        known[identity(node)] = _Meaning().of(node, ())
    return known[identity(node)]


class _Meaning:
    """Follows references until there are too many values."""

    def __init__(self) -> None:
        self._values = 0

    def of(self, node: Node, above: tuple[Identity, ...]) -> object:
        """Return the meaning of a value that stands in others."""
        self._values += 1
        if identity(node) in above:
            return f"up {above[::-1].index(identity(node))}"
        if len(above) >= _DEEPEST:
            return "deep"
        inside = (*above, identity(node))
        if node.ref is not None:
            try:
                return self.of(node.target(), inside) if self._values <= _MOST else node.ref
            except DiagnosticError:
                return node.ref
        if node.is_mapping:
            entries = node.items()
            return {key: self.of(value, inside) for key, value in entries if key not in ANNOTATIONS}
        if node.is_list:
            return [self.of(element, inside) for element in node.elements()]
        return node.value


def without_descriptions(value: Value) -> Value:
    """Return a value of a document without the texts that no name and no type comes from."""
    if isinstance(value, dict):
        return {
            key: without_descriptions(each)
            for key, each in value.items()
            if not (key in ("description", "summary", "$comment") and isinstance(each, str))
        }
    return [without_descriptions(each) for each in value] if isinstance(value, list) else value
