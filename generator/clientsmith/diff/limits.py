"""The limits of numbers and sizes compared (JSON Schema 2020-12 validation, 6.2 to 6.5)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from math import ceil, floor
from typing import Final, Literal, NamedTuple

from ..lower.nodes import keywords
from ..read.document import Node
from .finding import Finding
from .schema import Schema
from .subjects import holder_of

Side = Literal["lower", "upper"]

_BOUNDS: Final[tuple[tuple[Side, tuple[str, ...]], ...]] = (
    ("lower", ("minimum", "exclusiveMinimum")),
    ("upper", ("maximum", "exclusiveMaximum")),
    ("lower", ("minLength",)),
    ("upper", ("maxLength",)),
    ("lower", ("minItems",)),
    ("upper", ("maxItems",)),
    ("lower", ("minProperties",)),
    ("upper", ("maxProperties",)),
)
"""The keywords that limit the same thing on the same side."""


_WHOLE: Final = frozenset(("integer",))


class _Limit(NamedTuple):
    """A limit: on which side of `value` (-1 just below it, 0 at it, 1 just above it) the values end that are allowed."""

    value: float
    beside: int
    told: str
    stated: float
    node: Node


def limits(old: Schema, new: Schema) -> Iterator[Finding]:
    """Yield the limits that are narrower, wider, new or gone."""
    for side, names in _BOUNDS:
        before, after = (_narrowest(schema, side, names) for schema in (old, new))
        one, other = (limit[:2] if limit is not None else None for limit in (before, after))
        if one == other:
            continue
        wider = other is None or (
            one is not None and (other < one if side == "lower" else other > one)
        )
        yield Finding(
            "limit-loosened" if wider else "limit-tightened",
            _told(before, after),
            before.node if before else None,
            after.node if after else None,
        )
    yield from _multiples(old, new)
    yield from _uniqueness(old, new)


def _told(before: _Limit | None, after: _Limit | None) -> str:
    if after is None:
        return f"{before.told} is gone, and was {json.dumps(before.stated)}" if before else ""
    told = f"{after.told} is {json.dumps(after.stated)}"
    if before is None:
        return told
    earlier = "" if before.told == after.told else f"{before.told} "
    return f"{told}, and {earlier}was {json.dumps(before.stated)}"


def _narrowest(schema: Schema, side: Side, names: tuple[str, ...]) -> _Limit | None:
    """Return the narrowest limit that keywords set, and where; None where they set none."""
    found = [
        limit
        for name in names
        for node in schema.all(name)
        if (limit := _limit(node, name, side, schema)) is not None
    ]
    if not found:
        return None
    pick = max if side == "lower" else min
    narrowest = pick(found, key=lambda limit: limit[:2])
    is_size = names[0] not in ("minimum", "maximum")
    return None if side == "lower" and is_size and narrowest.value == 0 else narrowest


def _limit(node: Node, name: str, side: Side, schema: Schema) -> _Limit | None:
    """Return the limit that one keyword sets; a keyword that makes another one exclusive sets none (OpenAPI 3.0, 4.7.24)."""
    value = node.value
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    exclusive = name.startswith("exclusive")
    if keywords(holder_of(node)).get("exclusive" + name.capitalize()) is True:
        name, exclusive = "exclusive" + name.capitalize(), True
    outward = -1 if side == "lower" else 1
    if schema.types == _WHOLE:
        whole = ceil(value) if side == "lower" else floor(value)
        if exclusive and whole == value:
            whole -= outward
        return _Limit(whole, 0, name, value, node)
    return _Limit(value, -outward if exclusive else 0, name, value, node)


def _multiples(old: Schema, new: Schema) -> Iterator[Finding]:
    before, after = (_multiple(schema) for schema in (old, new))
    one, other = (found[0] if found is not None else None for found in (before, after))
    if one == other:
        return
    places = before[1] if before else None, after[1] if after else None
    told = f"multipleOf is {json.dumps(other) if other is not None else 'gone'}"
    told += f", and was {json.dumps(one)}" if one is not None else ""
    if other is None or (one is not None and _divides(other, one)):
        yield Finding("limit-loosened", told, *places)
    elif one is None or _divides(one, other):
        yield Finding("limit-tightened", told, *places)
    else:
        yield Finding("condition-changed", told, *places)


def _multiple(schema: Schema) -> tuple[float, Node] | None:
    """Return what a number has to be a multiple of; None where it is anything or a whole number is one of 1."""
    for node in schema.all("multipleOf"):
        value = node.value
        if isinstance(value, int | float) and not isinstance(value, bool) and value > 0:
            return None if value == 1 and schema.types == _WHOLE else (value, node)
    return None


def _divides(one: float, other: float) -> bool:
    quotient = other / one
    return abs(quotient - round(quotient)) < 1e-9


def _uniqueness(old: Schema, new: Schema) -> Iterator[Finding]:
    before, after = old.says("uniqueItems"), new.says("uniqueItems")
    if before != after:
        told = "uniqueItems is new" if after else "uniqueItems is gone"
        rule = "limit-tightened" if after else "limit-loosened"
        yield Finding(rule, told, old.first("uniqueItems"), new.first("uniqueItems"))
