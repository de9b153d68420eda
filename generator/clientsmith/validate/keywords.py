"""Flaws of the keywords of one schema that the meta-schemas allow (OpenAPI 3.0, 4.7.24; 3.1, 4.8.24)."""

from __future__ import annotations

from collections.abc import Iterator

from ..diagnostics import SpecError, quoted
from ..read.document import Node
from ..read.values import ANNOTATIONS, is_of_type

Found = tuple[str, Node, str]
"""Rule, place and message."""

_LONGEST_CHAIN = 100


def keyword_flaws(schema: Node) -> Iterator[Found]:
    """Yield what is wrong with the keywords of a schema."""
    if schema.document.version < (3, 1):
        yield from _of_3_0(schema)
    elif "nullable" in schema:
        message = "'nullable' is a keyword of OpenAPI 3.0; write the type 'null' beside the other"
        yield "schema-keyword", schema["nullable"], message
    yield from _enum(schema)
    yield from _discriminator(schema)
    for part in _elements(schema, "allOf"):
        if part.ref is not None and _leads_to(part, schema):
            message = "this schema is composed of itself, which adds nothing to it"
            yield "circular-schema", part["$ref"], message


def _of_3_0(schema: Node) -> Iterator[Found]:
    if schema.ref is None and "nullable" in schema and "type" not in schema:
        message = "'nullable' says nothing in a schema without 'type'; null is taken as allowed"
        yield "nullable-without-type", schema["nullable"], message
    for key, value in schema.items() if schema.ref is not None else ():
        if key != "$ref" and key not in ANNOTATIONS and not key.startswith("x-"):
            message = f"{quoted(key)} beside '$ref' says nothing in OpenAPI 3.0"
            yield "schema-keyword", value, message
    if schema.text_of("type") == "array" and "items" not in schema:
        yield "missing-key", schema["type"], "the array has no 'items'"


def _enum(schema: Node) -> Iterator[Found]:
    enum = schema.get("enum")
    if enum is not None and enum.is_list and not enum.value:
        yield "empty", enum, "no value is valid against an enum that is empty"
    for value in _elements(schema, "enum"):
        if not is_of_type(value, schema):
            yield "wrong-enum", value, f"{quoted(value.value)} is not of the type of its schema"


def _discriminator(schema: Node) -> Iterator[Found]:
    stated = schema.get("discriminator")
    if stated is None or schema.document.version < (3, 1):
        return
    if not stated.is_mapping:
        message = f"'discriminator' is {quoted(stated.value)}; a mapping is expected"
        yield "schema-keyword", stated, message
    elif (name := stated.get("propertyName")) is None or not name.is_text:
        yield "missing-key", stated, "the discriminator has no 'propertyName'"


def _leads_to(part: Node, schema: Node) -> bool:
    """Return whether a part of a schema is composed of that schema, directly or not."""
    seen: set[Node] = set()
    waiting = [part]
    while waiting and len(seen) < _LONGEST_CHAIN:
        here = waiting.pop()
        try:
            target = here.follow()
        except SpecError:
            continue
        if target == schema:
            return True
        if target not in seen:
            seen.add(target)
            waiting += _elements(target, "allOf")
    return False


def _elements(schema: Node, key: str) -> Iterator[Node]:
    holder = schema.get(key)
    if holder is not None:
        yield from holder.elements()
