"""Types without a name: constants, scalars, lists, tuples and maps."""

from __future__ import annotations

from typing import Protocol

from ..api import Value
from ..read.document import Node
from ..read.source import Value as JsonValue
from ..text import Text
from . import merging, scalars
from .definitions import Schema
from .files import Files
from .names import Place, label_of
from .nodes import elements, entries, keywords
from .shapes import is_flag, is_object_or_other, types


class Preparer(Protocol):
    """What prepares the schemas of the parts."""

    def prepare_part(self, node: Node, place: Place) -> Schema:
        """Return the prepared form of a schema."""
        ...

    def define_object(self, node: Node, place: Place) -> Schema:
        """Return a reference to the model of a schema that takes other values too."""
        ...

    def token(self, prefix: str, value: Value) -> str:
        """Return the token that stands for a text."""
        ...


class Warn(Protocol):
    """Reports a flaw of the document."""

    def __call__(self, rule: str, message: str, node: Node, hint: str | None = None) -> None:
        """Report it, at a node."""
        ...


class PlainTypes:
    """Prepares schemas that need no name."""

    def __init__(self, schemas: Preparer, files: Files, warn: Warn) -> None:
        self._schemas = schemas
        self._files = files
        self._warn = warn
        self._patterns: dict[str, bool] = {}

    def constant(self, schema: dict[str, JsonValue]) -> Schema:
        """Prepare a schema with one valid value; a number with a fraction, a list or an object is known by its type alone."""
        values = [schema["const"]] if "const" in schema else schema["enum"]
        value = (
            next((item for item in values if item is not None), None)
            if isinstance(values, list)
            else None
        )
        if value is None:
            return {"type": "null"}
        if isinstance(value, str):
            return {"type": "string", "const": self._schemas.token("v", Text(value))}
        if isinstance(value, bool | int):
            return {"const": value}
        if isinstance(value, float):
            return {"type": "number"}
        if isinstance(value, list):
            return {"type": "array", "items": {}}
        return {"type": "object", "additionalProperties": True}

    def prepare(self, node: Node, place: Place) -> Schema:
        """Prepare a schema by its `type`, or by the type that its other keywords are meant for."""
        schema = keywords(node)
        named = types(schema)
        present = [kind for kind in named if kind != "null"]
        if not present and named:
            return {"type": "null"}
        if len(present) < 2:
            return self._typed(node, schema, present[0] if present else _implied(schema), place)
        return merging.union(
            [
                (
                    self._schemas.define_object(node, place.below("Object"))
                    if kind == "object" and is_object_or_other(schema)
                    else self._typed(node, schema, kind, place)
                )
                for kind in present
            ]
        )

    def _typed(
        self, node: Node, schema: dict[str, JsonValue], kind: str | None, place: Place
    ) -> Schema:
        if kind == "array":
            return self._array(node, schema, place)
        if kind == "object":
            return self._map(node, place)
        if kind in ("integer", "number"):
            return {"type": kind, **scalars.bounds(schema, kind)}
        if kind == "string":
            return self._text(node, schema)
        return {} if kind is None else {"type": kind}

    def _text(self, node: Node, schema: dict[str, JsonValue]) -> Schema:
        kept = scalars.text_format(schema)
        if kept == "binary":
            return self._files.prepare(node)
        if kept is not None:
            return {"type": "string", "format": kept}
        prepared: Schema = {"type": "string", **scalars.lengths(schema)}
        if isinstance(pattern := schema.get("pattern"), str):
            if pattern not in self._patterns:
                self._patterns[pattern] = scalars.is_compilable(pattern)
            if self._patterns[pattern]:
                prepared["pattern"] = self._schemas.token("v", Text(pattern))
            else:
                self._tell_pattern(pattern, node["pattern"])
        return prepared

    def _tell_pattern(self, pattern: str, node: Node) -> None:
        left = "the client leaves it to the service"
        if scalars.is_broken(pattern):
            hint = "see ECMA-262, 22.2.1, for how one is written"
            self._warn("bad-pattern", f"this is no regular expression; {left}", node, hint)
        else:
            hint = "a pattern without look-around and back references can be checked"
            self._warn(
                "unchecked-pattern", f"the client cannot check this pattern: {left}", node, hint
            )

    def _map(self, node: Node, place: Place) -> Schema:
        inner = place.below("Value")
        patterns = [child for _, child in entries(node.get("patternProperties"))]
        rest = node.get("additionalProperties") or node.get("unevaluatedProperties")
        if rest is not None and rest.is_mapping:
            patterns.append(rest)
        elif not patterns:
            return {"type": "object", "additionalProperties": True}
        values = [
            self._schemas.prepare_part(
                child, inner if len(patterns) == 1 else inner.below(label_of(child, n))
            )
            for n, child in enumerate(patterns, 1)
        ]
        return {"type": "object", "additionalProperties": merging.union(values) or True}

    def _array(self, node: Node, schema: dict[str, JsonValue], place: Place) -> Schema:
        item = place.below("Item")
        items = node.get("items")
        first = [*elements(node.get("prefixItems"))] or [*elements(items)]
        if first:
            return self._tuple(node, schema, first, place)
        inner = (
            self._schemas.prepare_part(items, item)
            if items is not None and items.is_mapping
            else {}
        )
        return {
            "type": "array",
            "items": inner,
            **scalars.lengths(schema, ("minItems", "maxItems")),
        }

    def _tuple(
        self, node: Node, schema: dict[str, JsonValue], first: list[Node], place: Place
    ) -> Schema:
        """Prepare an array whose first items have schemas of their own (JSON Schema 2020-12, 10.3.1.1)."""
        prepared = [
            self._schemas.prepare_part(part, place.below(f"Item{n}"))
            for n, part in enumerate(first, 1)
        ]
        rest = node.get("items") if "prefixItems" in schema else node.get("additionalItems")
        closed = rest is None or rest.value is False or schema.get("maxItems") == len(first)
        if closed and schema.get("minItems", 0) in (0, len(first)):
            size = len(first)
            return {
                "type": "array",
                "prefixItems": prepared,
                "minItems": size,
                "maxItems": size,
                "items": False,
            }
        if not closed:
            inner = place.below("Item")
            prepared.append(
                self._schemas.prepare_part(rest, inner)
                if rest is not None and rest.is_mapping
                else {}
            )
        limits = scalars.lengths(schema, ("minItems", "maxItems"))
        return {"type": "array", "items": merging.union(prepared), **limits}


def _implied(schema: dict[str, JsonValue]) -> str | None:
    """Return the type that a schema without one can only be meant for."""
    if schema.get("items") is not None or schema.get("prefixItems") is not None:
        return "array"
    if any(
        isinstance(schema.get(keyword), dict)
        for keyword in ("additionalProperties", "patternProperties")
    ):
        return "object"
    return "boolean" if is_flag(schema) else None
