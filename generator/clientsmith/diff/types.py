"""The types that one schema object allows (JSON Schema 2020-12 validation, 6.1): stated, or as its other keywords have it."""

from __future__ import annotations

from typing import Final

from ..lower.nodes import keywords
from ..read.document import Node
from ..read.source import Value

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
    ("string", ("pattern", "minLength", "maxLength")),
    ("number", ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf")),
)


def type_names(part: Node) -> set[str]:
    """Return what `type` says."""
    stated = keywords(part).get("type")
    if isinstance(stated, list):
        return {name for name in stated if isinstance(name, str)}
    return {stated} if isinstance(stated, str) else set()


def types_of(part: Node) -> frozenset[str]:
    """Return the types of a part, or those that its other keywords are meant for."""
    stated = type_names(part)
    if stated:
        return frozenset(stated - {"null"})
    schema = keywords(part)
    listed = (
        schema.get("enum") if "enum" in schema else [schema["const"]] if "const" in schema else None
    )
    if isinstance(listed, list):
        return frozenset(_type_of(value) for value in listed) - {"null"}
    implied = [name for name, meant in _IMPLIED if any(key in schema for key in meant)]
    return frozenset(implied[:1])


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
        return "integer" if isinstance(value, int) else "number"
    if isinstance(value, str):
        return "string"
    return "array" if isinstance(value, list) else "object"
