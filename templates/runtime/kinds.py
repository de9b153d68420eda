"""What kind a value of the caller's is, told in a way that type checkers follow."""

from __future__ import annotations

import os
from collections.abc import AsyncIterable, Iterable, Mapping
from typing import Any, TypeGuard


def is_mapping(value: object) -> TypeGuard[Mapping[Any, Any]]:
    """Return whether a value is a mapping."""
    return isinstance(value, Mapping)


def is_list(value: object) -> TypeGuard[list[Any]]:
    """Return whether a value is a list."""
    return isinstance(value, list)


def is_path(value: object) -> TypeGuard[os.PathLike[str]]:
    """Return whether a value is the path of a file; text is not."""
    return isinstance(value, os.PathLike)


def is_async_iterable(value: object) -> TypeGuard[AsyncIterable[Any]]:
    """Return whether a value can be iterated with `async for`."""
    return isinstance(value, AsyncIterable)


def is_iterable(value: object) -> TypeGuard[Iterable[Any]]:
    """Return whether a value can be iterated."""
    return isinstance(value, Iterable)
