"""What the answer of an operation holds at a place: the prepared schema there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from .. import naming
from ..read.document import Node
from ..text import Name, opened
from .definitions import Definition, Schema, referred
from .kinds import kind_of
from .merging import without_null
from .nodes import followed_entries
from .schemas import Schemas


class NothingThere(Exception):
    """The document describes nothing at a place.

    Attributes:
        name: the part of the pointer that leads nowhere.
        known: what there is instead.
    """

    def __init__(self, name: str, known: list[str]) -> None:
        super().__init__(name)
        self.name = name
        self.known = known


class Answers:
    """Finds what the answers of operations hold."""

    def __init__(self, schemas: Schemas) -> None:
        self._schemas = schemas

    def of(self, operation: Node) -> Schema | None:
        """Return the prepared schema of the JSON that an operation gives, None if it gives none.

        Args:
            operation: an operation whose responses were lowered.
        """
        responses = dict(followed_entries(operation.get("responses")))
        successes = [responses[status] for status in responses if status.startswith("2")]
        for response in successes or [responses[key] for key in responses if key == "default"]:
            for content_type, media in followed_entries(response.get("content")):
                if kind_of(content_type) == "json":
                    schema = media.get("schema")
                    if schema is None:
                        return {}
                    return self._schemas.prepare(schema, naming.pascal(content_type))
        return None

    def at(self, schema: Schema, pointer: str) -> Schema:
        """Return the prepared schema at a JSON Pointer (RFC 6901); an empty one where any value may be.

        Raises:
            NothingThere: the schema describes nothing there.
        """
        for part in pointer.split("/")[1:]:
            schema = self._step(schema, part.replace("~1", "/").replace("~0", "~"))
        return self.meaning(schema)

    def meaning(self, schema: Schema) -> Schema:
        """Return a schema without null, and what stands behind the name of one that is no model."""
        seen: set[Name] = set()
        while True:
            schema = without_null(schema)
            name = referred(schema)
            if name is None or name in seen or self._schemas.definitions[name].kind != "root":
                return schema
            seen.add(name)
            schema = self._schemas.definitions[name].schema

    def _step(self, schema: Schema, name: str) -> Schema:
        known: list[str] = []
        for choice in self._choices(schema, set()):
            if not choice:
                return {}
            model = referred(choice)
            if model is not None:
                definition = self._schemas.definitions[model]
                for wire_name, property_schema in self._properties(definition):
                    if wire_name == name:
                        return property_schema
                    known.append(wire_name)
                if definition.extras is not None:
                    return definition.extras
            elif choice.get("type") == "object":
                values = choice.get("additionalProperties")
                return cast(Schema, values) if isinstance(values, dict) else {}
            elif choice.get("type") == "array" and name.isdecimal():
                items = choice.get("items")
                return cast(Schema, items) if isinstance(items, dict) else {}
        raise NothingThere(name, known)

    def _choices(self, schema: Schema, seen: set[str]) -> Iterator[Schema]:
        """Yield the schemas of which a value has one."""
        meaning = self.meaning(schema)
        if "anyOf" not in meaning:
            yield meaning
        for choice in meaning.get("anyOf", ()):
            name = referred(choice)
            if name is None or name not in seen:
                yield from self._choices(choice, seen if name is None else seen | {name})

    def _properties(self, definition: Definition) -> Iterator[tuple[str, Schema]]:
        properties = definition.schema.get("properties", {})
        for one in definition.properties:
            yield opened(one.wire_name), properties[one.token]
        for base in definition.bases:
            yield from self._properties(self._schemas.definitions[Name(base)])
