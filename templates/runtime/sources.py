"""Values found in an answer, by the places that the document's extensions name.

A place is a JSON Pointer (RFC 6901) into the body, by the names on the wire, or the header of a response as a runtime
expression names it, `$response.header.X-Next` (OpenAPI 3.1, section 4.8.20.4).
"""

from __future__ import annotations

from typing import Any

from .api_response import ApiResponse
from .kinds import is_list, is_mapping

_HEADER = "$response.header."


def found(response: ApiResponse[Any], place: str) -> Any:
    """Return the value at a place of a response; None if there is none.

    Raises:
        ResponseValidationError: The body cannot be read.
    """
    if place.startswith(_HEADER):
        return response.headers.get(place.removeprefix(_HEADER))
    return look_up(response.data, place)


def look_up(value: object, pointer: str) -> Any:
    """Return what a pointer leads to from a value: a model, a mapping, a list; None if it leads nowhere."""
    for part in pointer.split("/")[1:]:
        value = _step(value, part.replace("~1", "/").replace("~0", "~"))
    from .spelling import SpelledBoolean  # here, as below

    return bool(value) if isinstance(value, SpelledBoolean) else value


def number(value: object) -> int | None:
    """Return a count that the service gave as a number or as the text of one; None if it is no count."""
    if isinstance(value, bool):
        return None
    try:
        return int(value) if isinstance(value, int | float | str) else None
    except (ValueError, OverflowError):
        return None


def is_no(value: object) -> bool:
    """Return whether a value says no: false, or the text of it."""
    return value is False or (isinstance(value, str) and value.strip().lower() == "false")


def is_yes(value: object) -> bool:
    """Return whether a value says yes: true, or the text of it."""
    return value is True or (isinstance(value, str) and value.strip().lower() == "true")


def _step(value: object, name: str) -> Any:
    if is_mapping(value):
        return value.get(name)
    if is_list(value):
        return value[int(name)] if name.isdecimal() and int(name) < len(value) else None
    from pydantic import BaseModel  # here, so that importing the package loads no pydantic

    from .model import fields_of

    if not isinstance(value, BaseModel):
        return None
    for attribute, field in fields_of(type(value)).items():
        if (field.alias or attribute) == name:
            return getattr(value, attribute, None)
    return (value.model_extra or {}).get(name)
