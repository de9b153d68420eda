"""Which values the document marks as secrets, so that a client never prints them."""

from __future__ import annotations

from ..read.document import Node
from .nodes import Identity, elements, follow, identity, keywords

_BRANCHES = ("allOf", "anyOf", "oneOf")
_LEADS_ON = frozenset({"$ref", "items", *_BRANCHES})


def is_secret(schema: Node | None) -> bool:
    """Return whether a value is a secret: `format: password` or writeOnly, there or in an alternative or in its items."""
    waiting = [schema] if schema is not None else []
    seen: set[Identity] = set()
    while waiting:
        node = waiting.pop()
        stated = keywords(node)
        if stated.get("format") == "password" or stated.get("writeOnly") is True:
            return True
        if _LEADS_ON.isdisjoint(stated) or identity(node) in seen:
            continue
        seen.add(identity(node))
        parts = [part for branch in _BRANCHES for part in elements(node.get(branch))]
        items = node.get("items")
        target = follow(node)
        waiting += [part for part in (*parts, items, target) if part is not None]
    return False
