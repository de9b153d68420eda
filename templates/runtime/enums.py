"""Enumerations that the server may add values to: a value that is not known yet is kept as it came.

It is told once in the log. While an answer is read, it is only noted: where a value is of one of several models, pydantic tries
them all, and what one of them does not know the one that is taken may know.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import Enum, IntEnum, StrEnum
from typing import Annotated, Any, ForwardRef, TypeVar, cast, get_args

from pydantic import BaseModel, GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

from .kinds import is_mapping
from .model import fields_of
from .notices import is_told, tell_once
from .reading import Reading, Unknown


class OpenEnum(StrEnum):
    """The base of enumerations of strings; its members are strings. A field of one is written `Open[Direction]`."""


class OpenIntEnum(IntEnum):
    """The base of enumerations of integers; its members are integers. A field of one is written `OpenInt[Level]`."""


class OpenMixedEnum(Enum):
    """The base of enumerations of values of several types. A field of one is written `OpenMixed[Size]`."""


class _UnknownAllowed:
    """Marks the union of an enumeration and the type of its values.

    Args:
        told: Whether a value that is not in it is logged.
    """

    def __init__(self, *, told: bool = True) -> None:
        self._told = told

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        kinds: tuple[Any, ...] = get_args(source)
        enums = [kind for kind in kinds if kind not in _SCHEMAS]
        known = [_exactly(enum, handler.generate_schema(enum)) for enum in enums]
        unknown = [_SCHEMAS[kind]() for kind in kinds if kind in _SCHEMAS]
        if self._told:
            unknown = [_told(tuple(enums), schema) for schema in unknown]
        return core_schema.union_schema([*known, *unknown], mode="left_to_right")


E = TypeVar("E", bound=Enum)

Open = Annotated[E | str, _UnknownAllowed()]
"""A member of the enumeration (`Open[A | B]`: of one of them), or a string that is not in it (which is logged once)."""

OpenInt = Annotated[E | int, _UnknownAllowed()]
"""A member of the enumeration, or an integer that is not in it (which is logged once)."""

OpenMixed = Annotated[E | str | int | float | bool, _UnknownAllowed()]
"""A member of the enumeration, or a scalar that is not in it (which is logged once)."""

Known = Annotated[E | str, _UnknownAllowed(told=False)]
"""A member of the enumeration, or any other string, which the API takes as well."""

KnownInt = Annotated[E | int, _UnknownAllowed(told=False)]
"""A member of the enumeration, or any other integer, which the API takes as well."""

KnownMixed = Annotated[E | str | int | float | bool, _UnknownAllowed(told=False)]
"""A member of the enumeration, or any other scalar, which the API may take as well."""

_SCHEMAS: dict[Any, Callable[[], CoreSchema]] = {
    str: lambda: core_schema.str_schema(strict=True),
    int: lambda: core_schema.int_schema(strict=True),
    float: lambda: core_schema.float_schema(strict=True),
    bool: lambda: core_schema.bool_schema(strict=True),
}


def _exactly(enum: type[Enum], schema: CoreSchema) -> CoreSchema:
    """Return the schema of the members of an enumeration, which takes neither true nor "1" for 1, as pydantic's own does."""
    if issubclass(enum, str):
        return schema

    def check(value: object) -> object:
        if not isinstance(value, enum) and not any(
            type(member.value) is type(value) and member.value == value for member in enum
        ):
            raise ValueError(f"no value of {enum.__name__}")
        return value

    return core_schema.no_info_before_validator_function(check, schema)


def _told(enums: tuple[type[Enum], ...], other: CoreSchema) -> CoreSchema:
    def told(value: object, info: core_schema.ValidationInfo[Reading | None]) -> object:
        if not isinstance(info.context, Reading) or info.field_name is None:
            tell_once(*_notice(enums, value))
        elif not is_told(*_notice(enums, value)):
            info.context.unknown.append(Unknown(enums, info.field_name, value))
        return value

    return core_schema.with_info_after_validator_function(told, other)


def _notice(enums: tuple[type[Enum], ...], value: object) -> tuple[str, str, str]:
    name = " or ".join(enum.__name__ for enum in enums)
    return "%s: the value %s is not known to this version of the client", name, repr(value)


def tell_unknown(reading: Reading, read: object) -> None:
    """Log what the enumerations in an answer do not have, of the models that it was read as alone."""
    unknown = dict.fromkeys(reading.unknown)
    waiting = [read] if unknown else []
    while waiting:
        part = waiting.pop()
        if isinstance(part, BaseModel):
            fields, values = fields_of(type(part)), vars(part)
            for one in unknown:
                field = fields.get(one.field)
                if (
                    field is not None
                    and _mentions(field.annotation, one.enums)
                    and _holds(values.get(one.field), one.value)
                ):
                    tell_once(*_notice(one.enums, one.value))
            waiting += [*values.values(), *(part.model_extra or {}).values()]
        elif is_mapping(part):
            waiting += part.values()
        elif isinstance(part, list | tuple):
            waiting += cast("Sequence[object]", part)


def _mentions(annotation: Any, enums: tuple[type[Enum], ...]) -> bool:
    """Return whether a type is made of one of some enumerations; what is not known yet of one that holds itself may be."""
    named = getattr(annotation, "__value__", annotation)
    if isinstance(named, str | ForwardRef):
        return True
    return named in enums or any(_mentions(part, enums) for part in get_args(named))


def _holds(value: object, unknown: object) -> bool:
    """Return whether an attribute has a value, in a list or a mapping or not, that is no member of an enumeration."""
    if is_mapping(value):
        return any(_holds(item, unknown) for item in value.values())
    if isinstance(value, list | tuple):
        return any(_holds(item, unknown) for item in cast("Sequence[object]", value))
    return type(value) is type(unknown) and value == unknown
