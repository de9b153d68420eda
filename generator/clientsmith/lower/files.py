"""Which schemas of `format: binary` are files: those in forms. In JSON such a value is text, as there are no bytes."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from ..read.document import Document, Node
from .definitions import Schema
from .directions import made_of
from .kinds import kind_of
from .nodes import Identity, entries, follow, followed_entries, identity, is_extension

_FORMS = ("form", "multipart")
_FILE: Schema = {"type": "string", "format": "binary"}
_TEXT: Schema = {"type": "string"}


class Files:
    """Knows where the schemas of one document are used."""

    def __init__(self, document: Document) -> None:
        self._document = document

    def prepare(self, node: Node) -> Schema:
        """Prepare a schema of `format: binary`: a file in a form, text elsewhere, both where it is used in both."""
        key = identity(node)
        if key not in self._in_forms:
            return _TEXT
        return {"anyOf": [_FILE, _TEXT]} if key in self._elsewhere else _FILE

    @cached_property
    def _in_forms(self) -> set[Identity]:
        return _reached(node for kind, node in self._contents if kind in _FORMS)

    @cached_property
    def _elsewhere(self) -> set[Identity]:
        return _reached(node for kind, node in self._contents if kind == "json")

    @cached_property
    def _contents(self) -> list[tuple[str, Node]]:
        """The schemas of the media types of the document, with the kind of each."""
        found: list[tuple[str, Node]] = []
        seen: set[Identity] = set()
        waiting = [self._document.root]
        while waiting:
            node = waiting.pop()
            if identity(node) in seen:
                continue
            seen.add(identity(node))
            target = follow(node)
            waiting += [target] if target is not None else []
            for key, child in entries(node):
                if key == "content":
                    found += _schemas(child)
                elif not is_extension(key) and (key, node.pointer) != (
                    "schemas",
                    ("components",),
                ):
                    waiting += [child] if child.is_mapping else child.elements()
        return found


def _schemas(content: Node) -> Iterator[tuple[str, Node]]:
    for content_type, media in followed_entries(content):
        for keyword in ("schema", "itemSchema"):
            schema = media.get(keyword)
            if schema is not None:
                yield kind_of(content_type), schema


def _reached(nodes: Iterator[Node]) -> set[Identity]:
    """Return the schemas that some are made of, directly or not."""
    found: set[Identity] = set()
    waiting = list(nodes)
    while waiting:
        node = waiting.pop()
        if identity(node) not in found:
            found.add(identity(node))
            waiting += made_of(node)
    return found
