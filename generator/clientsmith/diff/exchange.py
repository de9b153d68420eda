"""One call in two documents: its parameters, its body and its responses (OpenAPI 3.1, 4.8.10)."""

from __future__ import annotations

from collections.abc import Iterator

from ..diagnostics import printable, quoted
from ..lower.nodes import entries
from ..read.document import Node
from .changes import Change, judged
from .documentation import deprecation, described
from .parameters import encoding, is_required, media_types, parameters, renamed, serialization
from .rules import Direction
from .schema import Schema
from .schemas import Key, Schemas
from .subjects import followed, place_of

_FORMS = ("application/x-www-form-urlencoded", "multipart/")


class Exchange:
    """Compares one call.

    Args:
        schemas: what compares schemas.
        name: the name of the operation.
        direction: who sends the request; of one that the service sends, only the body counts.

    Attributes:
        uses: the schemas of the call, as `Schemas.concerned` takes them.
    """

    def __init__(self, schemas: Schemas, name: str, direction: Direction) -> None:
        self.uses: list[tuple[Key, str]] = []
        self._schemas = schemas
        self._name = name
        self._direction: Direction = direction

    def changes(self, old: Node, new: Node) -> Iterator[Change]:
        """Yield what differs outside of the schemas, and note the schemas."""
        yield from self._body(old, new)
        if self._direction == "sent":
            yield from self._parameters(old, new)
            yield from self._responses(old, new)

    def _tell(
        self, rule: str, what: str, message: str, old: Node, new: Node, direction: Direction
    ) -> Change:
        name = printable(f"{self._name}{what}")
        return judged(rule, direction, name, message, place_of(old), place_of(new))

    def _schema(self, old: Node, new: Node, direction: Direction) -> None:
        """Note that two places, each with a `schema`, are used."""
        one, other = (
            Schema(filter(None, (node.get("schema"), node.get("itemSchema"))))
            for node in (old, new)
        )
        places = old.get("schema") or old, new.get("schema") or new
        self.uses.append((self._schemas.compare(one, other, direction, places), self._name))

    def _described(self, what: str, old: Node, new: Node) -> Iterator[Change]:
        for message, one, other in described(old.get, new.get):
            yield self._tell("description-changed", what, message, one or old, other or new, "sent")

    def _required(
        self, kind: str, what: str, old: Node, new: Node, direction: Direction
    ) -> Iterator[Change]:
        if is_required(old) != is_required(new):
            rule = f"{kind}-required" if is_required(new) else f"{kind}-optional"
            message = "is required" if is_required(new) else "is optional"
            one, other = old.get("required") or old, new.get("required") or new
            yield self._tell(rule, what, message, one, other, direction)

    def _parameters(self, old: Node, new: Node) -> Iterator[Change]:
        before, after = parameters(old), parameters(new)
        now = renamed(before, after, old, new)
        gone = [key for key in before if now.get(key, key) not in after]
        added = [key for key in after if key not in before and key not in now.values()]
        for key, node in before.items():
            if key not in gone:
                found = after[now.get(key, key)]
                yield from self._parameter(f" parameter {found.text_of('name')}", node, found)
        for where, name in gone:
            node, what = before[where, name], f" parameter {name}"
            elsewhere = [key for key in added if key[1] == name]
            if len(elsewhere) == 1:
                added.remove(elsewhere[0])
                message = f"is sent in {elsewhere[0][0]}, and was in {where}"
                yield self._tell(
                    "parameter-moved", what, message, node, after[elsewhere[0]], "sent"
                )
            else:
                holder = new.get("parameters") or new
                yield self._tell("parameter-removed", what, "is gone", node, holder, "sent")
        for where, name in added:
            node = after[where, name]
            rule = "parameter-added-required" if is_required(node) else "parameter-added"
            message = f"is new{' and required' * is_required(node)}, sent in {where}"
            holder = old.get("parameters") or old
            yield self._tell(rule, f" parameter {name}", message, holder, node, "sent")

    def _parameter(self, what: str, old: Node, new: Node) -> Iterator[Change]:
        yield from self._required("parameter", what, old, new, "sent")
        yield from deprecation(old, new, printable(f"{self._name}{what}"))
        if serialization(old) != serialization(new):
            yield self._tell(
                "serialization-changed", what, "is written differently", old, new, "sent"
            )
        yield from self._described(what, old, new)
        self._schema(
            next(iter(media_types(old).values()), old),
            next(iter(media_types(new).values()), new),
            "sent",
        )

    def _body(self, old: Node, new: Node) -> Iterator[Change]:
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
            if name.startswith(_FORMS) and encoding(node) != encoding(after[name]):
                message = f"{quoted(name)} is written differently"
                yield self._tell("serialization-changed", what, message, node, after[name], "sent")
            self._schema(node, after[name], direction)
        for name, node in after.items():
            if name not in before:
                message = f"may be {quoted(name)}"
                yield self._tell("media-type-added", what, message, holders[0], node, direction)

    def _responses(self, old: Node, new: Node) -> Iterator[Change]:
        before, after = _statuses(old), _statuses(new)
        holders = old.get("responses") or old, new.get("responses") or new
        for status, node in before.items():
            what = f" response {status}"
            if status in after:
                yield from self._response(what, followed(node), followed(after[status]))
            else:
                rule = f"{_outcome(status)}-removed"
                yield self._tell(rule, what, "is gone", node, holders[1], "received")
        for status, node in after.items():
            if status not in before:
                rule = f"{_outcome(status)}-added"
                yield self._tell(
                    rule, f" response {status}", "is new", holders[0], node, "received"
                )

    def _response(self, what: str, old: Node, new: Node) -> Iterator[Change]:
        yield from self._described(what, old, new)
        yield from self._media_types(what, old, new, "received")
        before, after = _headers(old), _headers(new)
        holders = old.get("headers") or old, new.get("headers") or new
        for name, node in before.items():
            header = f"{what} header {name}"
            if name in after:
                yield from self._required("header", header, node, after[name], "received")
                yield from self._described(header, node, after[name])
                self._schema(node, after[name], "received")
            else:
                yield self._tell("header-removed", header, "is gone", node, holders[1], "received")
        for name, node in after.items():
            if name not in before:
                header = f"{what} header {name}"
                yield self._tell("header-added", header, "is new", holders[0], node, "received")


def _statuses(operation: Node) -> dict[str, Node]:
    return {
        status: node
        for status, node in entries(operation.get("responses"))
        if not status.startswith("x-")
    }


def _headers(response: Node) -> dict[str, Node]:
    return {name.lower(): followed(node) for name, node in entries(response.get("headers"))}


def _outcome(status: str) -> str:
    return "success" if status[:1] in ("1", "2", "3") else "error"
