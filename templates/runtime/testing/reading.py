"""From the texts of a request to values: the other way round from what the client does with arguments and bodies.

The styles are those of OpenAPI 3.1, section 4.8.12. A text that is not of its type stays a text, so that the check against the
schema can say so.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from email import message_from_bytes
from email.policy import HTTP
from typing import Any
from urllib.parse import parse_qsl, unquote_plus

from ..headers import Headers
from ..media_types import charset, kind_of
from .description import decoded
from .schemas import Schemas

_INTEGER = re.compile(r"[+-]?\d+")
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
_SEPARATORS = {"spaceDelimited": r"%20|\+| ", "pipeDelimited": r"%7[Cc]|\|"}

Pairs = Sequence[tuple[str, str]]
MISSING = object()


def query_pairs(query: str) -> Pairs:
    """Return the pairs of a query, their values still percent-encoded."""
    pieces = [piece.partition("=") for piece in query.split("&") if piece]
    return [(unquote_plus(name), text) for name, _, text in pieces]


def cookie_pairs(headers: Headers) -> Pairs:
    """Return the pairs of the Cookie fields (RFC 6265, section 4.2.1)."""
    pieces = [piece.strip().partition("=") for piece in headers.get("cookie", "").split(";")]
    return [(name, text) for name, _, text in pieces if name]


def read_parameter(
    parameter: Mapping[str, Any],
    schemas: Schemas,
    path: Mapping[str, str],
    pairs: Pairs,
    headers: Headers,
) -> Any:
    """Return the value of a parameter, MISSING if it was not sent.

    Args:
        parameter: Its description.
        schemas: The schemas of the document.
        path: The texts of the path parameters.
        pairs: Those of the query, or of the cookies if that is where the parameter is.
        headers: The header fields.
    """
    name, location = parameter["name"], parameter["in"]
    schema, style, explode = parameter.get("schema"), parameter["style"], parameter["explode"]
    if "content_type" in parameter:
        texts = {"path": path.get(name), "header": headers.get(name)}
        found = texts.get(location) or dict(pairs).get(name)
        return MISSING if found is None else _of_content(parameter["content_type"], decoded(found))
    if location == "path":
        return _simple(_unstyled(path[name], name, style, explode), explode, schema, schemas, style)
    if location == "header":
        text = headers.get(name)
        return MISSING if text is None else _simple(text, explode, schema, schemas, "header")
    if style == "deepObject":
        return _deep(name, pairs, schema, schemas)
    return _form(name, style, explode, pairs, schema, schemas)


def _form(name: str, style: str, explode: bool, pairs: Pairs, schema: Any, schemas: Schemas) -> Any:
    texts = [text for key, text in pairs if key == name]
    kinds = schemas.types(schema)
    if "object" in kinds and explode:
        properties = schemas.resolved(schema).get("properties", {})
        found = {key: text for key, text in pairs if key in properties}
        return _members(found, schema, schemas) if found else MISSING
    if not texts:
        return MISSING
    if not {"array", "object"} & set(kinds):
        return typed(_plus(texts[-1]), schema, schemas)
    if not explode:
        texts = re.split(_SEPARATORS.get(style, ","), texts[-1]) if texts[-1] else []
    if "object" in kinds and "array" not in kinds:
        return _members(dict(zip(texts[::2], texts[1::2], strict=False)), schema, schemas)
    items = schemas.resolved(schema).get("items")
    return [typed(_plus(text), items, schemas) for text in texts]


def _deep(name: str, pairs: Pairs, schema: Any, schemas: Schemas) -> Any:
    found: dict[str, Any] = {}
    for key, text in pairs:
        base, *inner = re.split(r"\[([^\]]*)\]", key)
        if base == name and inner:
            place = found
            names = inner[::2]
            for each in names[:-1]:
                place = place.setdefault(each, {})
            place[names[-1]] = _plus(text)
    return _nested(found, schema, schemas) if found else MISSING


def _nested(value: Any, schema: Any, schemas: Schemas) -> Any:
    """Return what brackets spell, its texts as values: an object, or an array whose indexes were the names."""
    if isinstance(value, str):
        return typed(value, schema, schemas)
    named: dict[str, Any] = value
    described = schemas.resolved(schema)
    if "array" in schemas.types(schema):
        return [_nested(each, described.get("items"), schemas) for each in named.values()]
    properties = described.get("properties", {})
    return {key: _nested(each, properties.get(key), schemas) for key, each in named.items()}


def _unstyled(text: str, name: str, style: str, explode: bool) -> str:
    """Return the expansion of a path parameter without what its style puts before and between, as the simple one."""
    if style == "label":
        return text.removeprefix(".").replace(".", ",") if explode else text.removeprefix(".")
    if style == "matrix":
        text = text.removeprefix(";")
        pieces = [piece.removeprefix(f"{name}=") for piece in text.split(";")]
        return ",".join(pieces)
    return text


def _simple(text: str, explode: bool, schema: Any, schemas: Schemas, style: str) -> Any:
    read = str if style == "header" else decoded
    kinds = schemas.types(schema)
    pieces = [piece.strip() if style == "header" else piece for piece in text.split(",")]
    if "array" in kinds:
        items = schemas.resolved(schema).get("items")
        return [typed(read(piece), items, schemas) for piece in pieces]
    if "object" in kinds:
        if explode:
            named = {key: value for key, _, value in (piece.partition("=") for piece in pieces)}
        else:
            named = dict(zip(pieces[::2], pieces[1::2], strict=False))
        return _members(named, schema, schemas)
    return typed(read(text), schema, schemas)


def _members(texts: Mapping[str, str], schema: Any, schemas: Schemas) -> dict[str, Any]:
    described = schemas.resolved(schema)
    properties: Mapping[str, Any] = described.get("properties", {})
    others = described.get("additionalProperties")
    return {
        decoded(name): typed(_plus(text), properties.get(decoded(name), others), schemas)
        for name, text in texts.items()
    }


def _plus(text: str) -> str:
    return unquote_plus(text, errors="replace")


def typed(text: str, schema: Any, schemas: Schemas) -> Any:
    """Return the value of a type that a text spells, or the text if it spells none."""
    kinds = schemas.types(schema)
    if "integer" in kinds and _INTEGER.fullmatch(text):
        return int(text)
    if "number" in kinds and _NUMBER.fullmatch(text):
        return float(text)
    if "boolean" in kinds and text in ("true", "false"):
        return text == "true"
    if "null" in kinds and "string" not in kinds and text == "null":
        return None
    if {"array", "object"} & set(kinds) and text[:1] in ("[", "{"):
        return _of_content("application/json", text)
    return text


def _of_content(content_type: str, text: str) -> Any:
    if kind_of(content_type) != "json":
        return text
    try:
        return json.loads(text)
    except ValueError:
        return text


def read_body(content_type: str, body: bytes, media: Mapping[str, Any], schemas: Schemas) -> Any:
    """Return the value of a body.

    Args:
        content_type: As the request says.
        body: The bytes.
        media: The documented media type.
        schemas: The schemas of the document.

    Raises:
        ValueError: It cannot be read as that.
    """
    kind = kind_of(content_type)
    if kind == "json":
        return json.loads(body)
    if kind == "form":
        texts = parse_qsl(body.decode("utf-8"), keep_blank_values=True)
        return _fields([(name, text) for name, text in texts], media.get("schema"), schemas)
    if kind == "multipart":
        return _fields(_parts(content_type, body), media.get("schema"), schemas)
    return body.decode(charset(content_type)) if kind == "text" else body


def _parts(content_type: str, body: bytes) -> list[tuple[str, Any]]:
    """Return the fields of a multipart/form-data body (RFC 7578): JSON as its value, files as text in Latin-1."""
    head = f"Content-Type: {content_type}\r\n\r\n".encode("latin-1")
    fields: list[tuple[str, Any]] = []
    for part in message_from_bytes(head + body, policy=HTTP).iter_parts():
        name = str(part.get_param("name", "", header="content-disposition"))
        content: object = part.get_payload(decode=True)
        data = content if isinstance(content, bytes) else b""
        if part.get_filename() is not None:
            fields.append((name, data.decode("latin-1")))
        else:
            fields.append(
                (name, _of_content(part.get_content_type(), data.decode("utf-8", "replace")))
            )
    return fields


def _fields(pairs: Sequence[tuple[str, Any]], schema: Any, schemas: Schemas) -> dict[str, Any]:
    properties = schemas.resolved(schema).get("properties", {})
    found: dict[str, Any] = {}
    for name, value in pairs:
        described = properties.get(name)
        if "array" in schemas.types(described):
            items = schemas.resolved(described).get("items")
            found.setdefault(name, []).append(_field(value, items, schemas))
        else:
            found[name] = _field(value, described, schemas)
    return found


def _field(value: Any, schema: Any, schemas: Schemas) -> Any:
    return typed(value, schema, schemas) if isinstance(value, str) else value
