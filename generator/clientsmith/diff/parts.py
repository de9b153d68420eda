"""The schema objects that are valid together: a schema, what it refers to, and the parts of its `allOf`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from ..diagnostics import DiagnosticError
from ..lower.nodes import Identity, elements, identity, keywords
from ..read.document import Node
from ..read.source import Value

_REFERRING: Final = frozenset({"$dynamicRef", "$ref", "allOf"})
_DEEPEST: Final = 40


def is_component(node: Node) -> bool:
    """Return whether a node is a schema that the document has a name for: a component, or a file of its own."""
    return (
        not node.pointer
        or (len(node.pointer) == 3 and node.pointer[:2] == ("components", "schemas"))
        or (len(node.pointer) == 2 and node.pointer[0] in ("$defs", "definitions"))
    )


def component(nodes: Iterable[Node]) -> Node | None:
    """Return the first node that the document has a name for, or what a reference leads to that has one."""
    for node in nodes:
        here: Node | None = node
        for _ in range(_DEEPEST):
            if here is None or is_component(here):
                break
            here = _target(here)
        if here is not None and is_component(here):
            return here
    return None


def _target(node: Node) -> Node | None:
    """Return where a reference leads, one step; a dynamic one as lowering reads it (JSON Schema 2020-12 core, 8.2.3.2)."""
    try:
        if node.ref is not None:
            return node.target()
        anchor = node.text_of("$dynamicRef")
        return node.document.references.resolve(node, anchor) if anchor is not None else None
    except DiagnosticError:
        return None


def parts(nodes: Iterable[Node], without: frozenset[Identity]) -> Iterator[Node]:
    """Yield nodes, what they refer to and the parts of their `allOf`, each once and only where it says something.

    Args:
        nodes: the nodes.
        without: the places of what is left out.
    """
    waiting = list(nodes)[::-1]
    seen: set[Identity] = set(without)
    while waiting:
        node = waiting.pop()
        if identity(node) in seen or not node.is_mapping:
            continue
        seen.add(identity(node))
        inner = list(elements(node.get("allOf")))
        target = _target(node)
        if target is not None:
            inner.insert(0, target)
        if node.ref is not None and node.document.version < (3, 1):
            # Keywords beside a reference have no meaning (OpenAPI 3.0, 4.7.23).
            waiting += [target] if target is not None else []
            continue
        if own(node):
            yield node
        waiting += inner[::-1]


def own(part: Node) -> dict[str, Value]:
    """Return what a part says itself."""
    return {key: value for key, value in keywords(part).items() if key not in _REFERRING}
