"""Whether what a client gives is what the server sent."""

from __future__ import annotations

from base64 import b64encode
from typing import Any, TypeGuard

from pydantic import BaseModel
from pydantic_core import to_jsonable_python

from .documents import is_array, is_object


def is_tuple(value: object) -> TypeGuard[tuple[Any, ...]]:
    """Return whether a value is a tuple."""
    return isinstance(value, tuple)


def plain(value: Any) -> Any:
    """Return a result as JSON, as its user would write it."""
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json", exclude_unset=True)
    if is_array(value) or is_tuple(value):
        return [plain(item) for item in value]
    if is_object(value):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, bytes):
        return b64encode(value).decode()
    return to_jsonable_python(value)


def same(one: Any, other: Any) -> bool:
    """Return whether two values of JSON are the same."""
    if is_object(one) and is_object(other):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if is_array(one) and is_array(other):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    return bool(one == other)


def short(value: Any) -> str:
    """Return a value as a text that is not long."""
    text = repr(value)
    return text if len(text) < 160 else f"{text[:160]}..."
