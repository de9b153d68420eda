"""Values that show how an argument is given, for those that the document has no example of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from ..api import Example, Value
from ..text import Name, Text, opened
from .definitions import Definition, Schema, referred

_TEXTS = {
    "date-time": "2024-01-31T12:30:00Z",
    "date": "2024-01-31",
    "time": "12:30:00Z",
    "duration": "PT30S",
    "byte": "aGVsbG8=",
}
_DEEPEST = 4


class Samples:
    """Makes values of prepared schemas: what is required, and nothing else."""

    def __init__(self, definitions: Mapping[Name, Definition], texts: Mapping[str, Value]) -> None:
        self._definitions = definitions
        self._texts = texts

    def of(self, schema: Schema, name: Text) -> Example:
        """Return a value of a schema.

        Args:
            schema: the prepared schema.
            name: what the value is called, which stands for a text that has no form.
        """
        return Example(self._value(schema, name, 0))

    def _value(self, schema: Schema, name: Text, depth: int) -> Value:
        defined = referred(schema)
        if defined is not None:
            return self._defined(self._definitions[defined], name, depth)
        if "anyOf" in schema:
            return self._value(schema["anyOf"][0], name, depth)
        if "const" in schema:
            const = schema["const"]
            return self._texts[const] if isinstance(const, str) else const
        kinds: object = schema.get("type")
        kind = cast(list[str], kinds)[0] if isinstance(kinds, list) else kinds
        match kind:
            case "array":
                return self._array(schema, name, depth)
            case "object":
                return {}
            case "boolean":
                return True
            case "integer" | "number":
                return _number(schema)
            case "null":
                return None
            case _:
                return _text(schema, name)

    def _defined(self, definition: Definition, name: Text, depth: int) -> Value:
        if definition.kind == "enum":
            return definition.members[0].value
        if depth > _DEEPEST:
            return {}
        if definition.tags and definition.attribute is not None:
            tag = definition.tags[0]
            if tag.model != definition.name:
                found = self._defined(self._definitions[tag.model], name, depth + 1)
                return (
                    {**found, _of(definition.discriminator): tag.value}
                    if isinstance(found, dict)
                    else found
                )
        if definition.kind == "root":
            return self._value(definition.schema, name, depth + 1)
        return self._object(definition, depth)

    def _object(self, definition: Definition, depth: int) -> Value:
        made: dict[Text, Value] = {}
        for base in definition.bases:
            inherited = self._object(self._definitions[base], depth + 1)
            made |= inherited if isinstance(inherited, dict) else {}
        properties: Mapping[str, Schema] = definition.schema.get("properties", {})
        required = [item for item in definition.properties if item.required]
        for item in required or (definition.properties[:1] if not made and not depth else ()):
            value = item.example.value if item.example is not None else None
            if value is None:
                value = self._value(properties[item.token], item.wire_name, depth + 1)
            made[item.wire_name] = value
        return made

    def _array(self, schema: Schema, name: Text, depth: int) -> Value:
        if "prefixItems" in schema:
            places: list[Schema] = schema["prefixItems"]
            return tuple(self._value(place, name, depth + 1) for place in places)
        items: Schema = schema.get("items") or {}
        return (self._value(items, name, depth + 1),) if depth <= _DEEPEST else ()


def _of(name: Text | None) -> Text:
    return name if name is not None else Text("")


def _number(schema: Schema) -> int | float:
    whole = schema.get("type") in ("integer", ["integer", "null"])
    least = schema.get("minimum", schema.get("exclusiveMinimum"))
    most = schema.get("maximum", schema.get("exclusiveMaximum"))
    value: int | float = 1
    if least is not None and value <= least:
        value = least if "minimum" in schema else least + 1
    if most is not None and value >= most:
        value = most if "maximum" in schema else most - 1
    step = schema.get("multipleOf")
    if step:
        value = max(step, value // step * step)
    return int(value) if whole else value


def _text(schema: Schema, name: Text) -> Value:
    stated = schema.get("format")
    if stated == "binary":
        return b"..."
    if stated in _TEXTS:
        return Text(_TEXTS[stated])
    least, most = schema.get("minLength", 0), schema.get("maxLength")
    text = opened(name).ljust(min(least, 200), "-")
    return Text(text if most is None else text[:most])
