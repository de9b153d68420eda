"""From Python values to the texts, arrays and objects that parameters and forms are made of."""

from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Set
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from .kinds import is_iterable, is_mapping
from .model import fields_of
from .spelling import (
    Spelled,
    SpelledBoolean,
    bytes_text,
    datetime_text,
    duration_text,
    read_datetime,
    time_text,
    uuid_text,
)


def scalar_text(value: object) -> str | None:
    """Return the text of a scalar, None if the value is an array or an object.

    Booleans are "true" and "false"; a datetime is RFC 3339 and a timedelta ISO 8601; bytes are
    base64.

    Raises:
        ValueError: If the value has no text: a number that is not finite, a datetime without a
            zone.
    """
    if isinstance(value, Enum):
        return scalar_text(value.value)
    if isinstance(value, str):
        return value
    if isinstance(value, bool | SpelledBoolean):
        return "true" if value else "false"
    if isinstance(value, int):
        return int.__repr__(value)
    if isinstance(value, float):
        if not math.isfinite(value):
            raise ValueError(f"{value} is not a number that can be sent")
        return float.__repr__(value)
    if isinstance(value, datetime):
        return datetime_text(read_datetime(value))
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return time_text(value)
    if isinstance(value, timedelta):
        return duration_text(value)
    if isinstance(value, UUID):
        return uuid_text(value)
    if isinstance(value, Decimal):
        return _decimal_text(value)
    if isinstance(value, (bytes, bytearray)):
        return bytes_text(value if isinstance(value, bytes) else bytes(value))
    return None


def properties(value: object) -> list[tuple[str, Any]] | None:
    """Return the properties of an object by their names on the wire, or None if it is no object.

    Of a model, those that were set; of a mapping or a dataclass, all.
    """
    if isinstance(value, BaseModel):
        named = [
            (field.serialization_alias or field.alias or name, getattr(value, name))
            for name, field in fields_of(type(value)).items()
            if name in value.model_fields_set
        ]
        return [*named, *(value.model_extra or {}).items()]
    if is_mapping(value):
        return [(_key(key), item) for key, item in value.items()]
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return [(field.name, getattr(value, field.name)) for field in dataclasses.fields(value)]
    return None


def items(value: object) -> list[Any] | None:
    """Return the items of an array, those of a set in the order of their texts; None if it is no array."""
    if isinstance(value, (str, bytes, bytearray)) or not is_iterable(value):
        return None
    listed = list(value)
    if isinstance(value, Set):
        listed.sort(key=lambda item: scalar_text(item) or "")
    return listed


def json_text(value: object) -> str:
    """Return a value as compact JSON in ASCII alone; of models, what was set.

    Raises:
        ValueError: If something in it has no JSON form.
    """
    return json.dumps(jsonable(value), separators=(",", ":"), allow_nan=False)


def jsonable(value: object) -> Any:
    """Return a value as JSON values (dict, list, str, ...); of models, what was set.

    Raises:
        ValueError: If something in it has no JSON form.
    """
    if isinstance(value, Spelled) and value.text:
        return value.text
    if value is None or (isinstance(value, (str, bool, int)) and not isinstance(value, Enum)):
        return value
    if isinstance(value, float):
        scalar_text(value)
        return value
    if isinstance(value, Enum):
        return jsonable(value.value)
    text = scalar_text(value)
    if text is not None:
        return text
    named = properties(value)
    if named is not None:
        return {name: jsonable(item) for name, item in named}
    listed = items(value)
    if listed is not None:
        return [jsonable(item) for item in listed]
    raise ValueError(f"a value of type {type(value).__name__} cannot be sent")


def _key(key: object) -> str:
    text = scalar_text(key)
    if text is None:
        raise ValueError(f"a value of type {type(key).__name__} cannot be a name")
    return text


def _decimal_text(value: Decimal) -> str:
    if not value.is_finite():
        raise ValueError(f"{value} is not a number that can be sent")
    return format(value, "f")
