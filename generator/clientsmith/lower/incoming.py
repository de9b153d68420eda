"""Requests that the service sends: webhooks (OpenAPI 3.1, 4.8.1) and callbacks (4.8.18)."""

from __future__ import annotations

from collections.abc import Iterator

from .. import naming
from ..api import Incoming
from ..read.document import Node
from ..text import Name, Text
from .annotations import Annotations
from .media import kind_of
from .nodes import example_of, follow, followed_entries, is_extension, text_of
from .schemas import Schemas

_READ = ("json", "form", "text")
_METHODS = ("post", "put", "patch", "delete", "get", "query")


class IncomingRequests:
    """Lowers webhooks and callbacks, and names the function that reads each of them."""

    def __init__(self, schemas: Schemas, annotations: Annotations) -> None:
        self._schemas = schemas
        self._annotations = annotations
        self._found: dict[Name, Incoming] = {}

    @property
    def all(self) -> tuple[Incoming, ...]:
        """All that were lowered, each once."""
        return tuple(self._found.values())

    def webhooks(self, root: Node) -> None:
        """Lower the webhooks of the document."""
        for name, item in followed_entries(root.get("webhooks")):
            for method, node in _requests(item):
                self._add(name, method, node, ())

    def callbacks(self, operation: Node, operation_name: Name) -> tuple[Incoming, ...]:
        """Lower the callbacks of an operation."""
        return tuple(
            found
            for name, callback in followed_entries(operation.get("callbacks"))
            for key, item in followed_entries(callback)
            if not is_extension(key)
            for method, node in _requests(item)
            if (found := self._add(name, method, node, (operation_name,))) is not None
        )

    def _add(
        self, name: str, method: str, node: Node, qualifiers: tuple[Name, ...]
    ) -> Incoming | None:
        """Lower a request; None if it has no body to read. What several operations have in common is one function."""
        entry = node.get("requestBody")
        body = follow(entry) if entry is not None else None
        content = body.get("content") if body is not None else None
        chosen = next(
            ((key, media) for key, media in followed_entries(content) if kind_of(key) in _READ),
            None,
        )
        schema_node = chosen[1].get("schema") if chosen is not None else None
        if chosen is None or schema_node is None:
            return None
        base = naming.pascal(name)
        schema = self._schemas.prepare(schema_node, base)
        type_ = self._annotations.result(schema)
        function = Name(f"parse_{naming.snake(name, digit_prefix='request')}".rstrip("_"))
        known = self._found.get(function)
        if known is not None and known.type == type_ and known.method == method.upper():
            return known
        function = naming.distinct(
            function, self._found, (*qualifiers, Name(method)), repr(node.pointer)
        )
        made = Incoming(
            name=Text(name),
            function=function,
            constant=Name("_" + function.removeprefix("parse_").upper()),
            method=Name(method.upper()),
            summary=text_of(node.get("summary")) or Text(name),
            description=text_of(node.get("description")),
            content_type=Text(chosen[0]),
            type=type_,
            example=example_of(chosen[1]),
            source=node.location,
        )
        self._found[function] = made
        return made


def _requests(item: Node) -> Iterator[tuple[str, Node]]:
    for method in _METHODS:
        node = item.get(method)
        if node is not None and node.is_mapping:
            yield method, node
