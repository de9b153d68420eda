"""Scalars: their types, formats and limits, as far as the client can check them."""

from __future__ import annotations

import math
import re
import warnings
from collections.abc import Callable
from typing import Any

from ..read.source import Value as JsonValue
from .kinds import kind_of

KEPT_FORMATS = frozenset({"date-time", "date", "time", "duration", "binary", "byte"})
"""The formats that have a Python type; the others are text, which keeps what came as it came."""

_LENGTHS = ("minLength", "maxLength")
_EXCLUSIVE = {"exclusiveMinimum": "minimum", "exclusiveMaximum": "maximum"}
_LONGEST = 2**31 - 1
_LONGEST_PATTERN = 2000
_ECMA_ONLY = ("[]", "[^]", "(?<", r"\c", r"\p", r"\P", r"\u{", r"\k")


def text_format(schema: dict[str, JsonValue]) -> str | None:
    """Return the format of a text, if it has a Python type (OpenAPI 3.1, 4.4.1; JSON Schema Validation 2020-12, 8.3)."""
    encoding = schema.get("contentEncoding")
    if isinstance(encoding, str) and encoding.lower() == "base64":
        return "byte"
    holds = schema.get("contentMediaType")
    if encoding is None and isinstance(holds, str) and kind_of(holds) == "bytes":
        return "binary"
    declared = schema.get("format")
    return declared if isinstance(declared, str) and declared in KEPT_FORMATS else None


def lengths(schema: dict[str, JsonValue], names: tuple[str, str] = _LENGTHS) -> dict[str, int]:
    """Return the limits of a length, those that make sense: together they leave some length."""
    found = {
        name: int(bound)
        for name in names
        if isinstance(bound := schema.get(name), int | float)
        and not isinstance(bound, bool)
        and 0 <= bound <= _LONGEST
        and bound == int(bound)
    }
    least, most = names
    return {} if found.get(least, 0) > found.get(most, _LONGEST) else found


def bounds(schema: dict[str, JsonValue], kind: str) -> dict[str, Any]:
    """Return the limits of a number, those that make sense: together they leave some number.

    Args:
        schema: the keywords; an exclusive limit is a number, or as in OpenAPI 3.0 a boolean beside the limit.
        kind: `integer` or `number`.
    """
    found: dict[str, float] = {}
    for exclusive, inclusive in _EXCLUSIVE.items():
        bound, sharp = _number(schema.get(inclusive)), schema.get(exclusive)
        if bound is not None:
            found[exclusive if sharp is True else inclusive] = bound
        if (sharper := _number(sharp)) is not None:
            found[exclusive] = sharper
    if kind == "integer":
        found = {name: _whole(name, bound) for name, bound in found.items()}
    least = max(
        (found[name] for name in ("minimum", "exclusiveMinimum") if name in found),
        default=-math.inf,
    )
    most = min(
        (found[name] for name in ("maximum", "exclusiveMaximum") if name in found), default=math.inf
    )
    if least > most:
        return {}
    step = _number(schema.get("multipleOf"))
    if step is not None and step > 0 and (kind == "number" or step == int(step)):
        found["multipleOf"] = int(step) if kind == "integer" else step
    return found


def is_compilable(pattern: str) -> bool:
    """Return whether the client can check a pattern: pydantic's engine knows no look-around and no back references.

    The engine works in time linear in the text, and refuses patterns that would become too large.
    """
    from pydantic_core import SchemaError, SchemaValidator, core_schema

    if len(pattern) > _LONGEST_PATTERN:
        return False
    try:
        SchemaValidator(core_schema.str_schema(pattern=pattern))
    except (SchemaError, ValueError):
        return False
    return True


def is_broken(pattern: str) -> bool:
    """Return whether a pattern is no regular expression (ECMA-262, 22.2.1), as far as Python's own engine can tell."""
    if len(pattern) > _LONGEST_PATTERN or any(mark in pattern for mark in _ECMA_ONLY):
        return False
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            re.compile(pattern)
    except re.error:
        return True
    except (OverflowError, RecursionError):
        return False
    return False


def _number(value: object) -> int | float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return value if abs(value) < 1e300 and not math.isnan(value) else None


def _whole(name: str, bound: float) -> int:
    rounded: dict[str, Callable[[float], int]] = {
        "minimum": math.ceil,
        "exclusiveMaximum": math.ceil,
        "maximum": math.floor,
        "exclusiveMinimum": math.floor,
    }
    return rounded[name](bound)
