"""Prepared schemas with a name: what becomes the classes of the models package."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from ..api import Entries, EnumMember, Example, Tag
from ..diagnostics import Location
from ..text import Name, Text

Schema = dict[str, Any]
"""A prepared schema."""

Kind = Literal["object", "enum", "root"]
"""A model, an enumeration, or another type with a name of its own."""

DEEPEST = 40
"""Types without a class of their own, or choices, that may stand inside one another."""

TOO_DEEP = "this schema is nested too deep, and is read as any value"

REFERENCE = "#/$defs/"
"""What a reference from one prepared schema to another begins with."""


def reference(name: Name) -> Schema:
    """Return the prepared schema that stands for a definition."""
    return {"$ref": REFERENCE + name}


def referred(schema: Schema) -> Name | None:
    """Return the name of the definition that a prepared schema stands for, or None if it stands for itself."""
    return Name(schema["$ref"].removeprefix(REFERENCE)) if "$ref" in schema else None


def enums(names: list[Name], *, quiet: bool) -> Schema:
    """Return the prepared schema that stands for one of several enums.

    Args:
        names: the enums.
        quiet: whether other values are valid too, so that none is worth a notice.
    """
    further = {"further": names[1:]} if len(names) > 1 else {}
    return {**reference(names[0]), **further, **({"quiet": True} if quiet else {})}


def enums_in(schema: Schema) -> list[Name]:
    """Return the enums that a prepared schema stands for, if its definition is one."""
    return [Name(schema["$ref"].removeprefix(REFERENCE)), *schema.get("further", ())]


def parts(schema: Schema) -> list[Schema]:
    """Return the prepared schemas that a prepared schema is made of."""
    found = [*schema.get("anyOf", ()), *schema.get("prefixItems", ())]
    inner = (schema.get(keyword) for keyword in ("items", "additionalProperties"))
    return [*found, *(part for part in inner if isinstance(part, dict))]


def names_in(schema: Schema) -> Iterator[Name]:
    """Yield the definitions that a prepared schema refers to, as often as it does."""
    waiting = [schema]
    while waiting:
        part = waiting.pop()
        if (name := referred(part)) is not None:
            yield name
        waiting += parts(part)


def is_larger(schema: Schema, most: int) -> bool:
    """Return whether a prepared schema is made of more than `most` others, as often as each is used in it."""
    waiting = [schema]
    count = 0
    while waiting and count <= most:
        waiting += parts(waiting.pop())
        count += 1
    return count > most


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
    extensions: Entries = field(default_factory=Entries)


@dataclass(slots=True)
class Definition:
    """A schema with a name: a class of the models package, before the types of its fields are known.

    Attributes:
        schema: the prepared schema of a `root`, or an object of the prepared schemas of the properties.
        extras: the prepared schema of the properties that have no name, if they have a type.
        bases: the models that it extends.
        discriminator: the property whose value tells which of `tags` a value is (OpenAPI 3.1, 4.8.25).
        attribute: the attribute for that property.
        unprinted: the properties that go in requests alone, of a model of responses.
    """

    name: Name
    module: Name
    kind: Kind
    description: Text
    deprecated: bool
    example: Example | None
    source: Location
    extensions: Entries = field(default_factory=Entries)
    schema: Schema = field(default_factory=dict[str, Any])
    extras: Schema | None = None
    bases: tuple[Name, ...] = ()
    properties: tuple[Property, ...] = ()
    members: tuple[EnumMember, ...] = ()
    discriminator: Text | None = None
    attribute: Name | None = None
    tags: tuple[Tag, ...] = ()
    unprinted: tuple[Text, ...] = ()

    def loosen(self) -> None:
        """Let a `root` be any value."""
        self.schema, self.discriminator, self.attribute, self.tags = {}, None, None, ()

    @property
    def base(self) -> Name:
        """The runtime's class that an enum extends."""
        return Name(f"{self.marker}Enum")

    def marker_in(self, schema: Schema) -> Name:
        """Return the marker where a prepared schema refers to this enum."""
        marker = self.marker
        return Name(marker.replace("Open", "Known")) if "quiet" in schema else marker

    @property
    def marker(self) -> Name:
        """What the runtime calls the type of a field that takes this enum, or a value it does not know."""
        values = [member.value for member in self.members]
        if all(isinstance(value, Text) for value in values):
            return Name("Open")
        integers = all(isinstance(value, int) and not isinstance(value, bool) for value in values)
        return Name("OpenInt" if integers else "OpenMixed")
