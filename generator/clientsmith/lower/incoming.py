"""Requests that the service sends: webhooks (OpenAPI 3.1, 4.8.1) and callbacks (4.8.18)."""

from __future__ import annotations

from collections.abc import Iterator

from .. import naming
from ..api import Incoming, Type
from ..read.document import Node
from ..text import Code, Name, Text
from .annotations import ANY, NONE, TEXT, Annotations
from .kinds import kind_of
from .media import is_structured
from .nodes import (
    example_of,
    extensions_of,
    follow,
    followed_entries,
    identity,
    is_extension,
    text_of,
)
from .schemas import Schemas

_READ = ("json", "form", "multipart", "text")
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
            for method, node in requests(item):
                self._schemas.within = identity(node)
                self._add(name, method, node, ())

    def callbacks(self, operation: Node, operation_name: Name) -> tuple[Incoming, ...]:
        """Lower the callbacks of an operation."""
        return tuple(
            self._add(name, method, node, (operation_name,))
            for name, callback in followed_entries(operation.get("callbacks"))
            for key, item in followed_entries(callback)
            if not is_extension(key)
            for method, node in requests(item)
        )

    def _add(self, name: str, method: str, node: Node, qualifiers: tuple[Name, ...]) -> Incoming:
        """Lower a request. What several operations have in common is one function."""
        entry = node.get("requestBody")
        body = follow(entry) if entry is not None else None
        content = list(followed_entries(body.get("content"))) if body is not None else []
        readable = [entry for entry in content if kind_of(entry[0]) in _READ]
        content_type, media = next(iter(readable or content), ("", None))
        type_ = self._type(content_type, media, naming.pascal(name))
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
            content_type=Text(content_type),
            type=type_,
            example=example_of(media) if media is not None else None,
            source=node.location,
            extensions=extensions_of(node),
        )
        self._found[function] = made
        return made

    def _type(self, content_type: str, media: Node | None, name: Name) -> Type:
        """Return the type of a body: that of its schema, or else what its bytes are by themselves."""
        if media is None:
            return NONE
        kind, schema = kind_of(content_type), media.get("schema")
        if kind not in _READ:
            return Type(Code("bytes"))
        if kind == "text" and (schema is None or is_structured(schema)):
            return TEXT
        return (
            ANY if schema is None else self._annotations.result(self._schemas.prepare(schema, name))
        )


def requests(item: Node) -> Iterator[tuple[str, Node]]:
    """Yield the requests of a path item, by their methods."""
    for method in _METHODS:
        node = item.get(method)
        if node is not None and node.is_mapping:
            yield method, node
