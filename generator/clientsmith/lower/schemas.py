"""Schemas of the document, prepared for the models stage.

A prepared schema is plain JSON Schema 2020-12 without any text of the document: every object and
enum has a definition with a name made by the naming module, and property names, constants and
patterns are tokens (`f1`, `v1`) that stand for them. So what the models' generator sees cannot turn
text of a document into code, and each class has the name that is decided here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from .. import naming
from ..api import EnumMember, Example, Value
from ..diagnostics import Diagnostic, Location
from ..document import Document, Node
from ..source import Value as JsonValue
from ..text import Name, Text
from .nodes import (
    Identity,
    description_of,
    documented,
    elements,
    entries,
    example_of,
    identity,
    keywords,
    text_of,
    value_of,
)

Schema = dict[str, Any]
"""A prepared schema."""

REFERENCE = "#/$defs/"

_SCALARS = {"string", "integer", "number", "boolean", "null"}
_KEPT_FORMATS = {"date-time", "date", "time", "duration", "binary"}
_BOUNDS = ("minLength", "maxLength", "minimum", "maximum", "multipleOf", "minItems", "maxItems")
_EXCLUSIVE = {"exclusiveMinimum": "minimum", "exclusiveMaximum": "maximum"}
_ANNOTATIONS = frozenset(
    {
        "default",
        "deprecated",
        "description",
        "discriminator",
        "example",
        "examples",
        "externalDocs",
        "nullable",
        "readOnly",
        "title",
        "writeOnly",
        "xml",
    }
)


@dataclass(frozen=True, slots=True)
class Property:
    """A property of an object, before its type is known."""

    token: str
    name: Name
    wire_name: Text
    required: bool
    secret: bool
    documentation: Text
    default: Example | None
    example: Example | None
    deprecated: bool
    source: Location


@dataclass(slots=True)
class Definition:
    """A schema with a name: a class of the models package, before the types of its fields are known."""

    name: Name
    module: Name
    kind: Literal["object", "enum", "root"]
    description: Text
    deprecated: bool
    example: Example | None
    source: Location
    schema: Schema = field(default_factory=dict[str, Any])
    bases: tuple[Name, ...] = ()
    properties: tuple[Property, ...] = ()
    members: tuple[EnumMember, ...] = ()

    @property
    def is_integer(self) -> bool:
        """Whether this is an enum of integers."""
        return bool(self.members) and all(isinstance(member.value, int) for member in self.members)


@dataclass(slots=True)
class _Object:
    """What an object schema and the parts it is composed of say together."""

    properties: dict[str, Node] = field(default_factory=dict[str, Node])
    required: set[str] = field(default_factory=set[str])
    bases: list[Node] = field(default_factory=list[Node])


class Schemas:
    """The prepared schemas of one document.

    Attributes:
        definitions: the schemas with a name, in the order in which they were met.
        texts: what the tokens stand for.
    """

    def __init__(self, document: Document, report: Callable[[Diagnostic], None]) -> None:
        self.definitions: dict[Name, Definition] = {}
        self.texts: dict[str, Value] = {}
        self._tokens: dict[tuple[type, Value], str] = {}
        self._report = report
        self._aliases: dict[Identity, Schema | None] = {}
        self._defined: dict[Identity, Name] = {}
        self._modules: set[Name] = set()
        self._component_names = _component_names(document)
        self._names: set[Name] = set(self._component_names.values())

    def add_components(self, document: Document) -> None:
        """Prepare every schema under components, so that each has its class even if no operation uses it."""
        components = document.root.get("components")
        schemas = components.get("schemas") if components else None
        for key, node in entries(schemas):
            self.prepare(node, self._component_names.get(identity(node)) or naming.pascal(key))

    def prepare(self, node: Node, name: Name) -> Schema:
        """Return the prepared form of a schema.

        Args:
            node: the schema.
            name: what it is called if it needs a definition of its own.
        """
        schema = node.value
        if not isinstance(schema, dict):
            return {}
        if "$ref" in schema:
            return _or_null(self._referenced(node), schema.get("nullable") is True)
        if (own := self._component_names.get(identity(node))) is not None:
            name = own
        null = schema.get("nullable") is True
        if (kind := _kind(node)) is not None:
            null = null or _admits_null(schema)
            return _or_null(self._define(node, name, kind), null)
        return _or_null(self._anonymous(node, schema, name), null)

    def _referenced(self, node: Node) -> Schema:
        target = node.follow()
        key = identity(target)
        name = self._component_names.get(key) or naming.pascal(
            str(target.pointer[-1]) if target.pointer else "Document"
        )
        if _kind(target) is not None:
            return self.prepare(target, name)
        if key in self._aliases:
            known = self._aliases[key]
            return known if known is not None else self._recursive(target, name)
        self._aliases[key] = None
        prepared = self.prepare(target, name)
        if (defined := self._defined.get(key)) is not None:
            self.definitions[defined].schema = prepared
            prepared = {"$ref": REFERENCE + defined}
        self._aliases[key] = prepared
        return prepared

    def _recursive(self, target: Node, name: Name) -> Schema:
        """Give a name to a schema that refers to itself without an object in between."""
        key = identity(target)
        if key not in self._defined:
            self._defined[key] = self._declare(target, name, "root").name
        return {"$ref": REFERENCE + self._defined[key]}

    def _define(self, node: Node, name: Name, kind: Literal["object", "enum"]) -> Schema:
        key = identity(node)
        if key not in self._defined:
            definition = self._declare(node, name, kind)
            self._defined[key] = definition.name
            if kind == "enum":
                self._fill_enum(definition, node)
            else:
                self._fill_object(definition, node)
        return {"$ref": REFERENCE + self._defined[key]}

    def _declare(
        self, node: Node, name: Name, kind: Literal["object", "enum", "root"]
    ) -> Definition:
        if self._component_names.get(identity(node)) != name:
            name = naming.distinct(name, self._names, ("Value",))
        self._names.add(name)
        module = naming.distinct(naming.module(name), self._modules)
        self._modules.add(module)
        definition = Definition(
            name=name,
            module=module,
            kind=kind,
            description=description_of(node),
            deprecated=keywords(node).get("deprecated") is True,
            example=example_of(node),
            source=node.location,
        )
        self.definitions[name] = definition
        return definition

    def _fill_enum(self, definition: Definition, node: Node) -> None:
        members: list[EnumMember] = []
        taken: set[Name] = {Name("MRO")}
        values = dict.fromkeys(
            item.value for item in elements(node.get("enum")) if isinstance(item.value, str | int)
        )
        for value in values:
            name = naming.distinct(naming.constant(str(value)), taken)
            taken.add(name)
            members.append(EnumMember(name, value_of(value)))
        definition.members = tuple(members)
        definition.schema = {
            "type": "string",
            "enum": [f"m{number}" for number in range(len(members))],
        }

    def _fill_object(self, definition: Definition, node: Node) -> None:
        collected = self._collect(node, {identity(node)})
        taken: set[Name] = set()
        properties: dict[str, Schema] = {}
        found: list[Property] = []
        for wire_name, child in collected.properties.items():
            text = Text(wire_name)
            name = naming.distinct(
                naming.snake(text, digit_prefix="field", reserved=naming.MODEL_MEMBERS),
                taken,
                ("field",),
            )
            taken.add(name)
            token = self.token("f", text)
            properties[token] = self.prepare(
                child, Name(definition.name.rstrip("_") + naming.pascal(text))
            )
            found.append(self._property(token, name, text, child, wire_name in collected.required))
        definition.properties = tuple(found)
        definition.bases = tuple(self._base_names(collected.bases))
        definition.schema = {
            "type": "object",
            "properties": properties,
            "required": [item.token for item in found if item.required],
        }

    def _base_names(self, bases: list[Node]) -> Iterator[Name]:
        for base in bases:
            yield Name(
                self.prepare(base, naming.pascal(str(base.pointer[-1])))["$ref"].removeprefix(
                    REFERENCE
                )
            )

    def _property(
        self, token: str, name: Name, wire_name: Text, node: Node, required: bool
    ) -> Property:
        target = node.follow()
        stated = {**keywords(target), **keywords(node)}
        default = Example(value_of(stated["default"])) if "default" in stated else None
        return Property(
            token=token,
            name=name,
            wire_name=wire_name,
            required=required,
            secret=stated.get("format") == "password" or stated.get("writeOnly") is True,
            documentation=documented(
                description_of(node) or description_of(target), default=default
            ),
            default=default,
            example=example_of(node) or example_of(target),
            deprecated=stated.get("deprecated") is True,
            source=node.location,
        )

    def _collect(self, node: Node, seen: set[Identity]) -> _Object:
        """Gather the properties of an object schema: its own, and those of the parts of its allOf.

        A part that is a definition of its own becomes a base class unless a property is declared in both, because a field of a
        base class cannot take another type.
        """
        collected = _Object()
        candidates: list[Node] = []
        for part in elements(node.get("allOf")):
            target = part.follow()
            if identity(target) in seen:
                continue
            if target is not part and _kind(target) == "object":
                candidates.append(target)
            else:
                self._merge(collected, self._collect(target, seen | {identity(target)}))
        for keyword in ("oneOf", "anyOf"):
            for part in elements(node.get(keyword)):
                target = part.follow()
                if identity(target) not in seen:
                    variant = self._collect(target, seen | {identity(target)})
                    collected.properties = {**variant.properties, **collected.properties}
        for key, child in entries(node.get("properties")):
            collected.properties[key] = child
        required = keywords(node).get("required")
        if isinstance(required, list):
            collected.required.update(key for key in required if isinstance(key, str))
        inherited: set[str] = set()
        for target in candidates:
            base = self._flat(target, seen | {identity(target)})
            names = set(base.properties)
            if (
                names & (set(collected.properties) | inherited)
                or collected.required & names - base.required
            ):
                collected.properties = {**base.properties, **collected.properties}
                collected.required |= base.required
            else:
                collected.bases.append(target)
                inherited |= names
        collected.required &= set(collected.properties)
        return collected

    def _flat(self, node: Node, seen: set[Identity]) -> _Object:
        """As `_collect`, with the properties of the bases among its own."""
        collected = self._collect(node, seen)
        for base in collected.bases:
            if identity(base) not in seen:
                self._merge(collected, self._flat(base, seen | {identity(base)}))
        collected.bases = []
        return collected

    @staticmethod
    def _merge(into: _Object, part: _Object) -> None:
        into.properties.update(part.properties)
        into.required |= part.required
        into.bases += part.bases

    def _anonymous(self, node: Node, schema: dict[str, JsonValue], name: Name) -> Schema:
        """Prepare a schema that needs no name: a scalar, a container, a union."""
        if "const" in schema:
            return self._constant(schema["const"])
        for keyword in ("oneOf", "anyOf"):
            if variants := list(elements(node.get(keyword))):
                return self._union(variants, name)
        if parts := list(elements(node.get("allOf"))):
            merged: Schema = {}
            for part in parts:
                merged.update(self.prepare(part, name))
            return merged
        types = _types(schema)
        if len(types) > 1:
            present = [self._typed(node, schema, kind, name) for kind in types if kind != "null"]
            prepared = present[0] if len(present) == 1 else {"anyOf": present}
            return _or_null(prepared, "null" in types)
        return self._typed(node, schema, types[0] if types else None, name)

    def _constant(self, value: JsonValue) -> Schema:
        if value is None:
            return {"type": "null"}
        if isinstance(value, str):
            return {"type": "string", "const": self.token("v", Text(value))}
        return {"const": value} if isinstance(value, bool | int) else {}

    def _union(self, variants: list[Node], name: Name) -> Schema:
        prepared: list[Schema] = []
        for number, variant in enumerate(variants, 1):
            suffix = text_of(variant.get("title"))
            label = naming.pascal(suffix) if suffix else f"Variant{number}"
            item = self.prepare(
                variant, Name(name.rstrip("_") + label) if len(variants) > 1 else name
            )
            for choice in item.get("anyOf", [item]):
                if choice not in prepared:
                    prepared.append(choice)
        return prepared[0] if len(prepared) == 1 else {"anyOf": prepared}

    def _typed(
        self, node: Node, schema: dict[str, JsonValue], kind: str | None, name: Name
    ) -> Schema:
        if kind == "array" or (kind is None and ("items" in schema or "prefixItems" in schema)):
            return self._array(node, schema, name)
        if kind == "object" or (kind is None and "additionalProperties" in schema):
            values = node.get("additionalProperties")
            if values is not None and isinstance(values.value, dict):
                return {
                    "type": "object",
                    "additionalProperties": self.prepare(values, Name(name.rstrip("_") + "Value")),
                }
            return {"type": "object", "additionalProperties": True}
        if kind not in _SCALARS:
            return {}
        prepared: Schema = {"type": kind}
        if kind == "string" and schema.get("format") in _KEPT_FORMATS:
            return {"type": "string", "format": schema["format"]}
        for keyword in _BOUNDS:
            if isinstance(bound := schema.get(keyword), int | float) and not isinstance(
                bound, bool
            ):
                prepared[keyword] = bound
        for keyword, inclusive in _EXCLUSIVE.items():
            bound = schema.get(keyword)
            if bound is True and inclusive in prepared:
                prepared[keyword] = prepared.pop(inclusive)
            elif isinstance(bound, int | float) and not isinstance(bound, bool):
                prepared[keyword] = bound
        if kind == "string" and isinstance(pattern := schema.get("pattern"), str):
            prepared["pattern"] = self.token("v", Text(pattern))
        return prepared

    def _array(self, node: Node, schema: dict[str, JsonValue], name: Name) -> Schema:
        item_name = Name(name.rstrip("_") + "Item")
        if places := list(elements(node.get("prefixItems"))):
            prepared = [
                self.prepare(place, Name(f"{item_name}{n}")) for n, place in enumerate(places, 1)
            ]
            return {
                "type": "array",
                "prefixItems": prepared,
                "minItems": len(places),
                "maxItems": len(places),
                "items": False,
            }
        items = node.get("items")
        array: Schema = {
            "type": "array",
            "items": self.prepare(items, item_name) if items is not None else {},
        }
        array.update(
            (keyword, schema[keyword])
            for keyword in ("minItems", "maxItems")
            if type(schema.get(keyword)) is int
        )
        return array

    def token(self, prefix: str, value: Value) -> str:
        """Return the token that stands for a text of the document in prepared schemas."""
        key = (type(value), value)
        if key not in self._tokens:
            self._tokens[key] = f"{prefix}{len(self._tokens)}"
            self.texts[self._tokens[key]] = value
        return self._tokens[key]


def _component_names(document: Document) -> dict[Identity, Name]:
    """Name the schemas under components: those whose key is a class name already first, so that no other takes it."""
    components = document.root.get("components")
    named = list(entries(components.get("schemas") if components else None))
    names: dict[Identity, Name] = {}
    taken: set[Name] = set()
    for key, node in sorted(named, key=lambda entry: naming.pascal(entry[0]) != entry[0]):
        names[identity(node)] = naming.distinct(naming.pascal(key), taken, ("Model",))
        taken.add(names[identity(node)])
    return names


def _kind(node: Node) -> Literal["object", "enum"] | None:
    """Return whether a schema is one that needs a class."""
    schema = keywords(node)
    values = schema.get("enum")
    if isinstance(values, list) and "const" not in schema:
        members = [value for value in values if value is not None]
        same = {type(value) for value in members}
        return "enum" if same == {str} or same == {int} else None
    return "object" if _is_object(node, ()) else None


def _is_object(node: Node, seen: tuple[Identity, ...]) -> bool:
    schema = keywords(node)
    if schema.get("properties"):
        return "array" not in _types(schema)
    parts = list(elements(node.get("allOf")))
    if not parts or identity(node) in seen:
        return False
    if (
        len(parts) == 1
        and not set(schema) - _ANNOTATIONS - {"allOf"}
        and "$ref" in keywords(parts[0])
    ):
        return False
    seen = (*seen, identity(node))
    return any(_is_object(part.follow(), seen) for part in parts)


def _types(schema: dict[str, JsonValue]) -> list[str]:
    declared = schema.get("type")
    if isinstance(declared, list):
        return [kind for kind in declared if isinstance(kind, str)]
    return [declared] if isinstance(declared, str) else []


def _admits_null(schema: dict[str, JsonValue]) -> bool:
    values = schema.get("enum")
    return "null" in _types(schema) or (isinstance(values, list) and None in values)


def _or_null(schema: Schema, null: bool) -> Schema:
    if not null or not schema:
        return schema
    if isinstance(schema.get("type"), str) and schema["type"] != "null":
        return {**schema, "type": [schema["type"], "null"]}
    choices = schema.get("anyOf", [schema])
    return schema if {"type": "null"} in choices else {"anyOf": [*choices, {"type": "null"}]}
