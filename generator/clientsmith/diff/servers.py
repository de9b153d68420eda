"""The servers of two documents (OpenAPI 3.1, 4.8.5, 4.8.6)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from ..diagnostics import quoted
from ..lower.nodes import elements, entries
from ..read.document import Node
from .changes import Change, told
from .documentation import described

_VARIABLE: Final = re.compile(r"\{([^{}]*)\}")


def compare_servers(old: Node, new: Node, what: str) -> Iterator[Change]:
    """Compare the servers of two documents, path items or operations.

    Args:
        old: what has the servers in the old document.
        new: the same in the new one.
        what: what it is called.
    """
    before, after = _servers(old), _servers(new)
    holders = old.get("servers") or old, new.get("servers") or new
    for address, server in before.items():
        if address not in after:
            message = f"is not served at {_address(server)} any more"
            yield told("server-removed", what, message, server, holders[1])
    for address, server in after.items():
        if address in before:
            yield from _server(before[address], server, what)
        else:
            too = " too" if not before.keys().isdisjoint(after) else ""
            message = f"is served at {_address(server)}{too}"
            yield told("server-added", what, message, holders[0], server)
    first, was = next(iter(after), None), next(iter(before), None)
    if first != was and first in before and was in after:
        message = f"is served at {_address(after[first or ''])} unless told otherwise"
        yield told("server-changed", what, message, before[first or ""], after[first or ""])


def _servers(holder: Node) -> dict[str, Node]:
    """Return servers by their addresses, whatever the variables in them are called; of two with the same the first counts.

    To have the document's own host alone is to have none (OpenAPI 3.1, 4.8.1).
    """
    found: dict[str, Node] = {}
    for server in elements(holder.get("servers")):
        found.setdefault(_VARIABLE.sub("{}", server.text_of("url") or "").rstrip("/"), server)
    return found if found.keys() != {""} else {}


def _server(old: Node, new: Node, what: str) -> Iterator[Change]:
    for message, one, other in described(old.get, new.get, "name"):
        where = f"{message} of the server {_address(new)}"
        yield told("description-changed", what, where, one or old, other or new)
    names = [_VARIABLE.findall(server.text_of("url") or "") for server in (old, new)]
    before, after = (dict(entries(server.get("variables"))) for server in (old, new))
    for name, now in zip(*names, strict=True):
        if name in before and now in after:
            yield from _variable(before[name], after[now], what)


def _variable(old: Node, new: Node, what: str) -> Iterator[Change]:
    name = quoted(new.key)
    before, after = (_values(variable) for variable in (old, new))
    one, other = old.get("enum") or old, new.get("enum") or new
    if after is not None:
        for value in before or ():
            if value not in after:
                message = f"is not served with {name} {quoted(value)} any more"
                yield told("server-removed", what, message, one, other)
        if before is None:
            message = f"is served with listed values of {name} alone"
            yield told("server-removed", what, message, one, other)
    if before is not None:
        for value in after or ():
            if value not in before:
                message = f"is served with {name} {quoted(value)} too"
                yield told("server-added", what, message, one, other)
        if after is None:
            yield told("server-added", what, f"is served with any value of {name}", one, other)
    if old.text_of("default") != new.text_of("default"):
        message = f"is served with {name} {quoted(new.text_of('default'))} unless told otherwise"
        places = old.get("default") or old, new.get("default") or new
        yield told("server-changed", what, message, *places)
    for message, first, second in described(old.get, new.get):
        where = f"{message} of {name}"
        yield told("description-changed", what, where, first or old, second or new)


def _values(variable: Node) -> list[str] | None:
    listed = variable.get("enum")
    return None if listed is None else [value.text or "" for value in listed.elements()]


def _address(server: Node) -> str:
    return quoted(server.text_of("url"))
