"""Values of any kind as JSON, as the service has them: what was missing is missing."""

from __future__ import annotations

from typing import Any

from pydantic_core import PydanticSerializationError, SchemaSerializer, core_schema

from .surrogates import to_json

_ANY = SchemaSerializer(core_schema.any_schema())


def as_json(value: object, *, indent: int | None = None) -> bytes:
    """Return a value as JSON.

    Args:
        value: A model, a value of JSON, or several of them.
        indent: By how many spaces its lines are indented; None for one line.
    """
    try:
        return _ANY.to_json(value, by_alias=True, exclude_unset=True, indent=indent, fallback=str)
    except PydanticSerializationError:
        return to_json(plain(value), indent=indent)


def plain(value: object) -> Any:
    """Return a value as the values that JSON has."""
    return _ANY.to_python(value, mode="json", by_alias=True, exclude_unset=True, fallback=str)
