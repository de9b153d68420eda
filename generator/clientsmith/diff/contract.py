"""The HTTP contracts of two documents compared: operations, webhooks, security and servers."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Final

from ..diagnostics import printable, quoted
from ..lower.nodes import elements, entries
from ..lower.operations import METHODS
from ..read.document import Document, Node
from ..read.source import Value
from .changes import Change, judged, merged
from .documentation import deprecation, described
from .exchange import Exchange
from .rules import Direction
from .schema import meaning
from .schemas import Schemas
from .subjects import followed, holder_of, operation_label, place_of

Call = tuple[str, Node]
"""Method and path of an operation, and the operation."""

Way = dict[str, frozenset[str]]
"""Security schemes that are needed together, with their scopes."""

_VARIABLE: Final = re.compile(r"\{[^{}]*\}")
_INFO: Final = ("title", "summary", "description", "termsOfService", "contact", "license")


def compare_contracts(old: Document, new: Document) -> tuple[Change, ...]:
    """Compare what two documents say of requests and responses.

    Args:
        old: the document that callers know.
        new: the one that takes its place.

    Returns:
        The changes, the breaking ones first.
    """
    return merged(_Contracts(old, new).changes())


def _differ_in_paths_alone(old: Document, new: Document) -> bool:
    """Tell whether two documents differ in `paths` alone, to which nothing in them refers: then each path can be seen alone."""
    before, after = ([file.data for file in side.files] for side in (old, new))
    tops = [
        dict(side[0], paths=None) if isinstance(side[0], dict) else side[0]
        for side in (before, after)
    ]
    if tops[0] != tops[1] or before[1:] != after[1:]:
        return False
    waiting: list[Value] = [*before, *after]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            reference = value.get("$ref")
            if isinstance(reference, str) and "#" in reference and "#/components/" not in reference:
                return False
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value
    return True


def _is_unchanged(old: Node, new: Node) -> bool:
    """Tell whether an operation stands at the same place, and it and all that its path item says of it are as they were."""
    return old.pointer == new.pointer and old.value == new.value and _around(old) == _around(new)


def _around(node: Node) -> Value:
    """Return what a path item says of all its operations."""
    value = node.file.data
    for token in node.pointer[:-1]:
        if not isinstance(value, dict):
            return None
        value = value[str(token)]
    if not isinstance(value, dict):
        return None
    return {key: each for key, each in value.items() if key not in METHODS}


class _Contracts:
    def __init__(self, old: Document, new: Document) -> None:
        self._old = old.root
        self._new = new.root
        self._schemas = Schemas()
        self._only_paths = _differ_in_paths_alone(old, new)

    def changes(self) -> Iterator[Change]:
        yield from self._document()
        yield from self._servers(self._old, self._new, "the API")
        yield from self._schemes()
        yield from self._operations()
        webhooks = self._old.get("webhooks") or self._old, self._new.get("webhooks") or self._new
        yield from self._incoming(_webhooks(self._old), _webhooks(self._new), webhooks)

    def _document(self) -> Iterator[Change]:
        old, new = (side.get("info") or side for side in (self._old, self._new))
        for keyword in _INFO:
            before, after = old.get(keyword), new.get(keyword)
            if (before.value if before else None) != (after.value if after else None):
                yield _told(
                    "description-changed",
                    "the API",
                    f"has another {keyword}",
                    before or old,
                    after or new,
                )
        tags, known = _tags(self._new), _tags(self._old)
        for name in (name for name in tags if name in known):
            for message, one, other in described(known[name].get, tags[name].get):
                yield _told(
                    "description-changed",
                    f"tag {name}",
                    message,
                    one or known[name],
                    other or tags[name],
                )
        prefix_before, prefix = (info.text_of("x-environment-prefix") for info in (old, new))
        if prefix_before != prefix:
            one, other = (info.get("x-environment-prefix") or info for info in (old, new))
            what = f"begin with {quoted(prefix)}" if prefix else "begin with the package's name"
            yield _told(
                "environment-prefix-changed",
                "the API",
                f"is configured by variables that {what}",
                one,
                other,
            )

    def _servers(self, old: Node, new: Node, what: str) -> Iterator[Change]:
        before, after = _servers(old), _servers(new)
        if not before and not after:
            return
        holder_old, holder_new = old.get("servers") or old, new.get("servers") or new
        for url, node in before.items():
            if url not in after:
                yield _told(
                    "server-removed",
                    what,
                    f"is not served at {quoted(url)} any more",
                    node,
                    holder_new,
                )
        for url, node in after.items():
            if url not in before:
                yield _told(
                    "server-added", what, f"is served at {quoted(url)} too", holder_old, node
                )
        first_old, first_new = next(iter(before), None), next(iter(after), None)
        if first_old != first_new and first_new in before and first_old in after:
            yield _told(
                "server-changed",
                what,
                f"is served at {quoted(first_new)} unless told otherwise",
                before[first_new or ""],
                after[first_new or ""],
            )

    def _schemes(self) -> Iterator[Change]:
        old, new = (dict(entries(_schemes(root))) for root in (self._old, self._new))
        for name in (name for name in old if name in new):
            one, other = followed(old[name]), followed(new[name])
            if _mechanism(one) != _mechanism(other):
                yield _told(
                    "scheme-changed", f"security scheme {name}", "works differently", one, other
                )
            else:
                for message, before, after in described(one.get, other.get):
                    yield _told(
                        "description-changed",
                        f"security scheme {name}",
                        message,
                        before or one,
                        after or other,
                    )

    def _operations(self) -> Iterator[Change]:
        old, new = list(_operations(self._old)), list(_operations(self._new))
        pairs, gone, added = _matched(old, new)
        for (where, one), (elsewhere, other) in pairs:
            if _VARIABLE.sub("{}", where) != _VARIABLE.sub("{}", elsewhere):
                yield _told(
                    "operation-moved",
                    operation_label(other),
                    f"is {elsewhere} and not {where}",
                    one,
                    other,
                )
            if not (self._only_paths and _is_unchanged(one, other)):
                yield from self._operation(one, other)
        tops = self._old.get("paths") or self._old, self._new.get("paths") or self._new
        for where, node in gone:
            yield _told(
                "operation-removed",
                operation_label(node),
                f"is gone ({where})",
                node,
                _nearest(tops[1], where),
            )
        for where, node in added:
            yield _told(
                "operation-added",
                operation_label(node),
                f"is new ({where})",
                _nearest(tops[0], where),
                node,
            )

    def _operation(self, old: Node, new: Node) -> Iterator[Change]:
        name = operation_label(new)
        before, after = old.text_of("operationId"), new.text_of("operationId")
        if before != after:
            yield _told(
                "operation-id-changed",
                name,
                f"was called {quoted(before)}",
                old.get("operationId") or old,
                new.get("operationId") or new,
            )
        for message, one, other in described(old.get, new.get):
            yield _told("description-changed", name, message, one or old, other or new)
        yield from deprecation(old, new, name)
        one, other = (_stated(operation, "x-retry") for operation in (old, new))
        before, after = ((found.text if found else None) or "by-method" for found in (one, other))
        if before != after:
            yield _told(
                "retry-changed", name, f"x-retry is {quoted(after)}", one or old, other or new
            )
        for rule, key in (("paging-changed", "x-paging"), ("waiting-changed", "x-waiting")):
            one, other = old.get(key), new.get(key)
            if (one.value if one else None) != (other.value if other else None):
                state = "new" if one is None else "gone" if other is None else "another one"
                yield _told(rule, name, f"{key} is {state}", one or old, other or new)
        yield from self._security(old, new, name)
        one, other = (_stated(operation, "servers") for operation in (old, new))
        if one is not None or other is not None:
            holder_old = self._old if one is None else holder_of(one)
            holder_new = self._new if other is None else holder_of(other)
            yield from self._servers(holder_old, holder_new, name)
        yield from self._exchange(Exchange(self._schemas, name, "sent"), old, new)
        yield from self._incoming(_callbacks(old, name), _callbacks(new, name), (old, new))

    def _exchange(self, exchange: Exchange, old: Node, new: Node) -> Iterator[Change]:
        yield from exchange.changes(old, new)
        for change, operation in self._schemas.concerned(exchange.uses):
            yield replace(change, operations=(operation,))

    def _security(self, old: Node, new: Node, name: str) -> Iterator[Change]:
        before, after = _ways(old, self._old), _ways(new, self._new)
        places = (
            node.get("security") or top.get("security") or node
            for node, top in ((old, self._old), (new, self._new))
        )
        one, other = places
        for way in before:
            if not any(_suffices(way, wanted) for wanted in after):
                yield _told(
                    "security-removed",
                    name,
                    f"cannot be called with {_called(way)} any more",
                    one,
                    other,
                )
        for way in after:
            if way not in before:
                yield _told(
                    "security-added", name, f"can be called with {_called(way)}", one, other
                )

    def _incoming(
        self, old: dict[str, Node], new: dict[str, Node], holders: tuple[Node, Node]
    ) -> Iterator[Change]:
        for name, node in old.items():
            if name not in new:
                yield _told(
                    "webhook-removed", name, "is not sent any more", node, holders[1], "received"
                )
                continue
            for message, one, other in described(node.get, new[name].get):
                yield _told("description-changed", name, message, one or node, other or new[name])
            yield from self._exchange(Exchange(self._schemas, name, "received"), node, new[name])
        for name, node in new.items():
            if name not in old:
                yield _told("webhook-added", name, "may be sent", holders[0], node, "received")


def _told(
    rule: str, what: str, message: str, old: Node, new: Node, direction: Direction = "sent"
) -> Change:
    return judged(rule, direction, printable(what), message, place_of(old), place_of(new))


def _operations(root: Node) -> Iterator[tuple[str, Node]]:
    """Yield method and path, and the node, of each operation."""
    for path, item in entries(root.get("paths")):
        for method, node in _methods(item):
            yield f"{method} {path}", node


def _stated(operation: Node, key: str) -> Node | None:
    """Return what an operation says, or else its path item for all its operations (OpenAPI 3.1, 4.8.9)."""
    return operation.get(key) or holder_of(operation).get(key)


def _nearest(paths: Node, where: str) -> Node:
    """Return the path item that an operation would stand in, or all of them."""
    return paths.get(where.partition(" ")[2]) or paths


def _methods(item: Node) -> Iterator[tuple[str, Node]]:
    item = followed(item)
    for method in METHODS:
        node = item.get(method)
        if node is not None and node.is_mapping:
            yield method.upper(), node
    yield from entries(item.get("additionalOperations"))


def _matched(
    old: list[Call], new: list[Call]
) -> tuple[list[tuple[Call, Call]], list[Call], list[Call]]:
    """Pair operations by method and path, whatever the path's variables are called; then by operationId."""
    pairs: list[tuple[Call, Call]] = []
    gone = list(old)
    marks: tuple[Callable[[Call], str | None], ...] = (
        lambda call: _VARIABLE.sub("{}", call[0]),
        lambda call: call[1].text_of("operationId"),
    )
    added = list(new)
    for mark in marks:
        known = {mark(call): call for call in added}
        for call in tuple(gone):
            found = known.pop(mark(call), None) if mark(call) is not None else None
            if found is not None:
                pairs.append((call, found))
                gone.remove(call)
                added.remove(found)
    return pairs, gone, added


