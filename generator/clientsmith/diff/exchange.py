"""One call in two documents: its parameters, its body and its responses (OpenAPI 3.1, 4.8.10)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ..diagnostics import printable, quoted
from ..read.document import Node
from ..read.equality import same
from .changes import Change, Shared, judged
from .documentation import deprecation, described
from .parameters import (
    allows_empty,
    described_by,
    encoding,
    is_required,
    media_types,
    parameters,
    renamed,
    serialization,
)
from .responses import covering, headers, outcome, statuses
from .rules import Direction
from .schemas import Key, Schemas
from .subjects import followed, place_of

_FORMS = ("application/x-www-form-urlencoded", "multipart/")


class Exchange:
    """Compares one call.

    Args:
        schemas: what compares schemas.
        name: the name of the operation.
        old: the operation in the old document.
        new: the operation in the new one.
        direction: who sends the request; the responses go the other way.

    Attributes:
        uses: the schemas of the call, as `Schemas.concerned` takes them.
    """

    def __init__(
        self, schemas: Schemas, name: str, old: Node, new: Node, direction: Direction
    ) -> None:
        self.uses: list[tuple[Key, str]] = []
        self._schemas = schemas
        self._name = name
        self._old = old
        self._new = new
        self._direction: Direction = direction
        self._reply: Direction = "received" if direction == "sent" else "sent"

    def changes(self) -> Iterator[Change]:
        """Yield what differs outside of the schemas, and note the schemas."""
        yield from self._body()
        yield from self._parameters()
        yield from self._responses()

    def _tell(
        self, rule: str, what: str, message: str, old: Node, new: Node, direction: Direction
    ) -> Change:
        name = printable(f"{self._name}{what}")
        change = judged(rule, direction, name, message, place_of(old), place_of(new))
        changed = [] if "-added" in rule else [(old, self._old)]
        changed += [] if rule.endswith("-removed") else [(new, self._new)]
        if any(_stands_in(node, operation) for node, operation in changed):
            return change
        shared = Shared(printable(what.strip()), tuple(place_of(node) for node, _ in changed))
        return replace(change, operations=(self._name,), shared=shared)

    def _schema(self, old: Node, new: Node, direction: Direction) -> None:
        """Note that two places, each with a `schema`, are used."""
        one, other = (described_by(node) for node in (old, new))
        places = old.get("schema") or old, new.get("schema") or new
        self.uses.append((self._schemas.compare(one, other, direction, places), self._name))

    def _described(self, what: str, old: Node, new: Node) -> Iterator[Change]:
        for message, one, other in described(old.get, new.get):
            yield self._tell("description-changed", what, message, one or old, other or new, "sent")

    def _deprecated(self, what: str, old: Node, new: Node) -> Iterator[Change]:
        for rule, message, one, other in deprecation(old, new):
            yield self._tell(rule, what, message, one, other, "sent")

    def _required(
        self, kind: str, what: str, old: Node, new: Node, direction: Direction
    ) -> Iterator[Change]:
        if is_required(old) != is_required(new):
            rule = f"{kind}-required" if is_required(new) else f"{kind}-optional"
            message = "is required" if is_required(new) else "is optional"
            one, other = old.get("required") or old, new.get("required") or new
            yield self._tell(rule, what, message, one, other, direction)

    def _parameters(self) -> Iterator[Change]:
        old, new, direction = self._old, self._new, self._direction
        before, after = parameters(old), parameters(new)
        now = renamed(before, after, old, new)
        gone = [key for key in before if now.get(key, key) not in after]
        added = [key for key in after if key not in before and key not in now.values()]
        for key, node in before.items():
            if key not in gone:
                found = after[now.get(key, key)]
                yield from self._parameter(f" parameter {found.text_of('name')}", node, found)
        for where, name in gone:
            node = before[where, name]
            what = f" parameter {node.text_of('name')}"
            elsewhere = [key for key in added if key[1].lower() == name.lower()]
            if len(elsewhere) == 1 and elsewhere[0][0] != where:
                added.remove(elsewhere[0])
                found = after[elsewhere[0]]
                message = f"is sent in {elsewhere[0][0]}, and was in {where}"
                yield self._tell("parameter-moved", what, message, node, found, direction)
                yield from self._parameter(what, node, found)
            else:
                holder = new.get("parameters") or new
                yield self._tell("parameter-removed", what, "is gone", node, holder, direction)
        for where, name in added:
            node = after[where, name]
            rule = "parameter-added-required" if is_required(node) else "parameter-added"
            message = f"is new{' and required' * is_required(node)}, sent in {where}"
            holder = old.get("parameters") or old
            what = f" parameter {node.text_of('name')}"
            yield self._tell(rule, what, message, holder, node, direction)

    def _parameter(self, what: str, old: Node, new: Node) -> Iterator[Change]:
        direction = self._direction
        yield from self._required("parameter", what, old, new, direction)
        yield from self._deprecated(what, old, new)
        if old.text_of("in") == new.text_of("in"):
            yield from self._written(what, old, new)
        yield from self._described(what, old, new)
        self._schema(_content(old), _content(new), direction)

    def _written(self, what: str, old: Node, new: Node) -> Iterator[Change]:
        direction = self._direction
        before, after = allows_empty(old), allows_empty(new)
        if before != after:
            rule = "limit-loosened" if after else "limit-tightened"
            message = "may be sent without a value" if after else "needs a value"
            yield self._tell(rule, what, message, old, new, direction)
        if serialization(old) != serialization(new):
            message = "is written differently"
            yield self._tell("serialization-changed", what, message, old, new, direction)

    def _body(self) -> Iterator[Change]:
        old, new = self._old, self._new
        one, other = old.get("requestBody"), new.get("requestBody")
        what, direction = " request", self._direction
        if one is None and other is not None:
            body = followed(other)
            rule = "body-added-required" if is_required(body) else "body-added"
            message = "needs a body" if is_required(body) else "may have a body"
            yield self._tell(rule, what, message, old, body, direction)
        elif one is not None and other is None:
            yield self._tell("body-removed", what, "has no body any more", one, new, direction)
        elif one is not None and other is not None:
            before, after = followed(one), followed(other)
            yield from self._required("body", what, before, after, direction)
            yield from self._described(what, before, after)
            yield from self._media_types(what, before, after, direction)

    def _media_types(
        self, what: str, old: Node, new: Node, direction: Direction
    ) -> Iterator[Change]:
        before, after = media_types(old), media_types(new)
        holders = old.get("content") or old, new.get("content") or new
        for name, node in before.items():
            if name not in after:
                message = f"cannot be {quoted(name)} any more"
                yield self._tell("media-type-removed", what, message, node, holders[1], direction)
                continue
            yield from self._described(what, node, after[name])
            if name.startswith(_FORMS) and not same(encoding(node), encoding(after[name])):
                message = f"{quoted(name)} is written differently"
                yield self._tell(
                    "serialization-changed", what, message, node, after[name], direction
                )
            self._schema(node, after[name], direction)
        for name, node in after.items():
            if name not in before:
                message = f"may be {quoted(name)}"
                yield self._tell("media-type-added", what, message, holders[0], node, direction)

    def _responses(self) -> Iterator[Change]:
        before, after = statuses(self._old), statuses(self._new)
        holders = self._old.get("responses") or self._old, self._new.get("responses") or self._new
        for status in {**before, **after}:
            what, ends = f" response {status}", outcome(status)
            one, other = (side.get(status) or covering(status, side) for side in (before, after))
            if one is not None and other is not None:
                yield from self._response(what, followed(one), followed(other))
                if ends == "success":
                    continue
            if one is not None and status not in after:
                yield self._tell(f"{ends}-removed", what, "is gone", one, holders[1], self._reply)
            if other is not None and status not in before:
                yield self._tell(f"{ends}-added", what, "is new", holders[0], other, self._reply)

    def _response(self, what: str, old: Node, new: Node) -> Iterator[Change]:
        direction = self._reply
        yield from self._described(what, old, new)
        yield from self._media_types(what, old, new, direction)
        before, after = headers(old), headers(new)
        holders = old.get("headers") or old, new.get("headers") or new
        for name, (spelled, node) in before.items():
            header = f"{what} header {spelled}"
            if name not in after:
                yield self._tell("header-removed", header, "is gone", node, holders[1], direction)
                continue
            found = after[name][1]
            yield from self._required("header", header, node, found, direction)
            yield from self._described(header, node, found)
            yield from self._deprecated(header, node, found)
            if serialization(node) != serialization(found):
                message = "is written differently"
                yield self._tell("serialization-changed", header, message, node, found, direction)
            self._schema(_content(node), _content(found), direction)
        for name, (spelled, node) in after.items():
            if name not in before:
                rule = "header-added-required" if is_required(node) else "header-added"
                message = f"is new{' and always there' * is_required(node)}"
                yield self._tell(
                    rule, f"{what} header {spelled}", message, holders[0], node, direction
                )


def _content(node: Node) -> Node:
    """Return what has the schema of a parameter or header: its content's media type, or the node itself."""
    return next(iter(media_types(node).values()), node)


def _stands_in(node: Node, operation: Node) -> bool:
    """Return whether a place is the operation's own, and not one that others may refer to as well."""
    length = len(operation.pointer)
    return node.file.uri == operation.file.uri and node.pointer[:length] == operation.pointer
