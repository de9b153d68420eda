"""Schemas, responses and examples without prose, as plain values: each that is referred to stands once in a table.

What is broken is left out: a reference that leads nowhere is any value, and a keyword of the wrong form says nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..read.document import Node
from ..read.source import Value as JsonValue
from .nodes import (
    Identity,
    elements,
    entries,
    follow,
    followed_entries,
    identity,
    keywords,
)
from .shapes import TYPES

Part = dict[str, Any]


def _is_text(value: JsonValue) -> bool:
    return isinstance(value, str)


def _is_flag(value: JsonValue) -> bool:
    return isinstance(value, bool)


def _is_number(value: JsonValue) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_count(value: JsonValue) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _are_texts(value: JsonValue) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _is_type(value: JsonValue) -> bool:
    named = value if isinstance(value, list) else [value]
    return all(isinstance(item, str) and item in TYPES for item in named)


def _is_discriminator(value: JsonValue) -> bool:
    return isinstance(value, dict) and _is_text(value.get("propertyName"))


def _are_requirements(value: JsonValue) -> bool:
    return isinstance(value, dict) and all(_are_texts(item) for item in value.values())


_ONE = (
    "additionalItems",
    "additionalProperties",
    "contains",
    "else",
    "if",
    "items",
    "not",
    "propertyNames",
    "then",
    "unevaluatedProperties",
)
_LISTED = ("allOf", "anyOf", "oneOf", "prefixItems")
_NAMED = ("patternProperties", "properties")
_PLAIN: dict[str, Callable[[JsonValue], bool]] = {
    **dict.fromkeys(("const", "default", "example"), lambda _: True),
    **dict.fromkeys(("contentEncoding", "contentMediaType", "format", "pattern"), _is_text),
    **dict.fromkeys(("nullable", "readOnly", "uniqueItems", "writeOnly"), _is_flag),
    **dict.fromkeys(("maximum", "minimum", "multipleOf"), _is_number),
    **dict.fromkeys(("maxItems", "maxLength", "maxProperties"), _is_count),
    **dict.fromkeys(("minItems", "minLength", "minProperties"), _is_count),
    **dict.fromkeys(
        ("exclusiveMaximum", "exclusiveMinimum"), lambda value: isinstance(value, int | float)
    ),
    **dict.fromkeys(("enum", "examples"), lambda value: isinstance(value, list)),
    "dependentRequired": _are_requirements,
    "discriminator": _is_discriminator,
    "required": _are_texts,
    "type": _is_type,
}


class Tables:
    """The schemas and responses that are referred to.

    Attributes:
        schemas: the schemas by name.
        responses: the responses by name.
    """

    def __init__(self) -> None:
        self.schemas: dict[str, Any] = {}
        self.responses: dict[str, Part] = {}
        self._names: dict[Identity, str] = {}
        self._waiting: list[tuple[str, Node]] = []

    def finish(self) -> None:
        """Fill the table of schemas: what was referred to so far, and what that refers to in turn."""
        while self._waiting:
            name, target = self._waiting.pop()
            self.schemas[name] = self.schema(target)

    def reference(self, target: Node) -> Part:
        """Return a reference to a schema of the table."""
        name, is_new = self._named(target, self.schemas)
        if is_new:
            self.schemas[name] = {}
            self._waiting.append((name, target))
        return {"$ref": name}

    def schema(self, node: Node) -> Any:
        """Return a schema."""
        if isinstance(node.value, bool):
            return node.value
        part: Part = {}
        if node.ref is not None and follow(node) is not None:
            part = self.reference(node.target())
        for keyword, value in keywords(node).items():
            if keyword in _PLAIN:
                if _PLAIN[keyword](value):
                    part[keyword] = value
            elif keyword in _ONE:
                if isinstance(value, dict | bool):
                    part[keyword] = self.schema(node[keyword])
            elif keyword in _LISTED:
                part[keyword] = [self.schema(each) for each in elements(node[keyword])]
            elif keyword in _NAMED:
                part[keyword] = {name: self.schema(each) for name, each in entries(node[keyword])}
        return part

    def response(self, entry: Node) -> Part:
        """Return a response, or a reference to one of the table."""
        target = follow(entry)
        if target is None:
            return {"content": {}}
        if entry.ref is None:
            return self._response(target)
        name, is_new = self._named(target, self.responses)
        if is_new:
            self.responses[name] = self._response(target)
        return {"$ref": name}

    def content(self, content: Node | None) -> Part:
        """Return the media types of a body or a response, with their schemas and examples."""
        return {name: self.media_type(entry) for name, entry in followed_entries(content)}

    def media_type(self, media: Node) -> Part:
        """Return the schema and the examples of a media type."""
        part = examples(media)
        for keyword, name in (("schema", "schema"), ("itemSchema", "items")):
            if (schema := media.get(keyword)) is not None:
                part[name] = self.schema(schema)
        return part

    def _response(self, response: Node) -> Part:
        return {"content": self.content(response.get("content"))}

    def _named(self, target: Node, table: dict[str, Any]) -> tuple[str, bool]:
        """Return the name of what a reference leads to, and whether it is new."""
        place = identity(target)
        if place in self._names:
            return self._names[place], False
        wanted = name = str(target.key if target.key is not None else "document")
        number = 1
        while name in table:
            number += 1
            name = f"{wanted}_{number}"
        self._names[place] = name
        return name, True


def examples(node: Node) -> Part:
    """Return the examples of a media type by name; the only one has the name ""."""
    values = keywords(node)
    found: Part = {"": values["example"]} if "example" in values else {}
    for name, example in followed_entries(node.get("examples")):
        for keyword in ("dataValue", "value"):
            if keyword in example:
                found.setdefault(name, example[keyword].value)
    return {"examples": found} if found else {}
