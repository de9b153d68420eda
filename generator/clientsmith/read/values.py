"""Whether a value in a document (a default, an example) is of the type that a schema asks for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ..diagnostics import SpecError, quoted
from .document import Node
from .equality import same

MAX_LEVELS: Final = 8
"""How deep a value is compared with its schema."""

ANNOTATIONS: Final = frozenset(
    {
        "$comment",
        "default",
        "deprecated",
        "description",
        "example",
        "examples",
        "externalDocs",
        "nullable",
        "readOnly",
        "summary",
        "title",
        "writeOnly",
        "xml",
    }
)
"""Keywords of a schema that forbid no value (JSON Schema Validation 2020-12, 9; OpenAPI 3.1, 4.8.24)."""

_NAMES: Final = {
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "object": "a mapping",
    "array": "a list",
    "null": "null",
}


def mismatch(
    value: Node, schema: Node, *, strict: bool = False, levels: int = MAX_LEVELS
) -> Iterator[tuple[Node, str]]:
    """Find where a value is not of the type, or not among the values, that a schema names.

    Formats, limits and combinations (`allOf` and its kin) are not looked at: what is found is wrong for sure.

    Args:
        value: The value.
        schema: The schema; its references are followed.
        strict: Whether a number or a boolean may not stand for text; it is read as it is written.
        levels: How deep to look.

    Yields:
        A place in the value, and what is wrong there.
    """
    try:
        schema = schema.follow()
    except SpecError:
        return
    types = _types(schema)
    kind = _kind(value)
    if types and not _fits(value, kind, types, strict):
        expected = " or ".join(_NAMES[name] for name in types)
        yield value, f"{_name(value)} is {quoted(value.value)}, and its schema asks for {expected}"
        return
    options = schema.get("enum")
    if options is not None and options.is_list and kind not in ("object", "array", "null"):
        known = [(option.value, option.text) for option in options.elements()]
        if not any(same(value.value, option) or value.text == text for option, text in known):
            yield value, f"{_name(value)} is {quoted(value.value)}, which is not in its schema's enum"
            return
    if levels <= 0:
        return
    items = schema.get("items")
    if kind == "array" and items is not None and items.is_mapping and "prefixItems" not in schema:
        for element in value.elements():
            yield from mismatch(element, items, strict=strict, levels=levels - 1)
    properties = schema.get("properties")
    if kind == "object" and properties is not None:
        for name, child in value.items():
            wanted = properties.get(name)
            if wanted is not None and wanted.is_mapping:
                yield from mismatch(child, wanted, strict=strict, levels=levels - 1)


def is_of_type(value: Node, schema: Node) -> bool:
    """Return whether a value is of a type that a schema names itself; a number or a boolean may stand for text."""
    types = _types(schema)
    return not types or _fits(value, _kind(value), types, False)


def fits(value: Node, schema: Node) -> bool:
    """Return whether a default or an example is of the type that its schema names, as far as `mismatch` looks.

    A number may stand for text.
    """
    return next(mismatch(value, schema), None) is None


def _types(schema: Node) -> list[str]:
    """Return the types that a schema allows; none if it allows all or says something unknown."""
    node = schema.get("type")
    if node is None:
        return []
    names = [node.text] if not node.is_list else [element.text for element in node.elements()]
    if (
        schema.document.version < (3, 1)
        and (flag := schema.get("nullable")) is not None
        and flag.value is True
    ):
        names.append("null")
    return [name for name in names if name is not None] if _NAMES.keys() >= set(names) else []


def _kind(value: Node) -> str:
    if value.is_mapping:
        return "object"
    if value.is_list:
        return "array"
    if value.is_text:
        return "string"
    if value.is_boolean:
        return "boolean"
    if value.is_null:
        return "null"
    return "integer" if isinstance(value.value, int) else "number"


def _fits(value: Node, kind: str, types: list[str], strict: bool) -> bool:
    if kind in types or (kind == "integer" and "number" in types):
        return True
    if kind == "number" and "integer" in types:
        return isinstance(value.value, float) and value.value.is_integer()
    return not strict and "string" in types and kind in ("integer", "number", "boolean")


def _name(value: Node) -> str:
    if isinstance(value.key, int):
        return f"element {value.key + 1} of {quoted(value.pointer[-2])}"
    return quoted(value.key)
