"""Whether a value is what a schema describes (JSON Schema 2020-12, and its dialects in OpenAPI 3.0 and 3.1).

What is documented is held to the letter, unlike in the client, which takes from the service whatever can be read: a value
that is not in an enumeration is a mistake of the caller here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from .formats import FORMATS
from .jsonkinds import is_array, is_object

Direction = Literal["request", "response"]
Schema = Mapping[str, Any]

_TYPES: Mapping[str, Callable[[Any], bool]] = {
    "null": lambda value: value is None,
    "boolean": lambda value: isinstance(value, bool),
    "integer": lambda value: _is_number(value) and float(value).is_integer(),
    "number": lambda value: _is_number(value),
    "string": lambda value: isinstance(value, str),
    "array": lambda value: is_array(value),
    "object": lambda value: is_object(value),
}
_BOUNDS: Mapping[str, tuple[Callable[[Any, Any], bool], str]] = {
    "minimum": (lambda value, bound: value >= bound, "at least"),
    "maximum": (lambda value, bound: value <= bound, "at most"),
    "exclusiveMinimum": (lambda value, bound: value > bound, "more than"),
    "exclusiveMaximum": (lambda value, bound: value < bound, "less than"),
}
_SIZES: Mapping[str, tuple[str, str]] = {
    "minLength": ("at least", "characters"),
    "maxLength": ("at most", "characters"),
    "minItems": ("at least", "items"),
    "maxItems": ("at most", "items"),
    "minProperties": ("at least", "properties"),
    "maxProperties": ("at most", "properties"),
}


@dataclass(frozen=True)
class Problem:
    """Where a value is not what its schema describes, and what is needed there."""

    place: str
    needed: str

    def __str__(self) -> str:
        return f"{self.place}: {self.needed}" if self.place else self.needed


_DEEPEST = 5


@dataclass(frozen=True)
class _Here:
    """Where a check is: the direction and path of the value, and the references that led here from a schema of the same value."""

    direction: Direction
    place: str = ""
    passed: tuple[str, ...] = ()

    def below(self, name: str) -> _Here:
        return _Here(self.direction, f"{self.place}.{name}" if self.place else name)

    def through(self, name: str) -> _Here:
        return _Here(self.direction, self.place, (*self.passed, name))


class Schemas:
    """The schemas of a document.

    Args:
        table: The schemas that references lead to, by name.
    """

    def __init__(self, table: Mapping[str, Any]) -> None:
        self._table = table

    def resolved(self, schema: Any) -> Schema:
        """Return a schema with what its references lead to, and the parts of its `allOf`, laid over one another."""
        whole: dict[str, Any] = {}
        for part in self.parts(schema):
            properties = dict(whole.get("properties", {}))
            for name, each in part.get("properties", {}).items():
                known = properties.get(name)
                properties[name] = each if known in (None, each) else {"allOf": [known, each]}
            required = [*whole.get("required", ()), *part.get("required", ())]
            whole = {**part, **whole}
            whole |= {"properties": properties} if properties else {}
            whole |= {"required": list(dict.fromkeys(required))} if required else {}
        return whole

    def parts(self, schema: Any) -> Iterator[Schema]:
        """Yield a schema, what its references lead to, and the parts of its `allOf`."""
        yield from self._parts(schema, ())

    def _parts(self, schema: Any, seen: tuple[str, ...]) -> Iterator[Schema]:
        if not is_object(schema):
            return
        part: Schema = schema
        yield part
        name: str = part.get("$ref", "")
        if name in self._table and name not in seen:
            yield from self._parts(self._table[name], (*seen, name))
        for each in part.get("allOf", ()):
            yield from self._parts(each, seen)

    def types(self, schema: Any, depth: int = 0) -> list[str]:
        """Return the types that a schema allows, those of its alternatives too, down to some depth; none for any."""
        resolved = self.resolved(schema)
        stated = resolved.get("type", [])
        found: list[str] = [stated] if isinstance(stated, str) else [*stated]
        for keyword in ("anyOf", "oneOf"):
            for each in resolved.get(keyword, ()) if depth < _DEEPEST else ():
                found += self.types(each, depth + 1)
        if not found:
            values = [resolved["const"]] if "const" in resolved else resolved.get("enum", [])
            found = [kind for value in values for kind, fits in _TYPES.items() if fits(value)]
        if not found and (resolved.keys() & {"properties", "additionalProperties"}):
            found = ["object"]
        if not found and "items" in resolved:
            found = ["array"]
        return found + (["null"] if resolved.get("nullable") is True else [])

    def problems(self, schema: Any, value: Any, direction: Direction) -> Iterator[Problem]:
        """Yield what is wrong with a value.

        Args:
            schema: The schema; anything is right without one.
            value: A value of JSON.
            direction: Whether the service is sent the value or sends it: what is readOnly need not be sent to it, what is
                writeOnly need not come from it.
        """
        yield from self._problems(schema, value, _Here(direction))

    def _problems(self, schema: Any, value: Any, here: _Here) -> Iterator[Problem]:
        if schema is False:
            yield Problem(here.place, "nothing may be here")
        if not is_object(schema):
            return
        described: Schema = schema
        if value is None and self._is_nullable(described):
            return
        name: str = described.get("$ref", "")
        if name in self._table and name not in here.passed:
            yield from self._problems(self._table[name], value, here.through(name))
        wrong = self._wrong_type(described, value)
        if wrong is not None:
            yield Problem(here.place, wrong)
            return
        yield from (Problem(here.place, needed) for needed in _scalar_problems(described, value))
        if is_object(value):
            yield from self._of_object(described, value, here)
        if is_array(value):
            yield from self._of_array(described, value, here)
        yield from self._of_combinations(described, value, here)

    def _is_nullable(self, schema: Schema) -> bool:
        """Return whether OpenAPI 3.0 allows null: `nullable` beside the type, not in an alternative."""
        return any(part.get("nullable") is True for part in self.parts(schema))

    def _wrong_type(self, schema: Schema, value: Any) -> str | None:
        stated = schema.get("type")
        kinds: list[str] = [stated] if isinstance(stated, str) else stated or []
        if not kinds or any(_TYPES[kind](value) for kind in kinds if kind in _TYPES):
            return None
        return f"{' or '.join(kinds)} is needed, not {_kind(value)}"

    def _of_object(self, schema: Schema, value: dict[str, Any], here: _Here) -> Iterator[Problem]:
        properties: dict[str, Any] = schema.get("properties", {})
        away = "readOnly" if here.direction == "request" else "writeOnly"
        for name in schema.get("required", ()):
            if name not in value and not self.resolved(properties.get(name)).get(away):
                yield Problem(here.below(name).place, "it is required")
        for name, needed in schema.get("dependentRequired", {}).items():
            for other in needed if name in value else ():
                if other not in value:
                    yield Problem(here.below(other).place, f"it is required with {name}")
        patterns: dict[str, Any] = schema.get("patternProperties", {})
        for name, item in value.items():
            described = [properties[name]] if name in properties else []
            described += [each for pattern, each in patterns.items() if matches(pattern, name)]
            if not described and "additionalProperties" in schema:
                described = [schema["additionalProperties"]]
            for each in described:
                yield from self._problems(each, item, here.below(name))
            for problem in self._problems(schema.get("propertyNames"), name, here):
                yield Problem(here.below(name).place, f"its name is not allowed: {problem.needed}")

    def _of_array(self, schema: Schema, value: list[Any], here: _Here) -> Iterator[Problem]:
        first: list[Any] = schema.get("prefixItems", [])
        for index, item in enumerate(value):
            each = first[index] if index < len(first) else schema.get("items")
            yield from self._problems(each, item, here.below(str(index)))
        if schema.get("uniqueItems") and any(item in value[:at] for at, item in enumerate(value)):
            yield Problem(here.place, "no item may be there twice")

    def _of_combinations(self, schema: Schema, value: Any, here: _Here) -> Iterator[Problem]:
        for each in schema.get("allOf", ()):
            yield from self._problems(each, value, here)
        for keyword in ("anyOf", "oneOf"):
            alternatives: list[Any] = schema.get(keyword, [])
            if alternatives:
                yield from self._of_alternatives(schema, alternatives, value, here)
        if "not" in schema and not any(self._problems(schema["not"], value, here)):
            yield Problem(here.place, "this is what it may not be")
        if "if" in schema:
            met = not any(self._problems(schema["if"], value, here))
            yield from self._problems(schema.get("then" if met else "else"), value, here)

    def _of_alternatives(
        self, schema: Schema, alternatives: list[Any], value: Any, here: _Here
    ) -> Iterator[Problem]:
        """Yield the problems of a value that fits no alternative: those of the one that comes closest."""
        tagged = self._tagged(schema, alternatives, value)
        closest: list[Problem] | None = None
        for each in alternatives if tagged is None else [tagged]:
            found = list(self._problems(each, value, here))
            if not found:
                return
            if closest is None or _distance(found, here.place) < _distance(closest, here.place):
                closest = found
        yield from closest or ()

    def _tagged(self, schema: Schema, alternatives: list[Any], value: Any) -> Any:
        """Return the alternative that the discriminator of a value names (OpenAPI 3.1, 4.8.25), None if it names none."""
        discriminator = schema.get("discriminator")
        if not is_object(discriminator) or not is_object(value):
            return None
        described: Schema = discriminator
        tag = str(value.get(described.get("propertyName", "")))
        mapping: Mapping[str, str] = described.get("mapping", {})
        name = mapping.get(tag, tag).rpartition("/")[2]
        return next(
            (each for each in alternatives if is_object(each) and each.get("$ref") == name), None
        )


def _scalar_problems(schema: Schema, value: Any) -> Iterator[str]:
    if "const" in schema and not _equal(value, schema["const"]):
        yield f"it can only be {schema['const']!r}"
    allowed: list[Any] = schema.get("enum", [])
    if allowed and not any(_equal(value, each) for each in allowed):
        yield f"{value!r} is not one of {', '.join(map(repr, allowed))}"
    if _is_number(value):
        yield from _number_problems(schema, value)
    yield from _size_problems(schema, value)
    if isinstance(value, str):
        pattern = schema.get("pattern")
        if pattern is not None and not matches(pattern, value):
            yield f"it does not match {pattern!r}"
    check = FORMATS.get(schema.get("format", ""))
    if check is not None and not check.fits(value):
        yield f"{check.needed} is needed"


def _size_problems(schema: Schema, value: Any) -> Iterator[str]:
    for keyword, (words, unit) in _SIZES.items():
        bound = schema.get(keyword)
        if bound is not None and _unit(value) == unit:
            size = len(value)
            if size < bound if words == "at least" else size > bound:
                yield f"it has {size} {unit}; {words} {bound} are allowed"


def _number_problems(schema: Schema, value: Any) -> Iterator[str]:
    for keyword, (fits, words) in _BOUNDS.items():
        bound = schema.get(keyword)
        if bound is True:  # OpenAPI 3.0: the bound itself is excluded
            bound = schema.get(keyword.replace("exclusiveM", "m"))
        if _is_number(bound) and not fits(value, bound):
            yield f"{value!r} must be {words} {bound}"
    step = schema.get("multipleOf")
    if _is_number(step) and step and abs(value / step - round(value / step)) > 1e-9:
        yield f"{value!r} is not a multiple of {step}"


def _unit(value: object) -> str:
    """Return what the size of a value is counted in."""
    if isinstance(value, str):
        return "characters"
    return "items" if is_array(value) else "properties" if is_object(value) else ""


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _equal(value: object, other: object) -> bool:
    return value == other and isinstance(value, bool) == isinstance(other, bool)


def matches(pattern: str, text: str) -> bool:
    """Return whether a text has what a pattern of ECMA-262 looks for; one that Python does not know is passed over."""
    try:
        return re.search(pattern, text) is not None
    except re.error:
        return True


def _kind(value: object) -> str:
    return next(kind for kind, fits in _TYPES.items() if fits(value))


def _distance(problems: list[Problem], place: str) -> tuple[bool, int]:
    """Return how far an alternative is from fitting: one of another type is furthest."""
    return any(problem.place == place for problem in problems), len(problems)
