"""The types that one schema object allows (JSON Schema 2020-12 validation, 6.1): stated, or as its other keywords have it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from ..lower.nodes import keywords
from ..read.document import Node
from ..read.source import Value
from .listed import listed_in, type_names

_IMPLIED: Final = (
    (
        "object",
        (
            "properties",
            "additionalProperties",
            "required",
            "patternProperties",
            "minProperties",
            "maxProperties",
        ),
    ),
    ("array", ("items", "prefixItems", "minItems", "maxItems", "uniqueItems")),
    ("string", ("pattern", "minLength", "maxLength", "contentEncoding", "contentMediaType")),
    ("number", ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf")),
)


def types_of(part: Node) -> frozenset[str]:
    """Return the types of a part, or those that its other keywords are meant for."""
    stated = type_names(part)
    if stated:
        return frozenset(stated - {"null"})
    listed = listed_in(part)
    if listed is not None:
        return types_of_values(listed)
    schema = keywords(part)
    implied = [name for name, meant in _IMPLIED if any(key in schema for key in meant)]
    return frozenset(implied[:1])


def types_of_values(values: Iterable[Value]) -> frozenset[str]:
    """Return the types of some values, `null` left out."""
    return frozenset(map(_type_of, values)) - {"null"}


def with_integers(types: frozenset[str]) -> frozenset[str]:
    """Return types with those that they include: an integer is a number."""
    return types | {"integer"} if "number" in types else types


def admits_null(part: Node) -> bool:
    """Return whether null is among the stated types and the listed values of a part."""
    schema = keywords(part)
    if "const" in schema:
        return schema["const"] is None
    listed = schema.get("enum")
    if isinstance(listed, list) and None not in listed:
        return False
    return "null" in type_names(part) or (not type_names(part) and isinstance(listed, list))


def _type_of(value: Value) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "integer" if value == int(value) else "number"
    if isinstance(value, str):
        return "string"
    return "array" if isinstance(value, list) else "object"
