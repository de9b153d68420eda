"""The HTTP contracts of two documents compared: operations, webhooks, security and servers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from ..diagnostics import quoted
from ..lower.nodes import elements
from ..read.document import Document, Node
from ..read.equality import same
from .calls import callbacks, is_same_place, matched, operations, webhooks
from .changes import Change, merged, told
from .documentation import Lookup, deprecation, described
from .exchange import Exchange
from .rules import Direction
from .schemas import Schemas
from .security import Security
from .servers import compare_servers
from .subjects import holder_of, operation_label
from .unchanged import differ_in_paths_alone, is_unchanged

_INFO: Final = ("title", "summary", "description", "termsOfService", "contact", "license")
_FAKE: Final = {"x-resources": ("fake-changed", "fake-changed", "fake-changed")}
_OPERATION: Final = {
    "x-paging": ("paging-changed", "paging-changed", "paging-changed"),
    "x-waiting": ("waiting-changed", "waiting-changed", "waiting-changed"),
    "x-command": ("command-added", "command-removed", "command-removed"),
    "x-export": ("command-added", "command-removed", "command-changed"),
    "x-resource": ("fake-changed", "fake-changed", "fake-changed"),
}
"""The extensions that are compared as a whole, and the rules for one that is new, gone, or another."""


def compare_contracts(old: Document, new: Document) -> tuple[Change, ...]:
    """Compare what two documents say of requests and responses.

    Args:
        old: the document that callers know.
        new: the one that takes its place.

    Returns:
        The changes, the breaking ones first.
    """
    return merged(_Contracts(old, new).changes())


class _Contracts:
    def __init__(self, old: Document, new: Document) -> None:
        self._old = old.root
        self._new = new.root
        self._schemas = Schemas()
        self._security = Security(old.root, new.root)
        self._only_paths = differ_in_paths_alone(old, new)

    def changes(self) -> Iterator[Change]:
        yield from self._document()
        yield from compare_servers(self._old, self._new, "the API")
        yield from self._security.schemes()
        yield from self._operations()
        holders = self._old.get("webhooks") or self._old, self._new.get("webhooks") or self._new
        yield from self._incoming(webhooks(self._old), webhooks(self._new), holders)

    def _document(self) -> Iterator[Change]:
        old, new = (side.get("info") or side for side in (self._old, self._new))
        for keyword in _INFO:
            before, after = old.get(keyword), new.get(keyword)
            if not same(before and before.value, after and after.value):
                message = f"has another {keyword}"
                yield told("description-changed", "the API", message, before or old, after or new)
        yield from self._differences(_FAKE, self._old, self._new, "the API")
        known, tags = _tags(self._old), _tags(self._new)
        for name in {**known, **tags}:
            one, other = known.get(name), tags.get(name)
            holders = one or self._old.get("tags") or self._old, other or self._new
            for message, before, after in described(_lookup(one), _lookup(other), "kind", "parent"):
                places = before or holders[0], after or holders[1]
                yield told("description-changed", f"tag {name}", message, *places)
        for message, one, other in described(
            _only("externalDocs", self._old), _only("externalDocs", self._new)
        ):
            yield told(
                "description-changed", "the API", message, one or self._old, other or self._new
            )
        was, prefix = (info.text_of("x-environment-prefix") for info in (old, new))
        if was != prefix:
            one, other = (info.get("x-environment-prefix") or info for info in (old, new))
            what = f"begin with {quoted(prefix)}" if prefix else "begin with the package's name"
            message = f"is configured by variables that {what}"
            yield told("environment-prefix-changed", "the API", message, one, other)

    def _operations(self) -> Iterator[Change]:
        pairs, gone, added = matched(list(operations(self._old)), list(operations(self._new)))
        for (where, one), (elsewhere, other) in pairs:
            if not is_same_place(where, elsewhere):
                message = f"is {elsewhere} and not {where}"
                yield told("operation-moved", operation_label(other), message, one, other)
            if not (self._only_paths and is_unchanged(one, other)):
                yield from self._operation(one, other)
        tops = self._old.get("paths") or self._old, self._new.get("paths") or self._new
        for where, node in gone:
            place = _nearest(tops[1], where)
            yield told(
                "operation-removed", operation_label(node), f"is gone ({where})", node, place
            )
        for where, node in added:
            place = _nearest(tops[0], where)
            yield told("operation-added", operation_label(node), f"is new ({where})", place, node)

    def _operation(self, old: Node, new: Node) -> Iterator[Change]:
        name = operation_label(new)
        before, after = old.text_of("operationId"), new.text_of("operationId")
        if before != after:
            places = old.get("operationId") or old, new.get("operationId") or new
            yield told("operation-id-changed", name, f"was called {quoted(before)}", *places)
        yield from self._documentation(old, new, name)
        yield from self._extensions(old, new, name)
        yield from self._security.operation(old, new, name)
        one, other = (_stated(operation, "servers") for operation in (old, new))
        if one is not None or other is not None:
            holder_old = self._old if one is None else holder_of(one)
            holder_new = self._new if other is None else holder_of(other)
            yield from compare_servers(holder_old, holder_new, name)
        yield from self._exchange(old, new, name, "sent")
        yield from self._incoming(callbacks(old, name), callbacks(new, name), (old, new))

    def _documentation(self, old: Node, new: Node, name: str) -> Iterator[Change]:
        for message, one, other in described(old.get, new.get):
            yield told("description-changed", name, message, one or old, other or new)
        for rule, message, one, other in deprecation(old, new):
            yield told(rule, name, message, one, other)

    def _extensions(self, old: Node, new: Node, name: str) -> Iterator[Change]:
        one, other = (_stated(operation, "x-retry") for operation in (old, new))
        before, after = ((found.text if found else None) or "by-method" for found in (one, other))
        if before != after:
            message = f"x-retry is {quoted(after)}"
            yield told("retry-changed", name, message, one or old, other or new)
        yield from self._differences(_OPERATION, old, new, name)

    def _differences(
        self, extensions: Mapping[str, tuple[str, str, str]], old: Node, new: Node, name: str
    ) -> Iterator[Change]:
        """Compare extensions as a whole: the key, and the rules for one that is new, gone, or another."""
        for key, (new_rule, gone_rule, other_rule) in extensions.items():
            one, other = old.get(key), new.get(key)
            if one is None and other is not None:
                yield told(new_rule, name, f"{key} is new", old, other)
            elif one is not None and other is None:
                yield told(gone_rule, name, f"{key} is gone", one, new)
            elif one is not None and other is not None and not same(one.value, other.value):
                yield told(other_rule, name, f"{key} is another one", one, other)

    def _exchange(self, old: Node, new: Node, name: str, direction: Direction) -> Iterator[Change]:
        exchange = Exchange(self._schemas, name, old, new, direction)
        yield from exchange.changes()
        for change, operation in self._schemas.concerned(exchange.uses):
            yield replace(change, operations=(operation,))

    def _incoming(
        self, old: dict[str, Node], new: dict[str, Node], holders: tuple[Node, Node]
    ) -> Iterator[Change]:
        for name, node in old.items():
            if name in new:
                yield from self._documentation(node, new[name], name)
                yield from self._security.incoming(node, new[name], name)
                yield from self._exchange(node, new[name], name, "received")
            else:
                message = "is not sent any more"
                yield told("webhook-removed", name, message, node, holders[1], "received")
        for name, node in new.items():
            if name not in old:
                yield told("webhook-added", name, "may be sent", holders[0], node, "received")


def _stated(operation: Node, key: str) -> Node | None:
    """Return what an operation says, or else its path item for all its operations (OpenAPI 3.1, 4.8.9)."""
    return operation.get(key) or holder_of(operation).get(key)


def _nearest(paths: Node, where: str) -> Node:
    """Return the path item that an operation would stand in, or all of them."""
    return paths.get(where.partition(" ")[2]) or paths


def _tags(root: Node) -> dict[str, Node]:
    """Return the tags; of two with the same name the first counts."""
    return {tag.text_of("name") or "": tag for tag in reversed([*elements(root.get("tags"))])}


def _lookup(node: Node | None) -> Lookup:
    return node.get if node is not None else lambda _: None


def _only(keyword: str, node: Node) -> Lookup:
    return lambda name: node.get(name) if name == keyword else None
