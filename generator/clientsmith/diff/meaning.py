"""What a value of a document means: without its annotations, and with what it refers to in place of references."""

from __future__ import annotations

from typing import Final

from ..diagnostics import DiagnosticError
from ..lower.nodes import Identity, identity
from ..read.document import Node
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


def meaning(node: Node, above: tuple[Identity, ...] = ()) -> object:
    """Return the value at a node without its annotations, with what it refers to in place of references.

    A reference to what it stands in is kept as the number of levels that it leads up.
    """
    if identity(node) in above:
        return f"up {above[::-1].index(identity(node))}"
    inside = (*above, identity(node)) if len(above) < _DEEPEST else above
    if len(above) >= _DEEPEST:
        return "deep"
    if node.ref is not None:
        try:
            return meaning(node.target(), inside)
        except DiagnosticError:
            return node.ref
    if node.is_mapping:
        return {
            key: meaning(value, inside) for key, value in node.items() if key not in ANNOTATIONS
        }
    if node.is_list:
        return [meaning(element, inside) for element in node.elements()]
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
