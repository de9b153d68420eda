"""Media types: what kind of content they are, and what Python type it has (OpenAPI 3.1, 4.8.14; 3.2, 4.14)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import get_args

from .. import naming
from ..api import Encoding, Example, MediaType, ParameterStyle, Type
from ..read.document import Node
from ..text import Name, Text
from .annotations import ANY, FILE, TEXT, Annotations, generic, union
from .kinds import Kind, essence, kind_of
from .nodes import (
    described_entries,
    elements,
    example_of,
    flag,
    follow,
    followed_entries,
    keywords,
    text_of,
)
from .samples import Samples
from .scalars import text_format
from .schemas import Schema, Schemas

_BODY = Text("text")
_JSON = "application/json"


ANYTHING = MediaType(
    content_type=Text("*/*"),
    type=None,
    argument=ANY,
    binary=False,
    stream=None,
    is_multipart=False,
    encoding=(),
    example=None,
    sample=None,
    requested=True,
)
"""Content of which nothing is known."""


class MediaTypes:
    """Lowers the media types of bodies and responses."""

    def __init__(self, schemas: Schemas, annotations: Annotations) -> None:
        self._schemas = schemas
        self._annotations = annotations
        self._samples = Samples(schemas.definitions, schemas.texts)
        self._lowered: dict[tuple[Node | None, Name, bool], tuple[MediaType, ...]] = {}

    def lower(self, content: Node | None, name: Name, *, body: bool) -> tuple[MediaType, ...]:
        """Return the media types of a `content` map, in its order; those of a component that many operations share, once lowered.

        Args:
            content: the map.
            name: what an inline schema is called; a further one that differs and needs a name has its media type behind that.
            body: whether it is the content of a request.
        """
        place = content, name, body
        if place not in self._lowered:
            self._lowered[place] = self._of(content, name, body=body)
        return self._lowered[place]

    def shared_name(self, entry: Node, target: Node) -> Name | None:
        """Return the name of a body or a response that several operations may share; None if it is of one alone."""
        return self._schemas.shared_name(entry, target)

    def _of(self, content: Node | None, name: Name, *, body: bool) -> tuple[MediaType, ...]:
        known: list[tuple[object, Schema]] = []
        named = False
        lowered: dict[Text, MediaType] = {}
        entries = list(followed_entries(content))
        has_json = any(kind_of(content_type) == "json" for content_type, _ in entries)
        for content_type, media in entries:
            kind = kind_of(content_type)
            if has_json and not body and _is_another_form(content_type, kind, media):
                lowered[Text(content_type)] = _another_form(content_type, media)
                continue
            if kind == "form" and not body:
                kind = "text"
            nodes = _schema_nodes(media, content_type, kind)
            if kind in ("form", "multipart"):
                nodes = [node for node in nodes if self._is_of_fields(node)]
            value = [node.value for node in nodes]
            schema = next((schema for other, schema in known if other == value), None)
            if schema is None:
                label = Name("Any") if kind == "any" else naming.pascal(essence(content_type))
                before = len(self._schemas.definitions)
                own = Name(name + label) if named else name
                schema = self._schema(nodes, own, request=body)
                if nodes:
                    known.append((value, schema))
                    since = len(self._schemas.definitions) - before
                    made = islice(reversed(self._schemas.definitions), since)
                    named = named or any(each.startswith(name) for each in made)
            binary = _is_binary(kind, nodes, body=body)
            lowered[Text(content_type)] = self._media_type(
                content_type, kind, schema, media, body=body, binary=binary
            )
        if body:
            return _plain_json_first(list(lowered.values()))
        return tuple(sorted(lowered.values(), key=lambda media: not media.requested))

    def _is_of_fields(self, node: Node) -> bool:
        """Return whether a schema has the fields of a form, which are properties (OpenAPI 3.1, 4.8.14.4), and tell if not."""
        kinds = keywords(follow(node)).get("type", "object")
        if kinds == "object" or (isinstance(kinds, list) and "object" in kinds):
            return True
        self._schemas.warn(
            "form-schema",
            "a form is made of fields, and this schema has none; any fields are taken",
            node,
            "describe an object, or take another media type",
        )
        return False

    def _schema(self, nodes: list[Node], name: Name, *, request: bool) -> Schema:
        prepared = [self._schemas.prepare(node, name, request=request) for node in nodes]
        distinct = [schema for at, schema in enumerate(prepared) if schema not in prepared[:at]]
        return distinct[0] if len(distinct) == 1 else {"anyOf": distinct} if distinct else {}

    def _media_type(
        self,
        content_type: str,
        kind: Kind,
        schema: Schema,
        media: Node,
        *,
        body: bool,
        binary: bool,
    ) -> MediaType:
        typed = bool(schema) and not binary
        example = _example(media, binary=binary)
        if kind in ("text", "events", "any"):
            typed = typed and not _is_plain(schema)
        return MediaType(
            content_type=Text(content_type),
            type=self._annotations.result(schema) if typed else None,
            argument=self._argument(kind, schema, binary=binary),
            binary=binary,
            stream=kind if not body and (kind == "events" or kind == "lines") else None,
            is_multipart=kind == "multipart",
            encoding=tuple(_encodings(media)),
            example=example,
            sample=self._sample(kind, schema, example, binary=binary) if body else None,
            requested=True,
            source=media.location,
        )

    def _sample(
        self, kind: Kind, schema: Schema, example: Example | None, *, binary: bool
    ) -> Example:
        """Return what shows how a body is given."""
        if example is not None:
            return example
        if binary:
            return Example(b"...")
        is_text = kind in ("text", "events") and not _is_typed_text(schema)
        return Example(_BODY) if is_text else self._samples.of(schema, _BODY)

    def _argument(self, kind: Kind, schema: Schema, *, binary: bool) -> Type:
        if binary:
            return union([TEXT, FILE]) if kind in ("lines", "text") else FILE
        if kind in ("text", "events"):
            typed = self._annotations.argument(schema) if _is_typed_text(schema) else TEXT
            return union([typed, FILE])
        if kind == "any":
            return union([self._annotations.argument(schema), TEXT, FILE]) if schema else ANY
        if kind in ("form", "multipart") and not schema:
            return generic("Mapping", ANY, key="str, ")
        return self._annotations.argument(schema) if schema else ANY


def _is_another_form(content_type: str, kind: Kind, media: Node) -> bool:
    """Return whether content beside JSON is the same value in a form that is not read as a value, such as XML."""
    schema = media.get("schema")
    if schema is not None:
        return kind in ("text", "bytes") and is_structured(schema)
    return kind == "text" and essence(content_type).endswith(("xml", "yaml"))


def _another_form(content_type: str, media: Node) -> MediaType:
    return replace(
        ANYTHING, content_type=Text(content_type), requested=False, source=media.location
    )


def _plain_json_first(content: list[MediaType]) -> tuple[MediaType, ...]:
    """Return the content of a request with application/json before other names for the same JSON: it is the one for a mapping."""
    plain = next((media for media in content if media.content_type == Text(_JSON)), None)
    if plain is not None:
        first = next(at for at, media in enumerate(content) if media.type == plain.type)
        content.remove(plain)
        content.insert(first, plain)
    return tuple(content)


def _schema_nodes(media: Node, content_type: str, kind: Kind) -> list[Node]:
    """Return the schema of the content: of a stream, that of an item, or those of the data of its events.

    XML is text, whatever its elements are, and so is a structure in any other textual form.
    """
    whole, item = media.get("schema"), media.get("itemSchema")
    if kind == "text" and whole is not None and _is_untyped_text(content_type, whole):
        return []
    if kind not in ("events", "lines"):
        return [] if whole is None else [whole]
    if item is None and whole is not None:
        target = follow(whole)
        items = target.get("items") if target is not None else None
        item = items if items is not None and items.is_mapping else whole
    if item is None:
        return []
    return [item] if kind == "lines" else _data_of(item)


def _is_untyped_text(content_type: str, schema: Node) -> bool:
    is_xml = essence(content_type).endswith("xml")
    return is_structured(schema) or (is_xml and not _is_binary_text(schema))


def _data_of(event: Node) -> list[Node]:
    """Return the schemas of the data of server-sent events; one that describes no event describes the data."""
    target = follow(event)
    for keyword in ("oneOf", "anyOf"):
        variants = list(elements(target.get(keyword) if target is not None else None))
        if variants and all(_describes_event(follow(variant)) for variant in variants):
            return [data for variant in variants for data in _data_of(variant)]
    if target is None or not _describes_event(target):
        return [event]
    data = target["properties"]["data"]
    described = follow(data)
    content = described.get("contentSchema") if described is not None else None
    return [content if content is not None else data]


def _describes_event(schema: Node | None) -> bool:
    properties = set(keywords(schema.get("properties"))) if schema is not None else set[str]()
    return "data" in properties and properties <= {"data", "event", "id", "retry", "comment"}


def returned(media: MediaType, *, asynchronous: bool) -> Type:
    """Return the type that a call gives for a response of a media type."""
    prefix = "Async" if asynchronous else ""
    if media.binary:
        name = Name(f"{prefix}Download")
        return Type(name, imports=(name,))
    if media.stream == "events":
        return generic(f"{prefix}Stream", generic("ServerSentEvent", media.type or TEXT))
    if media.stream == "lines":
        return generic(f"{prefix}Stream", media.type or ANY)
    if media.type is not None:
        return media.type
    return TEXT if media.argument.annotation.startswith("str") else ANY


def is_structured(node: Node) -> bool:
    """Return whether a schema is of an object or an array, which text such as XML is not read as."""
    schema = keywords(follow(node))
    kinds = schema.get("type")
    return kinds in ("object", "array") or bool(
        {"properties", "items", "allOf", "additionalProperties"} & schema.keys()
    )


def style_of(node: Node) -> ParameterStyle | None:
    """Return the style that a parameter, header or encoding names, if it is one."""
    declared = node.text_of("style")
    return next((style for style in get_args(ParameterStyle) if style == declared), None)


def _is_binary(kind: Kind, nodes: list[Node], *, body: bool) -> bool:
    if kind == "bytes" or (kind == "lines" and body):
        return True
    if kind == "multipart":
        return not body
    if kind in ("form", "events", "lines"):
        return False
    return any(map(_is_binary_text, nodes))


def _is_binary_text(schema: Node) -> bool:
    return text_format(keywords(follow(schema))) == "binary" and not is_structured(schema)


def _is_plain(schema: Schema) -> bool:
    """Return whether a schema is of any string."""
    return schema.get("type") == "string" and not {"format", "const"} & schema.keys()


def _is_typed_text(schema: Schema) -> bool:
    """Return whether a text of this schema is worth reading as a value."""
    return bool(schema) and not _is_plain(schema)


def _encodings(media: Node) -> Iterator[Encoding]:
    for name, node in described_entries(media.get("encoding")):
        explode = node.get("explode")
        yield Encoding(
            name=Text(name),
            content_type=text_of(node.get("contentType")) or None,
            style=style_of(node),
            explode=explode.value is True if explode is not None else None,
            allow_reserved=flag(node, "allowReserved"),
            headers=tuple(Text(key) for key, _ in described_entries(node.get("headers"))),
        )


def _example(media: Node, *, binary: bool) -> Example | None:
    return None if binary else example_of(media)
