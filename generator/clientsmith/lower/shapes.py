"""What a schema is, told from its keywords alone (JSON Schema 2020-12; OpenAPI 3.0, 4.7.24)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal
from weakref import WeakKeyDictionary

from ..read.document import Document, Node
from ..read.source import Value as JsonValue
from ..read.values import ANNOTATIONS
from .nodes import (
    Identity,
    elements,
    entries,
    follow,
    follow_schema,
    identity,
    is_extension,
    keywords,
    referred_schema,
)

Shape = Literal["object", "enum", "constant", "union", "intersection", "same", "plain"]
"""What a schema is:

an object with properties, an enumeration, one value, one of several schemas, all of several schemas that are no objects, the
same as its only part, or a plain type.
"""

TYPES = frozenset({"string", "integer", "number", "boolean", "null", "array", "object"})

CONDITIONALS = ("then", "else", "dependentSchemas")
"""The keywords of schemas that are valid on a condition, the last one's by names."""

_NULL = frozenset({"not", "nullable"})
_CHOICES = ("anyOf", "oneOf", "type")
_MOST = 100
_NULLS: WeakKeyDictionary[Document, dict[Identity, bool]] = WeakKeyDictionary()
_SHAPES: WeakKeyDictionary[Document, dict[Identity, Shape]] = WeakKeyDictionary()


def types(schema: dict[str, JsonValue]) -> list[str]:
    """Return the types that a schema names."""
    declared = schema.get("type")
    named = declared if isinstance(declared, list) else [declared]
    return list(dict.fromkeys(kind for kind in named if isinstance(kind, str) and kind in TYPES))


def admits_null(schema: dict[str, JsonValue]) -> bool:
    """Return whether a schema says itself that null is valid, in any of the ways to say so."""
    values = schema.get("enum")
    return (
        schema.get("nullable") is True
        or "null" in types(schema)
        or (isinstance(values, list) and None in values)
    )


def is_object_or_other(schema: dict[str, JsonValue]) -> bool:
    """Return whether a schema describes an object with properties of its own beside values of other types."""
    kinds = [kind for kind in types(schema) if kind != "null"]
    return len(kinds) > 1 and "object" in kinds and bool(schema.get("properties"))


def says_nothing(node: Node) -> bool:
    """Return whether a schema holds annotations alone."""
    schema = keywords(node)
    return all(keyword in ANNOTATIONS or keyword.startswith("x-") for keyword in schema)


def is_null(node: Node) -> bool:
    """Return whether a choice, or what it refers to, is null: the only valid value, or all that it speaks of."""
    schema = keywords(node if node.ref is None else follow(node))
    if "const" in schema:
        return schema["const"] is None
    speaks_of_null = schema.get("nullable") is True and schema.keys() <= _NULL | ANNOTATIONS
    return speaks_of_null or schema.get("enum") == [None] or types(schema) == ["null"]


def takes_null(node: Node) -> bool:
    """Return whether null is valid by what a schema says itself, or by one of its choices, however deep."""
    known = _NULLS.setdefault(node.document, {})
    seen: set[Identity] = set()
    waiting = [node]
    while waiting:
        target = follow_schema(waiting.pop())
        if target is None or (own := identity(target)) in seen:
            continue
        found = known.get(own)
        if found or admits_null(keywords(target)) or is_null(target):
            known[identity(node)] = True
            return True
        if found is None:
            seen.add(own)
            waiting += variants(target)
    known.update(dict.fromkeys(seen, False))
    return False


def has_siblings(node: Node) -> bool:
    """Return whether the keywords beside a `$ref` say more (OpenAPI 3.1, 4.8.24; in 3.0 they are ignored)."""
    if node.document.version < (3, 1):
        return False
    return any(
        keyword not in ANNOTATIONS
        and keyword not in ("$ref", "$defs", "discriminator", "type")
        and not keyword.startswith("x-")
        for keyword in keywords(node)
    )


def parts(node: Node) -> Iterator[Node]:
    """Yield the schemas that are all valid together with a schema's own keywords: those of `allOf`, and that of a `$ref`."""
    if node.ref is not None:
        target = referred_schema(node)
        if target is not None and target != node:
            yield target
    yield from elements(node.get("allOf"))


def variants(node: Node) -> list[Node]:
    """Return the schemas of which one or more are valid, without those that only say that something is required."""
    found = [*elements(node.get("oneOf")), *elements(node.get("anyOf"))]
    return [
        part
        for part in found
        if not isinstance(part.value, dict)
        or not part.value
        or set(part.value) - {"required", "not"}
    ]


