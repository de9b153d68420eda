"""The values that a schema lists: by `enum` or `const`, or one by one in a union, where each has a description of its own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from ..lower.nodes import keywords
from ..read.document import Node
from ..read.source import Value
from .meaning import ANNOTATIONS

_LISTING: Final = frozenset({"const", "enum", "type", *ANNOTATIONS})


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the values that a union lists, and the schema that it stands in."""

    value: Value
    node: Node


def choices(members: Iterable[Node]) -> list[Choice]:
    """Return the values that the members of a union list; nothing where one of them says more than that."""
    found: list[Choice] = []
    for member in members:
        if not member.is_mapping or any(key not in _LISTING for key, _ in member.items()):
            return []
        values = [None] if type_names(member) == {"null"} else listed_in(member)
        if values is None:
            return []
        found += (Choice(value, member) for value in values)
    return found


def listed_in(part: Node) -> list[Value] | None:
    """Return the values that a part lists; None where it lists none."""
    schema = keywords(part)
    listed = (
        schema.get("enum") if "enum" in schema else [schema["const"]] if "const" in schema else None
    )
    return listed if isinstance(listed, list) else None


def type_names(part: Node) -> set[str]:
    """Return what `type` says."""
    stated = keywords(part).get("type")
    if isinstance(stated, list):
        return {name for name in stated if isinstance(name, str)}
    return {stated} if isinstance(stated, str) else set()
