"""How the fields of models read and write scalars: as the schema says, and without changing what came.

pydantic's own rules would turn "1" into 1, 1 into 1.0 and "+00:00" into "Z". Here a field of a
model takes its own JSON type alone (everything else goes the way of `tolerance`), an integer stays
one in a field of numbers, and dates, times, durations and UUIDs keep their text (see `spelling`).
Values in their canonical text are read by pydantic without a call into Python.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, cast
from uuid import UUID

from pydantic_core import CoreSchema, PydanticKnownError, core_schema

from . import spelling
from .kinds import is_mapping

_MARK = "exact"
_PLAIN_KEYS = {
    "type",
    "metadata",
    "ref",
    "serialization",
    "strict",
    "microseconds_precision",
    "version",
}
_AS_IT_IS = core_schema.simple_ser_schema("any")


def exact(schema: Any) -> Any:
    """Return a core schema whose scalars are read and written exactly; models inside it are left as they are.

    Args:
        schema: A core schema of pydantic; it is not changed.
    """
    if schema.get("metadata", {}).get(_MARK) or "serialization" in schema:
        return schema
    kind = schema["type"]
    if kind in _SCALARS:
        return _marked(schema, _SCALARS[kind](schema))
    changed: dict[str, Any] = {}
    for key in ("schema", "items_schema", "keys_schema", "values_schema"):
        inner = schema.get(key)
        if kind == "tuple" and key == "items_schema":
            changed[key] = [exact(item) for item in inner]
        elif inner is not None and kind not in ("model", "dataclass"):
            changed[key] = exact(inner)
    if kind == "union":
        changed["choices"] = [exact(choice) for choice in choices(schema)]
        changed["serialization"] = _ANY_CHOICE
    return {**schema, **changed} if changed else schema


def choices(schema: Mapping[str, Any]) -> list[Any]:
    """Return the choices of a union, without the labels that some of them have."""
    found: list[Any] = schema["choices"]
    return [choice[0] if isinstance(choice, tuple) else choice for choice in found]


def spelled(
    canonical: Iterable[CoreSchema],
    read: Callable[[Any], object],
    write: Callable[[Any], str],
    kind: type,
    message: str,
) -> CoreSchema:
    """Return the schema of a scalar that keeps its text.

    Args:
        canonical: How texts are read that need not be kept.
        read: How anything else is read; raises ValueError.
        write: Gives the text of a value of that kind.
        kind: The class of the values.
        message: What is said of a value that cannot be read.
    """

    def written(value: object) -> object:
        return write(value) if isinstance(value, kind) else value

    return core_schema.union_schema(
        [*canonical, core_schema.no_info_plain_validator_function(read)],
        mode="left_to_right",
        custom_error_type="value_error",
        custom_error_context={"error": message},
        serialization=core_schema.plain_serializer_function_ser_schema(
            written, when_used="json-unless-none"
        ),
    )


def _matching(pattern: str, reading: Any) -> CoreSchema:
    """Return the schema of a text that looks so, and is then read by another schema."""
    return core_schema.chain_schema([core_schema.str_schema(pattern=pattern, strict=True), reading])


def _marked(schema: Mapping[str, Any], changed: Mapping[str, Any]) -> dict[str, Any]:
    return {**changed, "metadata": {**schema.get("metadata", {}), _MARK: True}}


def _integer(schema: Mapping[str, Any]) -> dict[str, Any]:
    return {**schema, "strict": True, "serialization": _NUMBER_TEXT}


def _number(schema: Mapping[str, Any]) -> Any:
    number = {**schema, "strict": True, "allow_inf_nan": False, "metadata": {_MARK: True}}
    bounds = {
        name: rounded(schema[name])
        for name, rounded in (
            ("ge", math.ceil),
            ("gt", math.floor),
            ("le", math.floor),
            ("lt", math.ceil),
            ("multiple_of", _whole_step),
        )
        if schema.get(name) is not None and math.isfinite(schema[name])
    }
    integer = {"type": "int", "strict": True, "metadata": {_MARK: True}, **bounds}
    return {
        "type": "union",
        "choices": [number, integer],
        "mode": "smart",
        "serialization": _NUMBER_TEXT,
    }


def _whole_step(step: float) -> int:
    """Return that of which integers are the multiples that are multiples of a step: 5 for 2.5, 1 for 0.1."""
    return Decimal(repr(step)).as_integer_ratio()[0]


def _text_alone(schema: Mapping[str, Any]) -> dict[str, Any]:
    return {**schema, "strict": True, "serialization": _AS_IT_IS}


def _boolean(schema: Mapping[str, Any]) -> dict[str, Any]:
    return {**schema, "strict": True, "serialization": _NUMBER_TEXT}


def _literal(schema: Any) -> Any:
    """Return the schema of constants of which 1 is neither 1.0 nor true."""
    constants: list[object] = schema["expected"]
    if all(isinstance(constant, str) for constant in constants):
        return schema

    def check(value: object) -> object:
        if not any(type(value) is type(one) and value == one for one in constants):
            expected = " or ".join(repr(constant) for constant in constants)
            raise PydanticKnownError("literal_error", {"expected": expected})
        return value

    return core_schema.no_info_before_validator_function(check, schema)


def _number_written(value: object) -> object:
    if isinstance(value, spelling.WholeNumber):
        return float(value)
    return value.text if isinstance(value, spelling.Spelled) and value.text else value


def _written(value: object) -> object:
    """Return a value of a union with the texts of what is in it: by what it is, since what was kept is of none of the choices.

    Models are left, which write themselves.
    """
    if is_mapping(value):
        return {key: _written(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_written(item) for item in cast("Sequence[object]", value)]
    for kind, write in _WRITTEN.items():
        if isinstance(value, kind):
            return write(value)
    return value


_WRITTEN: Mapping[type, Callable[[Any], object]] = {
    int: _number_written,
    float: _number_written,
    datetime: spelling.datetime_text,
    date: date.isoformat,
    time: spelling.time_text,
    timedelta: spelling.duration_text,
    UUID: spelling.uuid_text,
    bytes: spelling.bytes_text,
}
"""How a value of a kind is written, the narrower kinds first."""

_NUMBER_TEXT = core_schema.plain_serializer_function_ser_schema(
    _number_written, when_used="json-unless-none"
)
_ANY_CHOICE = core_schema.plain_serializer_function_ser_schema(
    _written, when_used="json-unless-none"
)


def _text(
    pattern: str,
    read: Callable[[Any], object],
    write: Callable[[Any], str],
    kind: type,
    message: str,
) -> Callable[[Mapping[str, Any]], Any]:
    def schema_of(schema: Mapping[str, Any]) -> Any:
        if not schema.keys() <= _PLAIN_KEYS:
            return schema
        canonical: Any = {**schema, "strict": False}
        canonical.pop("ref", None)
        return spelled([_matching(pattern, canonical)], read, write, kind, message)

    return schema_of


def _datetime(schema: Mapping[str, Any]) -> Any:
    if not schema.keys() <= _PLAIN_KEYS:
        return schema
    styles: list[tuple[str, type[datetime]]] = [(spelling.DATETIME_PATTERN, datetime)]
    styles += spelling.DATETIME_STYLES
    by_pydantic = _matching(
        spelling.DATETIME_MILLISECONDS_PATTERN, core_schema.datetime_schema(strict=False)
    )
    # fromisoformat is in C, and gives the datetime of the class without a call into Python.
    by_class = [
        _matching(pattern, core_schema.no_info_plain_validator_function(styled.fromisoformat))
        for pattern, styled in styles
    ]
    return spelled(
        [by_pydantic, *by_class],
        spelling.read_datetime,
        spelling.datetime_text,
        datetime,
        "a datetime with a time zone, or its RFC 3339 text, is needed",
    )


_SCALARS: Mapping[str, Callable[[Mapping[str, Any]], Any]] = {
    "int": _integer,
    "float": _number,
    "bool": _boolean,
    "str": _text_alone,
    "literal": _literal,
    "datetime": _datetime,
    "date": _text(
        spelling.DATE_PATTERN,
        spelling.read_date,
        date.isoformat,
        date,
        "a date, or its RFC 3339 text, is needed",
    ),
    "time": _text(
        spelling.TIME_PATTERN,
        spelling.read_time,
        spelling.time_text,
        time,
        "a time, or its RFC 3339 text, is needed",
    ),
    "timedelta": _text(
        spelling.DURATION_PATTERN,
        spelling.read_duration,
        spelling.duration_text,
        timedelta,
        "a timedelta, or its ISO 8601 text without years and months, is needed",
    ),
    "uuid": _text(
        spelling.UUID_PATTERN,
        spelling.read_uuid,
        spelling.uuid_text,
        UUID,
        "a UUID, or its text, is needed",
    ),
}
