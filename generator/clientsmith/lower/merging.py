"""Prepared schemas put together: what is valid against one of several, or against all of them."""

from __future__ import annotations

from typing import Any

from .definitions import Schema

NULL: Schema = {"type": "null"}


def or_null(schema: Schema, null: bool) -> Schema:
    """Return a prepared schema that takes null too, if `null` says so."""
    if not null or not schema or schema == NULL:
        return schema
    if isinstance(schema.get("type"), str) and "const" not in schema:
        return {**schema, "type": [schema["type"], "null"]}
    if isinstance(schema.get("type"), list):
        return schema
    choices = schema.get("anyOf", [schema])
    return schema if NULL in choices else {"anyOf": [*choices, NULL]}


def is_plain(schema: Schema, kind: str) -> bool:
    """Return whether a prepared schema is of any value of a type, whatever its limits."""
    return schema.get("type") == kind and not {"format", "const"} & schema.keys()


def is_constant(schema: Schema, kind: str) -> bool:
    """Return whether a prepared schema is of one value of a type, `string` or `integer`."""
    value = schema.get("const")
    return isinstance(value, str) if kind == "string" else type(value) is int


def admits_null(schema: Schema) -> bool:
    """Return whether a prepared schema takes null."""
    return (
        not schema
        or schema == NULL
        or isinstance(schema.get("type"), list)
        or NULL in schema.get("anyOf", ())
    )


def without_null(schema: Schema) -> Schema:
    """Return a prepared schema that does not take null, unless it takes nothing else."""
    if isinstance(schema.get("type"), list):
        return {**schema, "type": schema["type"][0]}
    if "anyOf" in schema:
        return _any_of([choice for choice in schema["anyOf"] if choice != NULL])
    return schema


def union(schemas: list[Schema]) -> Schema:
    """Return the schema of what is valid against one of some prepared schemas."""
    null = any(map(admits_null, schemas))
    if not all(schemas):
        return {}
    present = [
        choice for schema in schemas if schema != NULL for choice in _choices(without_null(schema))
    ]
    return or_null(_any_of(present), null)


def intersection(schemas: list[Schema]) -> Schema | None:
    """Return the schema of what is valid against all of some prepared schemas, or None if they contradict one another.

    Of those that have a name of their own, the last is taken: it is the most special one.
    """
    typed = [schema for schema in schemas if schema]
    if not typed:
        return {}
    null = all(map(admits_null, typed))
    present = [without_null(schema) for schema in typed]
    named = [
        schema for schema in present if "$ref" in schema or "const" in schema or "anyOf" in schema
    ]
    merged: dict[str, Any] | None = named[-1] if named else _narrowed(present)
    return None if merged is None else or_null(merged, null)


def _narrowed(schemas: list[Schema]) -> Schema | None:
    merged: Schema = {}
    for schema in schemas:
        types = {merged.get("type"), schema.get("type")} - {None}
        if types == {"integer", "number"}:
            schema = {**schema, "type": "integer"}
        elif len(types) > 1:
            return None
        elif schema.get("items") == {} and merged.get("items"):
            schema = {**schema, "items": merged["items"]}
        elif schema.get("additionalProperties") is True and merged.get("additionalProperties"):
            schema = {**schema, "additionalProperties": merged["additionalProperties"]}
        merged = {**merged, **schema}
    return merged


def _choices(schema: Schema) -> list[Schema]:
    choices: list[Schema] = schema.get("anyOf", [schema])
    return choices


def _any_of(choices: list[Schema]) -> Schema:
    distinct: list[Schema] = []
    known: set[str] = set()
    for choice in choices:
        if (key := repr(choice)) not in known:
            known.add(key)
            distinct.append(choice)
    if not distinct:
        return dict(NULL)
    return distinct[0] if len(distinct) == 1 else {"anyOf": distinct}
