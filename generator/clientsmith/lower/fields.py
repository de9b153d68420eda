"""What definitions hold: the properties of objects, the members of enums, and the tags that tell models apart."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import PurePosixPath
from typing import Protocol

from .. import naming
from ..api import EnumMember, Example, Tag, Value
from ..diagnostics import DiagnosticError
from ..read.document import Node
from ..read.values import fits
from ..text import Name, Text
from .definitions import Definition, Property, Schema, referred
from .directions import is_read_only, is_write_only
from .names import Place
from .nodes import (
    Identity,
    description_of,
    documented,
    elements,
    entries,
    example_of,
    extensions_of,
    flag,
    follow,
    follow_schema,
    identity,
    keywords,
    value_in,
    value_of,
)
from .objects import Compositions, Member, discriminator
from .secrecy import is_secret
from .shapes import constants, is_null, is_object, scalars, variants


class Preparer(Protocol):
    """What prepares the schemas of the parts."""

    definitions: dict[Name, Definition]

    def prepare_part(self, node: Node, place: Place) -> Schema:
        """Return the prepared form of a schema."""
        ...

    def all_of(self, node: Node, prepared: list[Schema]) -> Schema:
        """Return the schema of what is valid against all of some schemas."""
        ...

    def any_of(self, prepared: list[Schema]) -> Schema:
        """Return the schema of what is valid against one of some schemas."""
        ...

    def token(self, prefix: str, value: Value) -> str:
        """Return the token that stands for a text."""
        ...

    def later(self, work: Callable[[], None]) -> None:
        """Do something after what waits already."""
        ...


_MOST = 500
"""Schemas of which a discriminator tells the right one."""

Warn = Callable[[str, str, Node], None]


class Fields:
    """Fills definitions."""

    def __init__(self, schemas: Preparer, compositions: Compositions, warn: Warn) -> None:
        self._schemas = schemas
        self._compositions = compositions
        self._warn = warn

    def fill_enum(self, definition: Definition, node: Node) -> None:
        """Give an enum its members; `x-enum-varnames` and `x-enumNames`, or the titles of choices, name them."""
        choices = constants(node)
        values = scalars(keywords(node)) or [value for value, _ in choices]
        places = {
            (type(value), str(value)): item.location
            for item in elements(node.get("enum"))
            for value in [value_in(item, node)]
        } | {(type(value), str(value)): choice.location for value, choice in choices}
        titles = [choice.text_of("title") or _spelled(value) for value, choice in choices]
        given = [*elements(node.get("x-enum-varnames") or node.get("x-enumNames"))]
        texts = [item.value for item in given if isinstance(item.value, str)]
        named = texts if len(texts) == len(values) else titles or map(_spelled, values)
        members: list[EnumMember] = []
        taken: set[Name] = set()
        known: set[object] = set()
        for text, value in zip(named, values, strict=True):
            if value in known:  # 1, 1.0 and True are one value to Python
                continue
            known.add(value)
            name = naming.distinct(naming.constant(text), {Name("MRO")})
            name = naming.distinct(name, taken, (), repr(value))
            taken.add(name)
            members.append(EnumMember(name, value_of(value), places.get((type(value), str(value)))))
        definition.members = tuple(members)

    def fill_object(self, definition: Definition, node: Node, place: Place) -> None:
        """Give a model its bases and properties, without those that do not go in its direction."""
        composition = self._compositions.own(node)
        tag = discriminator(node)
        bases = [
            self._schemas.prepare_part(base, Place(place.name, place.request))
            for base in composition.bases
        ]
        definition.bases = tuple(name for base in bases if (name := referred(base)) is not None)
        inherited = {
            name for base in composition.bases for name in self._compositions.whole(base).members
        }
        names = _attributes(composition.members, set(map(_attribute, inherited)))
        properties: dict[str, Schema] = {}
        found: list[Property] = []
        elsewhere: list[Text] = []
        for wire_name, member in composition.members.items():
            stated = member.all_of or member.any_of
            text, name = Text(wire_name), names[wire_name]
            if wire_name != tag and any(
                map(is_write_only if not place.request else is_read_only, stated)
            ):
                elsewhere.append(text)
                continue
            token = self._schemas.token("f", text)
            part = Place(
                Name(place.name.rstrip("_") + naming.pascal(text, digit_prefix="")), place.request
            )
            properties[token] = self._member(member, part)
            found.append(_property(token, name, text, stated, wire_name in composition.required))
        definition.properties = tuple(found)
        definition.unprinted = () if place.request else tuple(elsewhere)
        definition.schema = {
            "type": "object",
            "properties": properties,
            "required": [item.token for item in found if item.required],
        }
        if composition.extras is not None:
            extras = self._schemas.prepare_part(composition.extras, place.below("Value"))
            definition.extras = extras or None
        if tag is not None:
            self._tag_heirs(definition, node, tag, place)

    def tag_union(self, definition: Definition, node: Node, place: Place) -> None:
        """Note which model of a union each value of its discriminator stands for (OpenAPI 3.1, 4.8.25)."""
        tag = discriminator(node)
        targets = dict(self._alternatives(node, set())) if tag is not None else {}
        if tag is None or not targets:
            return
        explicit = self._mapping(node)
        mapped = {identity(target) for _, target in explicit}
        found: list[tuple[str, Node]] = [
            (text, target) for text, target in explicit if identity(target) in targets
        ]
        for key, (variant, target) in targets.items():
            if key in mapped:
                continue
            constants = self._constants(target, tag)
            found += [(text, target) for text in constants or _implicit(variant)]
        unknown = [target for target in targets.values() if not is_object(target[1])]
        if unknown or {identity(target) for _, target in found} != set(targets):
            self._warn(
                "discriminator",
                "not every one of these schemas is an object that a value of the discriminator stands for,"
                " so that the discriminator is not used",
                node["discriminator"],
            )
            return
        self._tag(definition, tag, found, place)

    def _tag_heirs(self, definition: Definition, node: Node, tag: str, place: Place) -> None:
        """Note which heir of a model each value of its discriminator stands for."""
        heirs = self._compositions.heirs(node)
        if not heirs:
            return
        explicit = self._mapping(node)
        mapped = {identity(target) for _, target in explicit}
        known = {identity(heir) for heir in heirs}
        found = [(text, target) for text, target in explicit if identity(target) in known]
        found += [(str(heir.pointer[-1]), heir) for heir in heirs if identity(heir) not in mapped]
        self._tag(definition, tag, found, place, within=definition.name)

    def _tag(
        self,
        definition: Definition,
        tag: str,
        found: list[tuple[str, Node]],
        place: Place,
        within: Name | None = None,
    ) -> None:
        tags: dict[str, Tag] = {}
        for text, target in found:
            model = referred(self._schemas.prepare_part(target, Place(place.name, place.request)))
            if model is not None and text not in tags:
                tags[text] = Tag(Text(text), model)

        def fill() -> None:
            kept = [
                item
                for item in tags.values()
                if within is None or self._extends(item.model, within)
            ]
            definition.discriminator = Text(tag) if kept else None
            definition.tags = tuple(kept)
            definition.attribute = _attribute(tag)

        self._schemas.later(fill)

    def _extends(self, name: Name, base: Name) -> bool:
        bases = self._schemas.definitions[name].bases
        return base in bases or any(self._extends(parent, base) for parent in bases)

    def _alternatives(
        self, node: Node, seen: set[Node]
    ) -> Iterator[tuple[Identity, tuple[Node, Node]]]:
        """Yield the schemas of a union, and those of the unions in it, each with the place that named it."""
        for variant in variants(node):
            target = follow_schema(variant)
            if target is None or is_null(target) or target in seen:
                continue
            seen.add(target)
            if not is_object(target) and variants(target) and len(seen) < _MOST:
                yield from self._alternatives(target, seen)
            else:
                yield identity(target), (variant, target)

    def _mapping(self, node: Node) -> list[tuple[str, Node]]:
        declared = node["discriminator"]
        components = node.document.root.get("components")
        schemas = components.get("schemas") if components is not None else None
        found: list[tuple[str, Node]] = []
        for text, item in entries(declared.get("mapping")):
            if not isinstance(item.value, str):
                continue
            named = schemas.get(item.value) if schemas is not None else None
            try:
                named = named or node.document.references.resolve(item, item.value)
            except DiagnosticError:  # validation tells of it
                continue
            target = follow_schema(named)
            found += [(text, target)] if target is not None else []
        return found

    def _constants(self, node: Node, name: str) -> list[str]:
        member = self._compositions.whole(node).members.get(name, Member())
        for stated in reversed(member.all_of):
            target = follow(stated)
            schema = keywords(target) if target is not None else {}
            values = [schema["const"]] if "const" in schema else scalars(schema)
            values = values or [value for value, _ in constants(target or stated)]
            if values and all(isinstance(value, str) for value in values):
                return [value for value in values if isinstance(value, str)]
        return []

    def _member(self, member: Member, place: Place) -> Schema:
        stated = [self._schemas.prepare_part(child, place) for child in member.all_of]
        if len(stated) == 1:
            return stated[0]
        if stated:
            return self._schemas.all_of(member.all_of[-1], stated)
        return self._schemas.any_of(
            [self._schemas.prepare_part(child, place) for child in member.any_of]
        )


def _implicit(node: Node) -> list[str]:
    """Return the name that a schema has in a discriminator without a mapping."""
    try:
        target = node.target()
    except DiagnosticError:
        return []
    if target == node:
        return []
    return [str(target.pointer[-1]) if target.pointer else PurePosixPath(target.file.uri).stem]


def _attribute(wire_name: str) -> Name:
    return naming.snake(wire_name, digit_prefix="field", reserved=naming.MODEL_MEMBERS)


def _attributes(wire_names: Iterable[str], taken: set[Name]) -> dict[str, Name]:
    """Name the attributes of a model: those whose property has such a name already first, so that no other takes it."""
    wanted = {wire_name: _attribute(wire_name) for wire_name in wire_names}
    found: dict[str, Name] = {}
    for wire_name in sorted(wanted, key=lambda wire_name: wanted[wire_name] != wire_name):
        name = naming.distinct(wanted[wire_name], taken, ("field",), wire_name)
        found[wire_name] = name
        taken.add(name)
    return found


def _spelled(value: str | int | float | bool) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _property(
    token: str, name: Name, wire_name: Text, nodes: list[Node], required: bool
) -> Property:
    described = Text("")
    deprecated = False
    example: Example | None = None
    default: Example | None = None
    holders: list[Node] = []
    for item in nodes:
        target = follow(item)
        own = [item] if target is None or target is item else [target, item]
        for holder in own:
            described = description_of(holder) or described
            example = example_of(holder) or example
            deprecated = flag(holder, "deprecated") if "deprecated" in holder else deprecated
            stated = holder.get("default")
            if stated is not None and fits(stated, item):
                default = Example(value_of(value_in(stated, item)))
        holders += own
    return Property(
        token=token,
        name=name,
        wire_name=wire_name,
        required=required,
        secret=any(map(is_secret, nodes)),
        documentation=documented(described, default=default),
        default=default,
        example=example,
        deprecated=deprecated,
        source=nodes[-1].location,
        extensions=extensions_of(*holders),
    )
