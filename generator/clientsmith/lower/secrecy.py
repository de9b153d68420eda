"""Which values the document marks as secrets, so that a client never prints them."""

from __future__ import annotations

from ..read.document import Node
from .nodes import Identity, elements, follow, identity, keywords

_BRANCHES = ("allOf", "anyOf", "oneOf")


def is_secret(schema: Node | None) -> bool:
    """Return whether a value is a secret: `format: password` or writeOnly, there or in an alternative or in its items."""
    waiting = [schema] if schema is not None else []
    seen: set[Identity] = set()
    while waiting:
        node = waiting.pop()
        if identity(node) in seen:
            continue
        seen.add(identity(node))
        stated = keywords(node)
        if stated.get("format") == "password" or stated.get("writeOnly") is True:
            return True
        parts = [part for branch in _BRANCHES for part in elements(node.get(branch))]
        items = node.get("items")
        target = follow(node)
        waiting += [part for part in (*parts, items, target) if part is not None]
    return False
