"""The operations of two documents, and the requests that the service sends: which is which."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final

from ..lower.nodes import entries
from ..lower.operations import METHODS
from ..read.document import Node
from .subjects import followed

Call = tuple[str, Node]
"""Method and path of an operation, and the operation."""

_VARIABLE: Final = re.compile(r"\{[^{}]*\}")


def operations(root: Node) -> Iterator[Call]:
    """Yield method and path, and the node, of each operation of a document."""
    for path, item in entries(root.get("paths")):
        for method, node in _methods(item):
            yield f"{method} {path}", node


def webhooks(root: Node) -> dict[str, Node]:
    """Return the webhooks of a document by their names."""
    return _named("webhook", root.get("webhooks"))


def callbacks(operation: Node, name: str) -> dict[str, Node]:
    """Return the callbacks of an operation by their names.

    Args:
        operation: the operation.
        name: what it is called.
    """
    found: dict[str, Node] = {}
    for key, callback in entries(operation.get("callbacks")):
        found |= _named(f"{name} callback {key}", followed(callback))
    return found


def is_same_place(where: str, elsewhere: str) -> bool:
    """Return whether two methods and paths are the same, whatever the path's variables are called."""
    return _VARIABLE.sub("{}", where) == _VARIABLE.sub("{}", elsewhere)


def matched(
    old: list[Call], new: list[Call]
) -> tuple[list[tuple[Call, Call]], list[Call], list[Call]]:
    """Pair operations by method and path, whatever the path's variables are called; then by operationId.

    Returns:
        The pairs, the old operations that are in none, and the new ones.
    """
    pairs: list[tuple[Call, Call]] = []
    gone, added = list(old), list(new)
    marks: tuple[Callable[[Call], str | None], ...] = (
        lambda call: _VARIABLE.sub("{}", call[0]),
        lambda call: call[1].text_of("operationId"),
    )
    for mark in marks:
        known = {mark(call): call for call in added}
        for call in tuple(gone):
            found = known.pop(mark(call), None) if mark(call) is not None else None
            if found is not None:
                pairs.append((call, found))
                gone.remove(call)
                added.remove(found)
    return pairs, gone, added


def _methods(item: Node) -> Iterator[tuple[str, Node]]:
    item = followed(item)
    for method in METHODS:
        node = item.get(method)
        if node is not None and node.is_mapping:
            yield method.upper(), node
    yield from entries(item.get("additionalOperations"))


def _named(name: str, items: Node | None) -> dict[str, Node]:
    """Return the operations of path items, by the name of what holds them, their key and their method."""
    return {
        f"{name} {key} {method}": node
        for key, item in entries(items)
        if not key.startswith("x-")
        for method, node in _methods(item)
    }
