"""Reading what does not fit: a second schema for the responses that the first one refuses.

It is the schema of the documented type with each field, item and value of a map widened: what does
not fit there is kept as the JSON value that came, and told once in the log. Numbers that came as
strings are numbers, a required field that is missing is None, limits of length and size do not
count. Only the root must be what it should be. The models know what was kept, so that it can be sent
back (see `rechecking`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any, Literal

from pydantic import BaseModel
from pydantic_core import SchemaValidator, core_schema

from .exactness import choices
from .kinds import is_list, is_mapping
from .notices import tell_once
from .reading import Reading
from .rechecking import READING
from .spelling import SpelledBoolean, SpelledInteger, SpelledNumber, WholeNumber

_LIMITS = ("min_length", "max_length", "pattern", "unique", "fail_fast")
_CONFIG = core_schema.CoreConfig(extra_fields_behavior="allow", title="the response")


def tolerant_validator(schema: Mapping[str, Any], *, told: bool = True) -> SchemaValidator:
    """Return a validator that reads what the given schema describes and keeps what does not fit.

    Args:
        schema: The core schema of the documented type; it is not changed.
        told: Whether the log is told of it; not of texts, whose numbers can be nothing else.
    """
    return SchemaValidator(_widened(schema, "the response" if told else ""), _CONFIG)


def container_of(schema: Mapping[str, Any]) -> Literal["array", "model", "map"] | None:
    """Return what the values of a schema are made of: items, or the properties of a model or of a map; None for a scalar."""
    definitions = {each["ref"]: each for each in schema.get("definitions", ())}
    while True:
        kind = schema["type"]
        if kind == "definition-ref":
            schema = definitions[schema["schema_ref"]]
        elif kind in _CONTAINERS and not schema.get("root_model"):
            return _CONTAINERS[kind]
        elif "schema" in schema:
            schema = schema["schema"]
        else:
            return None


_CONTAINERS: Mapping[str, Literal["array", "model", "map"]] = {
    "list": "array",
    "tuple": "array",
    "dict": "map",
    "model": "model",
}


def _widened(schema: Any, where: str) -> Any:
    """Return the schema that keeps what does not fit inside; `where` names the place in the log."""
    kind = schema["type"]
    if kind in _NUMBERS and _is_number(schema):
        return _or(schema, partial(_NUMBERS[kind], where))
    widen = _WIDENED.get(kind)
    widened = schema if widen is None else widen(schema, where)
    if "ref" in schema:
        widened = {**widened, "ref": _tolerant_ref(schema["ref"])}
    return widened


def _or_raw(schema: Any, where: str) -> Any:
    return _or(_widened(schema, where), partial(_kept, where))


def _or(schema: Any, read: Callable[[Any], object]) -> Any:
    def kept(value: object, info: core_schema.ValidationInfo[Reading | None]) -> object:
        as_read = read(value)
        if info.context is not None:
            info.context.kept += _parts(as_read)
        return as_read

    otherwise = core_schema.with_info_plain_validator_function(kept)
    return core_schema.union_schema([schema, otherwise], mode="left_to_right")


def _parts(value: object) -> Iterator[object]:
    """Yield a value that is kept and all that is in it, any of which a check may find."""
    yield value
    inner = value.values() if is_mapping(value) else value if is_list(value) else ()
    for part in inner:
        yield from _parts(part)


def _tell(message: str, where: str) -> None:
    if where:
        tell_once(message, where)


def _kept(where: str, value: object) -> object:
    _tell("%s: a value that does not fit its description was kept as it came", where)
    return value


def _missing(where: str) -> None:
    _tell("%s: a required value is missing", where)


def _read_integer(where: str, value: object) -> int:
    if isinstance(value, str):
        number: int = SpelledInteger.read(value)
        if not where:
            return int(number)
    elif isinstance(value, float) and value.is_integer() and repr(value) != "-0.0":
        number = WholeNumber(value)
    else:
        raise ValueError("not an integer")
    _tell("%s: an integer came as something else", where)
    return number


def _read_number(where: str, value: object) -> float:
    if not isinstance(value, str):
        raise ValueError("not a number")
    number = SpelledNumber.read(value)
    if not where:
        return float(number)
    _tell("%s: a number came as a string", where)
    return number


def _read_boolean(where: str, value: object) -> int:
    if not isinstance(value, str):
        raise ValueError("not a boolean")
    boolean = SpelledBoolean.read(value)
    if not where:
        return bool(boolean)
    _tell("%s: a boolean came as a string", where)
    return boolean


_NUMBERS: Mapping[str, Callable[[str, Any], object]] = {
    "int": _read_integer,
    "float": _read_number,
    "union": _read_number,
    "bool": _read_boolean,
}


def _is_number(schema: Mapping[str, Any]) -> bool:
    """Return whether this is a number, rather than a union of other things."""
    return schema["type"] != "union" or all(
        isinstance(choice, dict) and choice["type"] in ("int", "float")
        for choice in schema["choices"]
    )


def _definitions(schema: Mapping[str, Any], where: str) -> Any:
    definitions = [*schema["definitions"]]
    definitions += [_widened(definition, where) for definition in schema["definitions"]]
    return core_schema.definitions_schema(_widened(schema["schema"], where), definitions)


def _tolerant_ref(ref: str) -> str:
    return f"{ref}:tolerant"


def _reference(schema: Mapping[str, Any], _where: str) -> Any:
    return core_schema.definition_reference_schema(_tolerant_ref(schema["schema_ref"]))


def _model(schema: Mapping[str, Any], where: str) -> Any:
    cls = schema["cls"]
    inner = _widened(schema["schema"], where and cls.__name__)
    create = _root_instance if schema.get("root_model") else _instance
    return core_schema.with_info_after_validator_function(partial(create, cls), inner)


def _instance(
    cls: type[BaseModel],
    parts: tuple[dict[str, Any], dict[str, Any], set[str]],
    info: core_schema.ValidationInfo[Reading | None],
) -> Any:
    values, extra, fields_set = parts
    if info.context is not None:
        values[READING] = info.context
    model = cls.__new__(cls)
    object.__setattr__(model, "__dict__", values)
    object.__setattr__(model, "__pydantic_extra__", extra)
    object.__setattr__(model, "__pydantic_fields_set__", fields_set)
    object.__setattr__(model, "__pydantic_private__", None)
    if cls.model_post_init is not BaseModel.model_post_init:
        model.model_post_init(None)
    return model


def _root_instance(
    cls: type[BaseModel], root: object, info: core_schema.ValidationInfo[Reading | None]
) -> Any:
    return _instance(cls, ({"root": root}, {}, {"root"}), info)


def _fields(schema: Mapping[str, Any], where: str) -> Any:
    fields: dict[str, Any] = {}
    for name, field in schema["fields"].items():
        place = where and f"{where}.{name}"
        inner = field["schema"]
        if inner["type"] == "default":
            widened: Any = {**inner, "schema": _or_raw(inner["schema"], place)}
        else:
            widened = core_schema.with_default_schema(
                _or_raw(inner, place), default_factory=partial(_missing, place)
            )
        fields[name] = {**field, "schema": widened}
    changed = {**schema, "fields": fields}
    if schema.get("extras_schema") is not None:
        changed["extras_schema"] = _or_raw(schema["extras_schema"], where)
    return changed


def _items(schema: Mapping[str, Any], where: str) -> Any:
    changed = {key: value for key, value in schema.items() if key not in _LIMITS}
    if schema["type"] == "tuple":
        changed["items_schema"] = [_or_raw(item, where) for item in schema["items_schema"]]
        changed.pop("ref", None)
        return _or(changed, partial(_read_array, where))
    if "items_schema" in schema:
        changed["items_schema"] = _or_raw(schema["items_schema"], where)
    return changed


def _read_array(where: str, value: object) -> object:
    """Take an array with more or fewer items than it should have."""
    if not is_list(value):
        raise ValueError("not an array")
    return _kept(where, value)


def _map(schema: Mapping[str, Any], where: str) -> Any:
    changed = {key: value for key, value in schema.items() if key not in _LIMITS}
    changed.pop("keys_schema", None)
    if "values_schema" in schema:
        changed["values_schema"] = _or_raw(schema["values_schema"], where)
    return changed


def _union(schema: Mapping[str, Any], where: str) -> Any:
    widened = [_widened(choice, where) for choice in choices(schema)]
    as_it_was: Any = {key: value for key, value in schema.items() if key != "ref"}
    otherwise = core_schema.union_schema(widened, mode=schema.get("mode", "smart"))
    noted = core_schema.with_info_after_validator_function(_noted, otherwise)
    return core_schema.union_schema([as_it_was, noted], mode="left_to_right")


def _noted(value: object, info: core_schema.ValidationInfo[Reading | None]) -> object:
    """Take a value that fits none of the choices as it is for one that was kept, as a check of it names each choice."""
    if info.context is not None:
        info.context.kept.append(value)
    return value


def _tagged(schema: Mapping[str, Any], where: str) -> Any:
    tagged = schema["choices"].items()
    as_it_was: Any = {key: value for key, value in schema.items() if key != "ref"}
    as_it_was["choices"] = {tag: _widened(choice, where) for tag, choice in tagged}
    return _or(as_it_was, partial(_read_unknown, where))


def _read_unknown(where: str, value: object) -> object:
    """Take an object with a discriminator that is not known yet, which is of none of the models."""
    if not is_mapping(value):
        raise ValueError("not an object")
    return _kept(where, value)


def _inner(schema: Mapping[str, Any], where: str) -> Any:
    return {**schema, "schema": _widened(schema["schema"], where)}


def _of_json(schema: Mapping[str, Any], where: str) -> Any:
    return _widened(schema["json_schema"], where)


_WIDENED: Mapping[str, Callable[[Mapping[str, Any], str], Any]] = {
    "definitions": _definitions,
    "definition-ref": _reference,
    "model": _model,
    "model-fields": _fields,
    "list": _items,
    "set": _items,
    "frozenset": _items,
    "tuple": _items,
    "dict": _map,
    "union": _union,
    "tagged-union": _tagged,
    "nullable": _inner,
    "function-before": _inner,
    "function-after": _inner,
    "function-wrap": _inner,
    "json-or-python": _of_json,
}
