"""What lowering reads at a place of the document: keywords, texts, values, examples."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import cast

from ..api import Entries, Example, Value
from ..diagnostics import DiagnosticError
from ..read.document import Node
from ..read.source import Value as JsonValue
from ..read.values import fits
from ..text import Text, opened

_LISTS = ("enum", "examples", "required")
_NAMES = frozenset({"required"})
_NO_NUMBERS = frozenset({type(None), str, list, dict})
_EXAMPLES = frozenset({"example", "examples"})
_STATED = _NAMES | _EXAMPLES | {"const", "default", "enum"}

_OF_OBJECTS = frozenset(
    {
        "additionalProperties",
        "allOf",
        "anyOf",
        "oneOf",
        "patternProperties",
        "properties",
        "required",
        "unevaluatedProperties",
    }
)

Identity = tuple[str, tuple[str | int, ...]]
"""A place: the file's URI and the path in it."""


def identity(node: Node) -> Identity:
    """Return the place of a node."""
    return node.file.uri, node.pointer


def keywords(node: Node | None) -> dict[str, JsonValue]:
    """Return the mapping at a node, or an empty one where there is none.

    A number or a flag among the values of a schema of texts, or among the names that it requires, is the text written there.
    """
    if node is None or not isinstance(node.value, dict):
        return {}
    found = node.value
    if _STATED.isdisjoint(found):
        return found
    wanted = (_STATED if is_of_text(found) else _NAMES) & found.keys()
    texts = {key: texts for key in wanted if (texts := _texts(node, key, found[key]))}
    return {**found, **texts} if texts else found


def _texts(node: Node, key: str, value: JsonValue) -> JsonValue:
    """Return the texts at a key; None where all is text already, or is neither a scalar nor a list as it should be."""
    if key not in _LISTS:
        return None if isinstance(value, str) else node[key].text
    if not isinstance(value, list) or _NO_NUMBERS.issuperset(map(type, value)):
        return None
    return [value_in(each, None) for each in node[key].elements()]


def is_of_text(schema: JsonValue) -> bool:
    """Return whether a schema allows texts alone, or null."""
    type_ = schema.get("type") if isinstance(schema, dict) else None
    types = type_ if isinstance(type_, list) else [type_]
    return "string" in types and all(each in ("string", "null") for each in types)


def value_in(value: Node, schema: Node | None) -> JsonValue:
    """Return the value at a node; the text that is written there, where the schema asks for text, or is None."""
    if schema is not None and not is_of_text(schema.value):
        return value.value
    text = value.text
    return value.value if text is None else text


def entries(node: Node | None) -> Iterator[tuple[str, Node]]:
    """Yield the entries of a mapping."""
    if node is not None:
        yield from node.items()


def elements(node: Node | None) -> Iterator[Node]:
    """Yield the elements of a list."""
    if node is not None:
        yield from node.elements()


def follow(node: Node) -> Node | None:
    """Return where the reference at a node leads, the node itself if it has none; None for a reference that leads nowhere."""
    try:
        return node.follow()
    except DiagnosticError:
        return None


def follow_schema(node: Node) -> Node | None:
    """Return the schema at a node: the one that a reference leads to, unless there is more beside it (OpenAPI 3.1, 4.8.24).

    None for a reference that leads nowhere.
    """
    return node if extends(node) else referred_schema(node)


def referred_schema(node: Node) -> Node | None:
    """Return the schema that the reference at a node leads to, the node itself if it has none; None if it leads nowhere."""
    end = follow(node)
    return end if end is None or end == node else follow_schema(node.target())


def extends(node: Node) -> bool:
    """Return whether a schema adds to the object that it refers to; in 3.0, what stands beside a reference is ignored."""
    of_objects = not _OF_OBJECTS.isdisjoint(keywords(node))
    return node.ref is not None and node.document.version >= (3, 1) and of_objects


def is_extension(key: str) -> bool:
    """Return whether a key of an object that may be extended is an extension (OpenAPI 3.1, 4.9); a map of names has none."""
    return key.startswith("x-")


