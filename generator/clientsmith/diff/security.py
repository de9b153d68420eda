"""How calls are authenticated in two documents (OpenAPI 3.1, 4.8.27 to 4.8.30)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from ..diagnostics import quoted
from ..lower.nodes import elements, entries
from ..read.document import Node
from .changes import Change, told
from .documentation import deprecation, described
from .meaning import meaning
from .subjects import followed

_REMARKS: Final = ("bearerFormat", "oauth2MetadataUrl")
"""What is said of a scheme for people alone, or said again by its flows (OpenAPI 3.2, 4.30)."""


@dataclass(frozen=True, slots=True)
class _Way:
    """Schemes that are needed together, each with its scopes.

    Attributes:
        scopes: the scopes, by what tells the scheme from others.
        called: the way as shown to the user.
    """

    scopes: dict[str, frozenset[str]]
    called: str

    def suffices(self, wanted: _Way) -> bool:
        """Return whether who can authenticate in this way can in another."""
        return all(
            name in self.scopes and scopes <= self.scopes[name]
            for name, scopes in wanted.scopes.items()
        )


class Security:
    """Compares the security of two documents.

    Args:
        old: the top of the old document.
        new: that of the new one.
    """

    def __init__(self, old: Node, new: Node) -> None:
        self._roots = old, new
        self._schemes = _schemes(old), _schemes(new)

    def schemes(self) -> Iterator[Change]:
        """Yield what changed in the schemes that are in both documents."""
        old, new = self._schemes
        for name in (name for name in old if name in new):
            one, other = old[name], new[name]
            what = f"security scheme {name}"
            if _mechanism(one) != _mechanism(other):
                yield told("scheme-changed", what, "works differently", one, other)
                continue
            yield from _flows(what, one, other)
            for message, before, after in described(one.get, other.get, *_REMARKS):
                yield told("description-changed", what, message, before or one, after or other)
            for rule, message, before, after in deprecation(one, other):
                yield told(rule, what, message, before, after)

    def operation(self, old: Node, new: Node, name: str) -> Iterator[Change]:
        """Yield what changed in how an operation is authenticated.

        Args:
            old: the operation in the old document.
            new: the operation in the new one.
            name: what it is called.
        """
        stated = _stated(old, new)
        shared = "the API" if stated == (None, None) else None
        one, other = (
            own or root.get("security") or root
            for own, root in zip(stated, self._roots, strict=True)
        )
        before, after = (
            self._ways(node if node.is_list else None, schemes)
            for node, schemes in zip((one, other), self._schemes, strict=True)
        )
        for way in before:
            if not any(way.suffices(wanted) for wanted in after):
                message = f"cannot be called with {way.called} any more"
                yield told("security-removed", name, message, one, other, shared=shared)
        for way in after:
            if not any(way.scopes == known.scopes for known in before):
                message = f"can be called with {way.called}"
                yield told("security-added", name, message, one, other, shared=shared)

    def incoming(self, old: Node, new: Node, name: str) -> Iterator[Change]:
        """Yield what changed in how the service authenticates itself; what the whole API says is not said of its own requests.

        Args:
            old: the webhook or callback in the old document.
            new: the same in the new one.
            name: what it is called.
        """
        stated = _stated(old, new)
        places = stated[0] or old, stated[1] or new
        before, after = (
            self._ways(node, schemes) for node, schemes in zip(stated, self._schemes, strict=True)
        )
        for way in before:
            if not any(way.scopes == wanted.scopes for wanted in after):
                message = f"is not sent with {way.called} any more"
                yield told("security-removed", name, message, *places, "received")
        for way in after:
            if not any(way.suffices(known) for known in before):
                message = f"may be sent with {way.called}"
                yield told("security-added", name, message, *places, "received")

    def _ways(self, stated: Node | None, schemes: dict[str, Node]) -> list[_Way]:
        """Return the ways to authenticate (OpenAPI 3.1, 4.8.30); one that asks for nothing where nothing is stated."""
        ways: list[_Way] = []
        for way in elements(stated):
            scopes: dict[str, frozenset[str]] = {}
            called: list[str] = []
            for name, listed in way.items():
                wanted = frozenset(scope.text or "" for scope in listed.elements())
                scopes[self._identity(name, schemes)] = wanted
                names = ", ".join(map(quoted, sorted(wanted)))
                called.append(f"{quoted(name)}{f' for {names}' if names else ''}")
            ways.append(_Way(scopes, " and ".join(called) or "no authentication"))
        return ways or [_Way({}, "no authentication")]

    def _identity(self, name: str, schemes: dict[str, Node]) -> str:
        """Return what tells a scheme from others: its name if both documents have it, or else how it works."""
        if name not in schemes or all(name in known for known in self._schemes):
            return name
        return json.dumps([_mechanism(schemes[name]), meaning(schemes[name])], sort_keys=True)


def _stated(old: Node, new: Node) -> tuple[Node | None, Node | None]:
    return old.get("security"), new.get("security")


def _schemes(root: Node) -> dict[str, Node]:
    components = root.get("components")
    found = components.get("securitySchemes") if components is not None else None
    return {name: followed(node) for name, node in entries(found)}


def _mechanism(scheme: Node) -> object:
    """Return how a scheme works, its flows left out; names that HTTP does not tell apart by their case in small letters."""
    found = {
        key: meaning(value)
        for key, value in scheme.items()
        if key not in ("description", "flows", "deprecated", *_REMARKS) and not key.startswith("x-")
    }
    if found.get("type") == "http":
        found["scheme"] = str(found.get("scheme")).lower()
    if found.get("in") == "header":
        found["name"] = str(found.get("name")).lower()
    return found


def _flows(what: str, old: Node, new: Node) -> Iterator[Change]:
    """Yield what changed in the flows of OAuth2 and in their scopes (OpenAPI 3.1, 4.8.28)."""
    before, after = (dict(entries(scheme.get("flows"))) for scheme in (old, new))
    holders = old.get("flows") or old, new.get("flows") or new
    for name, flow in before.items():
        if name not in after:
            message = f"has the flow {quoted(name)} no more"
            yield told("scheme-changed", what, message, flow, holders[1])
            continue
        now = after[name]
        urls = [
            {key: meaning(value) for key, value in each.items() if key.endswith("Url")}
            for each in (flow, now)
        ]
        if urls[0] != urls[1]:
            message = f"has another address for the flow {quoted(name)}"
            yield told("scheme-changed", what, message, flow, now)
        yield from _scopes(what, flow, now)
    for name, flow in after.items():
        if name not in before:
            yield told("scheme-extended", what, f"has the flow {quoted(name)}", holders[0], flow)


def _scopes(what: str, old: Node, new: Node) -> Iterator[Change]:
    before, after = (dict(entries(flow.get("scopes"))) for flow in (old, new))
    holders = old.get("scopes") or old, new.get("scopes") or new
    for scope, node in before.items():
        if scope not in after:
            message = f"has the scope {quoted(scope)} no more"
            yield told("scheme-changed", what, message, node, holders[1])
        elif node.value != after[scope].value:
            message = f"says something else of the scope {quoted(scope)}"
            yield told("description-changed", what, message, node, after[scope])
    for scope, node in after.items():
        if scope not in before:
            yield told("scheme-extended", what, f"has the scope {quoted(scope)}", holders[0], node)
