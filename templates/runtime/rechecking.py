"""Models that are sent: what was changed in them without a check, in a list or a mapping, is found before it goes out.

A model is checked when it is made and when a field of it is set. It can still be changed inside a list, by `model_copy(update=)`
or `model_construct`. So each model that is sent is checked once more. What came from the service and was kept although it does
not fit (see `tolerance`) may go back.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, cast

from pydantic import BaseModel, RootModel, ValidationError
from pydantic_core import InitErrorDetails, PydanticCustomError

from .kinds import is_list, is_mapping
from .model import Model
from .reading import Reading

READING = "_reading"
"""Where a model has the reading of the answer that it is of, if something in that was kept."""

_OF_WHAT_CAME = frozenset({"missing", "too_long", "too_short"})

Place = tuple[int | str, ...]


def recheck(value: object) -> None:
    """Check the models in a value again.

    Raises:
        pydantic.ValidationError: Something in them cannot be sent.
        ValueError: A value contains itself.
    """
    problems: list[InitErrorDetails] = []
    try:
        for place, model in _models(value, ()):
            problems += _problems(place, model)
    except RecursionError:
        raise ValueError("it contains itself, or is too deep") from None
    if problems:
        raise ValidationError.from_exception_data("the models", problems, hide_input=True)


def taken_apart(value: object) -> Any:
    """Return a value with mappings in place of the models in it, which have the names of the attributes that were set."""
    if isinstance(value, BaseModel):
        return {name: taken_apart(item) for name, item in _given(value).items()}
    if is_mapping(value):
        return {key: taken_apart(item) for key, item in value.items()}
    return [taken_apart(item) for item in value] if is_list(value) else value


def _models(value: object, place: Place) -> Iterator[tuple[Place, Model]]:
    """Yield the models in a value, and where they are."""
    named: Mapping[Any, object]
    if isinstance(value, BaseModel):
        if isinstance(value, Model):
            yield place, value
        named = _given(value)
    elif is_list(value):
        named = dict(enumerate(value))
    elif is_mapping(value):
        named = value
    else:
        return
    for name, item in named.items():
        yield from _models(item, (*place, name))


def _given(model: BaseModel) -> dict[str, Any]:
    """Return what was set, by attribute, and what was added, but for what has the name of an attribute."""
    if isinstance(model, RootModel):
        return {"root": cast("RootModel[object]", model).root}
    fields, values = type(model).model_fields, vars(model)
    given = {name: values[name] for name in fields if name in model.model_fields_set}
    return {**given, **{k: v for k, v in (model.model_extra or {}).items() if k not in fields}}


def _problems(place: Place, model: Model) -> Iterator[InitErrorDetails]:
    try:
        type(model).model_validate(_given(model))
    except ValidationError as error:
        reading: Reading | None = vars(model).get(READING)
        for problem in error.errors(include_url=False, include_context=False):
            if reading and _came_so(problem["type"], problem["input"], reading.kept):
                continue
            kind: Any = problem["type"]
            message: Any = problem["msg"]
            yield {
                "type": PydanticCustomError(kind, message),
                "loc": (*place, *problem["loc"]),
                "input": None,
            }


def _came_so(problem: str, value: object, kept: list[object]) -> bool:
    return problem in _OF_WHAT_CAME or any(
        type(value) is type(one) and (value is one or value == one) for one in kept
    )
