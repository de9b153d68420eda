"""Which schemas are not the same in a request and in a response, for a property that is readOnly or writeOnly."""

from __future__ import annotations

from collections.abc import Iterator

from ..read.document import Document, Node
from .nodes import Identity, elements, entries, flag, follow, identity, referred_schema
from .shapes import CONDITIONALS, conditionals


def is_read_only(node: Node) -> bool:
    """Return whether a property is only in responses (OpenAPI 3.1, 4.8.24; JSON Schema Validation 2020-12, 9.4)."""
    return _stated(node, "readOnly") and not _stated(node, "writeOnly")


def is_write_only(node: Node) -> bool:
    """Return whether a property is only in requests."""
    return _stated(node, "writeOnly") and not _stated(node, "readOnly")


def only_in_requests(node: Node) -> bool:
    """Return whether requests have every property of a schema, and responses have not."""
    found = [item for _, item in entries(node.get("properties"))]
    return any(map(is_write_only, found)) and not any(map(is_read_only, found))


class Directions:
    """Knows which schemas of a document have a form for requests that is not that for responses."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._known: dict[Identity, bool] = {}
        self._searched: dict[str, bool] = {}

    def differ(self, node: Node) -> bool:
        """Return whether a schema, or one that it is made of, has a property that goes in one direction only."""
        key = identity(node)
        if key not in self._known:
            if not any(self._mentions(file.uri, file.text) for file in self._document.files):
                return False
            self._explore(node)
        return self._known[key]

    def _mentions(self, uri: str, text: str) -> bool:
        if uri not in self._searched:
            self._searched[uri] = "readOnly" in text or "writeOnly" in text
        return self._searched[uri]

    def _explore(self, start: Node) -> None:
        """Decide for everything that can be reached from a schema, each once."""
        users: dict[Identity, list[Identity]] = {}
        differing: list[Identity] = []
        reached = {identity(start)}
        waiting = [start]
        while waiting:
            node = waiting.pop()
            key = identity(node)
            if any(_is_one_way(item) for _, item in entries(node.get("properties"))):
                differing.append(key)
            for part in made_of(node):
                part_key = identity(part)
                users.setdefault(part_key, []).append(key)
                if part_key in self._known:
                    differing += [part_key] if self._known[part_key] else []
                elif part_key not in reached:
                    reached.add(part_key)
                    waiting.append(part)
        found: set[Identity] = set()
        while differing:
            key = differing.pop()
            if key not in found:
                found.add(key)
                differing += users.get(key, ())
        self._known.update((key, key in found) for key in reached)


def _is_one_way(node: Node) -> bool:
    return _stated(node, "readOnly") != _stated(node, "writeOnly")


def _stated(node: Node, keyword: str) -> bool:
    if flag(node, keyword):
        return True
    target = follow(node) if node.ref is not None else None
    return target is not None and flag(target, keyword)


_PARTS = ("allOf", "oneOf", "anyOf", "prefixItems")
_NAMED_PARTS = ("properties", "patternProperties")
_INNER = ("items", "additionalProperties")
_HOLDERS = frozenset({"$ref", *_PARTS, *_NAMED_PARTS, *_INNER, *CONDITIONALS})


def made_of(node: Node) -> Iterator[Node]:
    """Yield the schemas that a schema is made of, one step."""
    if not isinstance(node.value, dict) or _HOLDERS.isdisjoint(node.value):
        return
    if node.ref is not None:
        target = referred_schema(node)
        if target is not None:
            yield target
    for keyword in _PARTS:
        yield from elements(node.get(keyword))
    yield from conditionals(node)
    for keyword in _NAMED_PARTS:
        for _, item in entries(node.get(keyword)):
            yield item
    for keyword in _INNER:
        inner = node.get(keyword)
        if inner is not None and inner.is_mapping:
            yield inner
