"""Whether two values of documents are the same."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import cast

from .source import Value


def same(one: object, other: object) -> bool:
    """Return whether two values are equal: true is not 1, 1.0 is, however deep (JSON Schema 2020-12 core, 4.2.2)."""
    return one == other and _alike(one, other)


def without(values: Iterable[Value], others: Collection[Value]) -> list[Value]:
    """Return the values that are none of some others."""
    return [value for value in values if not any(same(value, other) for other in others)]


def _alike(one: object, other: object) -> bool:
    """Return whether two values that Python holds for equal have their booleans at the same places."""
    if isinstance(one, Mapping):
        there = cast(Mapping[object, object], other)
        return all(
            _alike(value, there[key]) for key, value in cast(Mapping[object, object], one).items()
        )
    if isinstance(one, list | tuple):
        return all(map(_alike, cast(Sequence[object], one), cast(Sequence[object], other)))
    return isinstance(one, bool) == isinstance(other, bool)