def _webhooks(root: Node) -> dict[str, Node]:
    return _named("webhook", root.get("webhooks"))


def _callbacks(operation: Node, name: str) -> dict[str, Node]:
    found: dict[str, Node] = {}
    for key, callback in entries(operation.get("callbacks")):
        found |= _named(f"{name} callback {key}", followed(callback))
    return found


def _named(name: str, items: Node | None) -> dict[str, Node]:
    """Return the operations of path items, by the name of what holds them, their key and their method."""
    return {
        f"{name} {key} {method}": node
        for key, item in entries(items)
        if not key.startswith("x-")
        for method, node in _methods(item)
    }


def _tags(root: Node) -> dict[str, Node]:
    """Return the tags; of two with the same name the first counts."""
    return {tag.text_of("name") or "": tag for tag in reversed([*elements(root.get("tags"))])}


def _schemes(root: Node) -> Node | None:
    components = root.get("components")
    return components.get("securitySchemes") if components is not None else None


def _servers(node: Node) -> dict[str, Node]:
    return {server.text_of("url") or "": server for server in elements(node.get("servers"))}


def _mechanism(scheme: Node) -> object:
    """Return what a scheme does: all of it but its documentation and the scopes' descriptions."""
    found = meaning(scheme)
    flows = scheme.get("flows")
    for flow in (flow for _, flow in entries(flows)):
        found = (found, flow.key, sorted(scope for scope, _ in entries(flow.get("scopes"))))
    return found


def _ways(operation: Node, root: Node) -> list[Way]:
    """Return the ways to authenticate: schemes that are needed together, with their scopes (OpenAPI 3.1, 4.8.30)."""
    stated = operation.get("security") or root.get("security")
    ways = [
        {
            name: frozenset(scope.text or "" for scope in scopes.elements())
            for name, scopes in way.items()
        }
        for way in elements(stated)
    ]
    return ways or [{}]


def _suffices(way: Way, wanted: Way) -> bool:
    """Return whether who can authenticate in one way can in another."""
    return all(name in way and scopes <= way[name] for name, scopes in wanted.items())


def _called(way: Way) -> str:
    parts = [
        f"{quoted(name)}{' for ' + ', '.join(map(quoted, sorted(scopes))) if scopes else ''}"
        for name, scopes in way.items()
    ]
    return " and ".join(parts) or "no authentication"
