"""What a person calls a place of a document: an operation, a parameter of it, a property of a schema."""

from __future__ import annotations

from typing import Final

from ..diagnostics import DiagnosticError, Location, printable
from ..lower.operations import METHODS
from ..read.document import Node

_NAMED: Final = {
    "properties": ".",
    "responses": " response ",
    "headers": " header ",
    "callbacks": " callback ",
}
"""What is written before the name of an entry of these mappings."""

_KINDS: Final = {"responses": "response", "headers": "header", "requestBodies": "request"}
"""What is written before the name of a component."""

_ITEMS: Final = {
    "items": "[]",
    "prefixItems": "[]",
    "additionalProperties": "{}",
    "requestBody": " request",
}


def subject(node: Node) -> str:
    """Return the name of a place, such as `Recording.clips[].url` or `listCalls request.state`."""
    way = _way(node)
    pointer = node.pointer
    if len(pointer) >= 3 and pointer[0] == "components":
        return printable(f"{_component(way)}{_below(way[3:])}")
    if len(pointer) >= 2 and pointer[0] in ("paths", "webhooks"):
        operation = way[2] if len(way) > 2 and way[2].key in METHODS else None
        name = operation_label(operation) if operation is not None else str(pointer[1])
        return printable(f"{name}{_below(way[3:] if operation is not None else way[2:])}")
    return printable(f"{node.file.name.rpartition('/')[2].partition('.')[0]}{_below(way)}")


def _component(way: list[Node]) -> str:
    """Return what a component is called; a parameter has the name that is sent."""
    kind, name = (str(node.key) for node in way[1:3])
    if kind == "parameters":
        return f"parameter {followed(way[2]).text_of('name') or name}"
    return f"{_KINDS[kind]} {name}" if kind in _KINDS else name


def operation_label(operation: Node) -> str:
    """Return the operationId of an operation, or its method and path."""
    method, path = operation.key, operation.pointer[-2] if len(operation.pointer) > 1 else ""
    return printable(operation.text_of("operationId") or f"{str(method).upper()} {path}")


def followed(node: Node) -> Node:
    """Return what a node refers to; the node itself if that leads nowhere."""
    try:
        return node.follow()
    except DiagnosticError:
        return node


def place_of(node: Node) -> Location:
    """Return the place of a node: that of its key, where it has one."""
    return node.key_location if isinstance(node.key, str) else node.location


def holder_of(node: Node) -> Node:
    """Return what a node stands in; the top of the file for that itself."""
    way = _way(node)
    return way[-2] if len(way) > 1 else Node(node.document, node.file, (), node.file.data)


def _way(node: Node) -> list[Node]:
    """Return the nodes that lead from the top of the file to a node, that one being the last."""
    here: Node | None = Node(node.document, node.file, (), node.file.data)
    way: list[Node] = []
    for key in node.pointer:
        here = here.get(key) if here is not None else None
        if here is not None:
            way.append(here)
    return way


def _below(way: list[Node]) -> str:
    """Return the way from an operation or a component to what stands in it."""
    text = ""
    steps = iter(way)
    for node in steps:
        if node.key in _NAMED:
            inner = next(steps, None)
            text += f"{_NAMED[str(node.key)]}{inner.key}" if inner is not None else ""
        elif node.key in _ITEMS:
            text += _ITEMS[str(node.key)]
        elif node.key == "parameters":
            inner = next(steps, None)
            text += f" parameter {followed(inner).text_of('name')}" if inner is not None else ""
        elif node.key in ("content", "patternProperties", "oneOf", "anyOf", "allOf"):
            next(steps, None)
    return text
