"""Parameters, media types and forms: which are the same in two documents, and how they are written."""

from __future__ import annotations

import re
from typing import Final

from ..lower.kinds import kind_of
from ..lower.nodes import elements, entries
from ..read.document import Node
from .meaning import meaning
from .schema import Schema
from .subjects import followed, holder_of

_STYLES: Final = {"query": "form", "cookie": "form", "path": "simple", "header": "simple"}
_ENCODING: Final = ("contentType", "headers", "style", "explode", "allowReserved")
_UNNAMED: Final = ("prefixEncoding", "itemEncoding")
"""How the parts of a multipart body are written that have no names (OpenAPI 3.2, 4.14)."""


_IGNORED: Final = frozenset(("accept", "content-type", "authorization"))
"""Headers that a parameter does not describe (OpenAPI 3.1, 4.8.12.1)."""

_UTF8: Final = re.compile(r""";charset=("?)utf-?8\1(?=;|$)""")

Key = tuple[str, str]
"""Where a parameter is sent, and its name."""


def parameters(operation: Node) -> dict[Key, Node]:
    """Return the parameters of an operation and of its path item (OpenAPI 3.1, 4.8.9), a header's name in small letters."""
    found: dict[Key, Node] = {}
    for holder in (holder_of(operation), operation):
        for stated in elements(holder.get("parameters")):
            node = followed(stated)
            where, name = node.text_of("in") or "", node.text_of("name") or ""
            if where == "header":
                name = name.lower()
            if where != "header" or name not in _IGNORED:
                found[where, name] = node
    return found


def renamed(
    old: dict[Key, Node], new: dict[Key, Node], old_operation: Node, new_operation: Node
) -> dict[Key, Key]:
    """Return the path parameters that have another name at the same place of the path, which the wire does not show."""
    pairs = zip(_variables(old_operation), _variables(new_operation), strict=False)
    return {
        ("path", one): ("path", other)
        for one, other in pairs
        if one != other and ("path", one) in old and ("path", other) in new
    }


def is_required(node: Node) -> bool:
    """Return whether a parameter, header or body has to be there; one in the path always (OpenAPI 3.1, 4.8.12.2)."""
    stated = node.get("required")
    return (stated is not None and stated.value is True) or node.text_of("in") == "path"


def allows_empty(parameter: Node) -> bool:
    """Return whether a parameter in the query may be there without a value (OpenAPI 3.1, 4.8.12.2)."""
    stated = parameter.get("allowEmptyValue")
    return stated is not None and stated.value is True and parameter.text_of("in") == "query"


def serialization(parameter: Node) -> object:
    """Return how a parameter, or a header of a response, is written (OpenAPI 3.1, 4.8.12.2).

    Of a scalar, and in a header or path of a list, most of it makes no difference.
    """
    if "content" in parameter:
        return next(iter(media_types(parameter)), None)
    style = parameter.text_of("style") or _STYLES.get(parameter.text_of("in") or "header", "form")
    schema = Schema(filter(None, [parameter.get("schema")]))
    types = {name for variant in schema.spread.variants for name in variant.types or ("array",)}
    reserved = parameter.get("allowReserved")
    unquoted = reserved is not None and reserved.value is True
    if types.isdisjoint(("array", "object")):
        return style if style in ("matrix", "label", "cookie") else None, False, unquoted
    if style == "simple" and "object" not in types:
        return style, False, unquoted
    explode = parameter.get("explode")
    return style, style == "form" if explode is None else explode.value, unquoted


def media_types(holder: Node) -> dict[str, Node]:
    """Return the content of a body, response, parameter or header, by media type without blanks and in small letters.

    That text is UTF-8 is what both sides take it for anyway.
    """
    return {
        _UTF8.sub("", name.replace(" ", "").lower()): followed(node)
        for name, node in entries(holder.get("content"))
    }


def described_by(holder: Node) -> Schema:
    """Return the schema of a parameter, header or media type; bytes have none, whatever it says (OpenAPI 3.1, 4.8.14.2)."""
    schema = Schema(filter(None, (holder.get("schema"), holder.get("itemSchema"))))
    is_bytes = schema.format[0] == "binary" and kind_of(str(holder.key)) in ("bytes", "any")
    return Schema(()) if is_bytes else schema


def encoding(media_type: Node) -> object:
    """Return how the fields of a form, or the parts of a multipart body, are written (OpenAPI 3.1, 4.8.15)."""
    stated = {
        name: {key: meaning(value) for key, value in node.items() if key in _ENCODING}
        for name, node in entries(media_type.get("encoding"))
    }
    unnamed = {key: meaning(node) for key in _UNNAMED if (node := media_type.get(key)) is not None}
    return {name: each for name, each in stated.items() if each}, unnamed


def _variables(operation: Node) -> list[str]:
    """Return the variables in the path of an operation, in their order."""
    path = str(operation.pointer[-2]) if len(operation.pointer) > 1 else ""
    return [part.partition("}")[0] for part in path.split("{")[1:]]