def conditionals(node: Node) -> Iterator[Node]:
    """Yield the schemas that are valid on a condition (JSON Schema 2020-12, 10.2.2)."""
    *single, named = CONDITIONALS
    yield from (part for keyword in single if (part := node.get(keyword)) is not None)
    for _, part in entries(node.get(named)):
        yield part


def scalars(schema: dict[str, JsonValue]) -> list[str | int | float | bool]:
    """Return the distinct values of an enumeration, without null; none where some of them are no scalars."""
    values = schema.get("enum")
    if not isinstance(values, list):
        return []
    found: dict[tuple[type, str | int | float | bool], None] = {}
    for value in values:
        if isinstance(value, str | int | float):
            found[type(value), value] = None
        elif value is not None:
            return []
    return [value for _, value in found]


def is_flag(schema: dict[str, JsonValue]) -> bool:
    """Return whether a schema lists true and false, which are no enumeration, whose members would both be true."""
    values = scalars(schema)
    return len(values) == 2 and all(isinstance(value, bool) for value in values)


def constants(node: Node) -> list[tuple[str | int | float | bool, Node]]:
    """Return the values of a choice between single values, each of which may have a title, and where they stand.

    None of them where another value is a choice too, or something else is said.
    """
    if not all(key in (*ANNOTATIONS, *_CHOICES) or is_extension(key) for key in keywords(node)):
        return []
    found: list[tuple[str | int | float | bool, Node]] = []
    for choice in variants(node):
        target = follow(choice)
        schema = keywords(target)
        values = [schema["const"]] if "const" in schema else scalars(schema)
        (value,) = values if len(values) == 1 else (None,)
        if target is not None and isinstance(value, str | int | float):
            found.append((value, target))
        elif target is None or not is_null(target):
            return []
    return found if len({(type(value), value) for value, _ in found}) > 1 else []


def shape(node: Node) -> Shape:
    """Return what a schema is."""
    known = _SHAPES.setdefault(node.document, {})
    key = identity(node)
    if key not in known:
        known[key] = _shape(node)
    return known[key]


def _shape(node: Node) -> Shape:
    schema = keywords(node)
    if "const" in schema or schema.get("enum") == [None]:
        return "constant"
    if is_flag(schema):
        return "plain"
    if values := scalars(schema):
        return "constant" if len(values) == 1 else "enum"
    if _is_object(node, set()):
        return "object"
    if not all(isinstance(value, bool) for value, _ in constants(node)):
        return "enum"
    if variants(node):
        return "union"
    meaning = [part for part in elements(node.get("allOf")) if not says_nothing(part)]
    if len(meaning) == 1 and _only(schema, "allOf"):
        return "same"
    return "intersection" if meaning else "plain"


def is_object(node: Node) -> bool:
    """Return whether a schema describes an object with properties of its own."""
    return shape(node) == "object"


def _is_object(node: Node, seen: set[Node]) -> bool:
    known = _SHAPES.setdefault(node.document, {}).get(identity(node))
    if known is not None:
        return known == "object"
    schema = keywords(node)
    declared = types(schema)
    if declared and not set(declared) <= {"object", "null"}:
        return False
    if isinstance(schema.get("properties"), dict) and schema["properties"]:
        return True
    if "discriminator" in schema and "object" in declared and not variants(node):
        return True
    meaning = [part for part in parts(node) if not says_nothing(part)]
    if len(meaning) == 1 and _only(schema, "allOf"):
        if meaning[0].ref is not None and not _is_component(node):
            return False
        target = follow_schema(meaning[0])
        return target is not None and _new(target, seen) and _is_object(target, seen)
    return any(
        target is not None
        and _new(target, seen)
        and (_is_object(target, seen) or _is_union_of_objects(target, seen))
        for target in map(follow_schema, meaning)
    )


def _is_component(node: Node) -> bool:
    """Return whether a schema is a component, which has a class of its own also where it is another one by another name."""
    return node.pointer[:-1] == ("components", "schemas")


def _is_union_of_objects(node: Node, seen: set[Node]) -> bool:
    if node.get("allOf") is not None:
        return False
    found = [
        target
        for target in map(follow_schema, variants(node))
        if target is None or not is_null(target)
    ]
    return bool(found) and all(
        target is not None
        and _new(target, seen)
        and (_is_object(target, seen) or _is_union_of_objects(target, seen))
        for target in found
    )


def _new(node: Node, seen: set[Node]) -> bool:
    """Return whether a schema was not looked at yet, and count it as looked at; those that are nested deep are left out."""
    if node in seen or len(seen) > _MOST:
        return False
    seen.add(node)
    return True


def _only(schema: dict[str, JsonValue], keyword: str) -> bool:
    return all(
        found in ANNOTATIONS or found in (keyword, "type") or found.startswith("x-")
        for found in schema
    )
