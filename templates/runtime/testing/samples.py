"""Values made from schemas: their examples where they have some, else the plainest value of their type.

The same schema gives the same value each time.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from .formats import FORMATS
from .jsonkinds import is_array, is_object
from .schemas import Direction, Schemas, matches

_DEEPEST = 8
_WHOLE = 2
_MERGED = frozenset({"$ref", "allOf", "anyOf", "oneOf"})
_PREFIX = re.compile(r"\^([\w-]*)")


def sample(schemas: Schemas, schema: Any, direction: Direction = "response", depth: int = 0) -> Any:
    """Return a value that a schema describes, as far as types, limits and enumerations tell.

    Args:
        schemas: The schemas that it refers to.
        schema: The schema.
        direction: Whether the service is sent the value or sends it.
        depth: How deep in another value it will be; what may be left out is, from a certain depth on.
    """
    if depth > _DEEPEST:
        return None
    described = schemas.resolved(schema)
    for stated in _stated(schemas.parts(schema)):
        if not any(schemas.problems(schema, stated, direction)):
            return stated
    for keyword in ("oneOf", "anyOf"):
        alternatives: list[Any] = described.get(keyword, [])
        kinds = [each for each in alternatives if schemas.types(each) != ["null"]]
        if kinds and not schemas.types(kinds[0]):  # it only narrows what stands beside it
            beside = {key: each for key, each in described.items() if key not in _MERGED}
            return sample(schemas, {"allOf": [kinds[0], beside]}, direction, depth + 1)
        if kinds:
            chosen = sample(schemas, kinds[0], direction, depth + 1)
            return _tagged(described, kinds[0], chosen, schemas, direction, depth)
    kinds = [kind for kind in schemas.types(described) if kind != "null"]
    kind = kinds[0] if kinds else "null" if schemas.types(described) else "string"
    if kind == "object":
        return _object(schemas, described, direction, depth)
    if kind == "array":
        return _array(schemas, described, direction, depth)
    if kind in ("integer", "number"):
        return _number(described)
    return _text(described) if kind == "string" else True if kind == "boolean" else None


def _stated(parts: Iterable[Mapping[str, Any]]) -> Iterator[Any]:
    """Yield the values that a schema names itself: examples first, then what is allowed, then the default."""
    found: list[list[Any]] = [[], [], []]
    for part in parts:
        examples = part.get("examples")
        found[0] += [part["example"]] if "example" in part else []
        found[0] += examples if is_array(examples) else []
        found[1] += [part["const"]] if "const" in part else []
        found[1] += [value for value in part.get("enum", ()) if value is not None]
        found[2] += [part["default"]] if part.get("default") is not None else []
    for values in found:
        yield from values


def _tagged(
    schema: Mapping[str, Any],
    chosen: Any,
    value: Any,
    schemas: Schemas,
    direction: Direction,
    depth: int,
) -> Any:
    """Return the value of an alternative with the properties beside the alternatives, and with its tag."""
    if not is_object(value):
        return value
    beside = {key: each for key, each in schema.items() if key not in ("oneOf", "anyOf")}
    if beside.get("properties"):
        value = {**_object(schemas, beside, direction, depth), **value}
    discriminator: Mapping[str, Any] = schema.get("discriminator", {})
    name: str | None = chosen.get("$ref")
    if discriminator and name is not None:
        mapping: Mapping[str, str] = discriminator.get("mapping", {})
        tags = [tag for tag, to in mapping.items() if to.rpartition("/")[2] == name]
        value = {**value, discriminator["propertyName"]: tags[0] if tags else name}
    return value


def _object(
    schemas: Schemas, schema: Mapping[str, Any], direction: Direction, depth: int
) -> dict[str, Any]:
    away = "readOnly" if direction == "request" else "writeOnly"
    required = schema.get("required", ())
    made: dict[str, Any] = {}
    for name, each in schema.get("properties", {}).items():
        wanted = name in required or depth < _WHOLE
        if wanted and depth < _DEEPEST and not schemas.resolved(each).get(away):
            made[name] = sample(schemas, each, direction, depth + 1)
    for name in required:
        if name not in made and name not in schema.get("properties", {}):
            made[name] = sample(schemas, schema.get("additionalProperties"), direction, depth + 1)
    extra = schema.get("additionalProperties")
    for index in range(max(0, schema.get("minProperties", 0) - len(made))):
        made[f"property{index + 1}"] = sample(schemas, extra, direction, depth + 1)
    return made


def _array(
    schemas: Schemas, schema: Mapping[str, Any], direction: Direction, depth: int
) -> list[Any]:
    made = [sample(schemas, each, direction, depth + 1) for each in schema.get("prefixItems", ())]
    least = schema.get("minItems", 0 if depth >= _WHOLE or made else 1)
    least = min(least, schema.get("maxItems", least))
    while len(made) < least:
        item = sample(schemas, schema.get("items"), direction, depth + 1)
        made.append(_another(item, len(made)) if schema.get("uniqueItems") else item)
    return made


def _another(item: Any, number: int) -> Any:
    """Return a value that differs from the ones before it."""
    if not number:
        return item
    if isinstance(item, str):
        return f"{item}{number}"
    return item + number if isinstance(item, int | float) else item


def _text(schema: Mapping[str, Any]) -> str:
    if schema.get("format") in ("byte", "base64") or schema.get("contentEncoding") == "base64":
        return base64.b64encode(b"text").decode()
    known = FORMATS.get(schema.get("format", ""))
    text = str(known.example) if known is not None else "text"
    pattern = schema.get("pattern")
    if pattern is not None:
        match = _PREFIX.match(pattern)
        start = match[1] if match is not None else ""
        for each in (text, start, f"{start}text", f"{start}1", f"{start}0000", "A", "AAA"):
            if matches(pattern, each):
                text = each
                break
    text = text.ljust(schema.get("minLength", 0), "x")
    return text[: schema.get("maxLength", len(text))]


def _number(schema: Mapping[str, Any]) -> Any:
    """Return the step of a number, or the next one that is within its bounds."""
    step = schema.get("multipleOf") or 1
    low, low_is_out = _bound(schema, "inimum")
    high, high_is_out = _bound(schema, "aximum")
    number = step
    if low is not None and (number < low or (low_is_out and number <= low)):
        number = -(-low // step) * step
        number += step if low_is_out and number <= low else 0
    if high is not None and (number > high or (high_is_out and number >= high)):
        number = high // step * step
        number -= step if high_is_out and number >= high else 0
    if low is not None and high is not None and (number < low or (low_is_out and number <= low)):
        number = (low + high) / 2
    whole = schema.get("type") != "number" and float(number).is_integer()
    return int(number) if whole else number


def _bound(schema: Mapping[str, Any], name: str) -> tuple[Any, bool]:
    """Return a bound and whether it is excluded itself, as OpenAPI 3.0 or JSON Schema 2020-12 say it."""
    excluded = schema.get(f"exclusiveM{name}")
    if excluded is None or isinstance(excluded, bool):
        return schema.get(f"m{name}"), excluded is True
    return excluded, True
