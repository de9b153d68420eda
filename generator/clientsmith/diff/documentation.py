"""What a program does not see: descriptions, summaries, titles, examples, and what should no longer be used."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from ..read.document import Node
from ..read.equality import same
from ..read.source import Value

Lookup = Callable[[str], Node | None]

KEYWORDS: Final = (
    "title",
    "summary",
    "description",
    "example",
    "examples",
    "externalDocs",
    "$comment",
    "xml",
    "links",
)
"""The keywords whose value is documentation wherever they stand."""

_EXAMPLES: Final = ("example", "examples")


def described(
    old: Lookup, new: Lookup, *more: str
) -> Iterator[tuple[str, Node | None, Node | None]]:
    """Yield what differs in the documentation of two places: the message, and where in each.

    Args:
        old: gives the value of a keyword in the old place, such as `Node.get`.
        new: the same for the new place.
        more: keywords whose value is documentation there.
    """
    for keyword in (*KEYWORDS, *more):
        before, after = old(keyword), new(keyword)
        one, other = (node.value if node is not None else None for node in (before, after))
        if keyword in _EXAMPLES and same(_examples(old), _examples(new)):
            continue
        if not same(one, other):
            if before is None:
                yield f"has a new {keyword}", None, after
            elif after is None:
                yield f"has no {keyword} any more", before, None
            else:
                yield f"has another {keyword}", before, after


def _examples(lookup: Lookup) -> Value:
    """Return examples, a single one as a list with that alone (JSON Schema 2020-12 validation, 9.5)."""
    one, several = (lookup(keyword) for keyword in _EXAMPLES)
    if several is not None:
        return several.value
    return [one.value] if one is not None else None


def deprecation(old: Node, new: Node) -> Iterator[tuple[str, str, Node, Node]]:
    """Yield whether something should no longer be used, or may be again: the rule, the message, and where in each document."""
    one, other = old.get("deprecated") or old, new.get("deprecated") or new
    if (one.value is True) != (other.value is True):
        if other.value is True:
            yield "deprecated", "is deprecated", one, other
        else:
            yield "undeprecated", "is deprecated no more", one, other