def described_entries(node: Node | None) -> Iterator[tuple[str, Node]]:
    """Yield the entries of a mapping of named objects: those that are mappings themselves."""
    return ((key, child) for key, child in entries(node) if child.is_mapping)


def followed_entries(node: Node | None) -> Iterator[tuple[str, Node]]:
    """Yield the entries of a mapping of named objects or references to them; a reference that leads nowhere is left out."""
    for key, child in described_entries(node):
        target = follow(child)
        if target is not None and target.is_mapping:
            yield key, target


def value_of(value: JsonValue) -> Value:
    """Return a value with every string in it as Text."""
    if isinstance(value, str):
        return Text(value)
    if isinstance(value, dict):
        return {Text(str(key)): value_of(item) for key, item in value.items()}
    if isinstance(value, list):
        return tuple(value_of(item) for item in value)
    return value


def extensions_of(*nodes: Node | None) -> Entries:
    """Return the extensions of the objects at some nodes (OpenAPI 3.1, 4.9); those of a later one win."""
    return Entries(
        {
            Text(key): _inside(value)
            for node in nodes
            if node is not None and isinstance(node.value, dict)
            for key, value in node.value.items()
            if is_extension(key)
        }
    )


def _inside(value: JsonValue) -> Value | Entries:
    if isinstance(value, dict):
        return Entries({Text(str(key)): _inside(item) for key, item in value.items()})
    if isinstance(value, list):
        return cast(Value, tuple(_inside(item) for item in value))
    return value_of(value)


def flag(node: Node, keyword: str) -> bool:
    """Return whether a keyword is there and true."""
    return isinstance(node.value, dict) and node.value.get(keyword) is True


def text_of(node: Node | None) -> Text:
    """Return the text at a node, that of a number as it is written; an empty one where there is none."""
    return Text((node.text if node is not None else None) or "")


def description_of(node: Node) -> Text:
    """Return the description of a node, or its summary."""
    if not isinstance(node.value, dict):
        return Text("")
    return text_of(node.get("description")) or text_of(node.get("summary"))


def example_of(node: Node) -> Example | None:
    """Return the first example that is of the type its schema asks for.

    Args:
        node: a schema, parameter or media type (OpenAPI 3.1, 4.8.12.3, 4.8.14.2, 4.8.24.6).
    """
    if not isinstance(node.value, dict) or _EXAMPLES.isdisjoint(node.value):
        return None
    schema = node.get("schema")
    schema = node if schema is None else follow(schema) or node
    stated = next((each for each in _examples(node) if fits(each, schema)), None)
    return Example(value_of(value_in(stated, schema))) if stated is not None else None


def _examples(node: Node) -> Iterator[Node]:
    example = node.get("example")
    if example is not None:
        yield example
    examples = node.get("examples")
    if examples is not None:
        yield from examples.elements()
        for _, named in followed_entries(examples if examples.is_mapping else None):
            if "value" in named:
                yield named["value"]


def documented(
    description: Text, *, default: Example | None = None, example: Example | None = None
) -> Text:
    """Return a description with the default and an example behind it, in words."""
    parts = [_ended(opened(description))] if description else []
    if example is not None and _is_short(example.value):
        parts.append(f"For example {_shown(example.value)}.")
    if default is not None and default.value is not None and _is_short(default.value):
        parts.append(f"The service's default is {_shown(default.value)}.")
    return Text(" ".join(parts))


def _ended(description: str) -> str:
    stripped = description.strip()
    return stripped if stripped[-1:] in ".!?:" else f"{stripped}."


def _is_short(value: Value) -> bool:
    return not isinstance(value, dict | tuple) and len(_shown(value)) <= 60


def _shown(value: Value) -> str:
    return (
        f"`{opened(value)}`"
        if isinstance(value, Text)
        else f"`{json.dumps(value)}`" if not isinstance(value, dict | tuple) else ""
    )
