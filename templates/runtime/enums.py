"""Enumerations that the server may add values to: a value that is not known yet is kept as it came."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum, IntEnum, StrEnum
from typing import Annotated, Any, TypeVar, get_args

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

from .notices import tell_once


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
        name = " or ".join(enum.__name__ for enum in enums)
        unknown = [_SCHEMAS[kind]() for kind in kinds if kind in _SCHEMAS]
        if self._told:
            unknown = [_told(name, schema) for schema in unknown]
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


def _told(name: str, other: CoreSchema) -> CoreSchema:
    def told(value: object) -> object:
        tell_once("%s: the value %s is not known to this version of the client", name, repr(value))
        return value

    return core_schema.no_info_after_validator_function(told, other)
