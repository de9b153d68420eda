"""Whether two values of documents are the same."""

from __future__ import annotations

import marshal
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Final, cast

from .source import Value

_WITHOUT_REFERENCES: Final = 2
"""The version of marshal in which what is written does not depend on which values are one object."""


def same(one: object, other: object) -> bool:
    """Return whether two values are equal: true is not 1, 1.0 is, however deep (JSON Schema 2020-12 core, 4.2.2)."""
    return one == other and (_written_alike(one, other) or _alike(one, other))


def without(values: Iterable[Value], others: Collection[Value]) -> list[Value]:
    """Return the values that are none of some others, in time linear in the number of scalars."""
    scalars = {_scalar(other) for other in others if not isinstance(other, dict | list)}
    holders = [other for other in others if isinstance(other, dict | list)]
    return [
        value
        for value in values
        if (
            not any(same(value, other) for other in holders)
            if isinstance(value, dict | list)
            else _scalar(value) not in scalars
        )
    ]


def _scalar(value: Value) -> tuple[bool, Value]:
    """Return what is equal for scalars that are the same."""
    return isinstance(value, bool), value


def _written_alike(one: object, other: object) -> bool:
    """Return whether two values are written alike, in which each scalar has its type: far sooner known than `_alike`."""
    if not isinstance(one, dict | list):
        return False
    values: list[Any] = [one, other]
    try:
        first, second = (marshal.dumps(value, _WITHOUT_REFERENCES) for value in values)
    except ValueError:  # a value of another type, or one that is nested too deep
        return False
    return first == second


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
