"""The types of arguments and results: prepared schemas as Python annotations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from ..api import Type, Value
from ..literal import literal
from ..text import Code, Name
from .definitions import enums_in
from .schemas import REFERENCE, Definition, Schema

ANY = Type(Code("Any"), imports=(Name("Any"),))
NONE = Type(Code("None"))
TEXT = Type(Code("str"))
FILE = Type(Code("File"), imports=(Name("File"),))
_BASE64 = Type(Code("Base64"), imports=(Name("Base64"),))
_MAPPING = Type(Code("Mapping[str, Any]"), imports=(Name("Any"), Name("Mapping")))

_RAW = {"Open": "str", "OpenInt": "int"}
_SCALARS = {"integer": "int", "number": "float", "boolean": "bool", "null": "None"}
_FORMATS = {"date-time": "datetime", "date": "date", "time": "time", "duration": "timedelta"}


class Annotations:
    """Annotations of prepared schemas, for the modules of the resources."""

    def __init__(self, definitions: Mapping[Name, Definition], texts: Mapping[str, Value]) -> None:
        self._definitions = definitions
        self._texts = texts

    def result(self, schema: Schema) -> Type:
        """Return the type of a value that the service sends."""
        return self._type(schema, argument=False)

    def argument(self, schema: Schema) -> Type:
        """Return the type of a value that the caller gives: wider than what is read."""
        return self._type(schema, argument=True)

    def has_models(self, given: Type) -> bool:
        """Return whether a type has a model in it, which a mapping may stand for."""
        return any(self._definitions[name].kind != "enum" for name in given.models)

    def _type(self, schema: Schema, *, argument: bool) -> Type:
        if "$ref" in schema:
            return self._named(schema, argument=argument)
        if "anyOf" in schema:
            return union([self._type(choice, argument=argument) for choice in schema["anyOf"]])
        if "const" in schema:
            value = (
                self._texts[schema["const"]]
                if isinstance(schema["const"], str)
                else schema["const"]
            )
            return Type(Code(f"Literal[{literal(value)}]"), imports=(Name("Literal"),))
        kind = schema.get("type")
        if isinstance(kind, list):
            present = self._type({**schema, "type": kind[0]}, argument=argument)
            return union([present, NONE])
        if kind == "array":
            return self._array(schema, argument=argument)
        if kind == "object":
            values = schema.get("additionalProperties")
            inner = (
                self._type(cast(Schema, values), argument=argument)
                if isinstance(values, dict)
                else ANY
            )
            return generic("Mapping" if argument else "dict", inner, key="str, ")
        if kind == "string":
            return self._string(schema.get("format"), argument=argument)
        return Type(Code(_SCALARS[kind])) if kind in _SCALARS else ANY

    def _named(self, schema: Schema, *, argument: bool) -> Type:
        name = Name(schema["$ref"].removeprefix(REFERENCE))
        definition = self._definitions[name]
        named = enums_in(schema)
        model = Type(Code(" | ".join(f"models.{each}" for each in named)), models=tuple(named))
        if definition.kind != "enum":
            return union([model, _MAPPING]) if argument and definition.kind == "object" else model
        if argument:
            return union(
                [model, Type(Code(_RAW.get(definition.marker, "str | int | float | bool")))]
            )
        marker = definition.marker_in(schema)
        return Type(Code(f"{marker}[{model.annotation}]"), models=model.models, imports=(marker,))

    def _array(self, schema: Schema, *, argument: bool) -> Type:
        if "prefixItems" in schema:
            places = [self._type(place, argument=argument) for place in schema["prefixItems"]]
            return _joined(f"tuple[{', '.join(place.annotation for place in places)}]", places)
        items = schema.get("items")
        inner = (
            self._type(cast(Schema, items), argument=argument) if isinstance(items, dict) else ANY
        )
        return generic("Sequence" if argument else "list", inner)

    @staticmethod
    def _string(format_: str | None, *, argument: bool) -> Type:
        if format_ == "binary":
            return FILE if argument else Type(Code("bytes"))
        if format_ == "byte":
            return Type(Code("bytes | str")) if argument else _BASE64
        if format_ not in _FORMATS:
            return TEXT
        name = Name(_FORMATS[format_])
        value = Type(name, imports=(name,))
        return union([value, TEXT]) if argument else value


def union(types: list[Type]) -> Type:
    """Return the union of types, each once, with None last."""
    annotations = dict.fromkeys(part for item in types for part in _alternatives(item.annotation))
    if "Any" in annotations:
        return ANY
    ordered = [part for part in annotations if part != "None"] + ["None"] * ("None" in annotations)
    return _joined(" | ".join(ordered), types)


def _alternatives(annotation: str) -> list[str]:
    if "[" not in annotation:
        return annotation.split(" | ")
    parts: list[str] = []
    depth = start = 0
    for place, character in enumerate(annotation):
        depth += (character == "[") - (character == "]")
        if not depth and annotation.startswith(" | ", place):
            parts.append(annotation[start:place])
            start = place + 3
    return [*parts, annotation[start:]]


def generic(container: str, inner: Type, key: str = "") -> Type:
    """Return the type of a container, such as `list[int]`."""
    made = _joined(f"{container}[{key}{inner.annotation}]", [inner])
    if container in ("list", "dict"):
        return made
    return Type(made.annotation, made.models, (*made.imports, Name(container)))


def _joined(annotation: str, types: list[Type]) -> Type:
    models = dict.fromkeys(model for item in types for model in item.models)
    imports = dict.fromkeys(name for item in types for name in item.imports)
    return Type(Code(annotation), tuple(models), tuple(imports))
