"""The texts of parameters: every style and explode of OpenAPI 3.1, section 4.8.12, as RFC 6570 expands them.

A value is first laid out as pairs of a name and the pieces of its value, still unencoded; each
location then encodes and joins them. Undefined members (None) of arrays and objects are left out
(RFC 6570, section 2.3), and so is a parameter that has none left, unless `allow_empty_value` asks
for its name.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import quote

from .media_types import kind_of
from .operation import Parameter, Style
from .values import items, json_text, properties, scalar_text

_UNRESERVED = re.compile(r"[A-Za-z0-9._~-]*")
_PERCENT_ENCODED = re.compile(r"(%[0-9A-Fa-f]{2})")
_RESERVED_IN_QUERY = ":/?@!$'()*,;="
_COOKIE_OCTETS = "!#$%&'()*+-./:<=>?@[]^_`{|}~"
_HEADER_VALUE = re.compile(r"[\x21-\x7e]([\t\x20-\x7e]*[\x21-\x7e])?|")
_TOKEN = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_DELIMITERS = {"spaceDelimited": "%20", "pipeDelimited": "%7C"}
_DEFAULT_STYLES: dict[str, Style] = {
    "path": "simple",
    "query": "form",
    "header": "simple",
    "cookie": "form",
}

Pair = tuple[str, str]


def encoded(text: str) -> str:
    """Percent-encode everything but the unreserved characters (RFC 3986, section 2.3), as UTF-8."""
    return text if _UNRESERVED.fullmatch(text) else quote(text, safe="")


def path_text(parameter: Parameter, value: object) -> str:
    """Return the expansion of a path parameter.

    Raises:
        ValueError: If the value cannot be sent, or is empty.
    """
    if type(value) is str and parameter.style is None and parameter.content_type is None:
        text = encoded(value)
    elif parameter.content_type is not None:
        text = encoded(_content(parameter, value))
    else:
        text = _path_expansion(parameter, value)
    if not text:
        raise ValueError("it must not be empty, which would name another path")
    return text


def query_pairs(parameter: Parameter, value: object) -> list[str]:
    """Return the expansion of a query parameter as its "name=value" pairs, percent-encoded.

    Raises:
        ValueError: If the value cannot be sent.
    """
    if parameter.location == "querystring":
        return _whole_query(parameter, value)
    name = parameter.name
    encode = _reserved_kept if parameter.allow_reserved else encoded
    if type(value) is str and parameter.content_type is None:
        return [f"{encoded(name)}={encode(value)}"]
    if parameter.content_type is not None:
        return [f"{encoded(name)}={encode(_content(parameter, value))}"]
    pairs = form_pairs(parameter, value, encode)
    if not pairs and parameter.allow_empty_value:
        return [f"{encoded(name)}="]
    return [f"{encoded(key)}={text}" for key, text in pairs]


def _whole_query(parameter: Parameter, value: object) -> list[str]:
    """Return a query that one parameter makes up (OpenAPI 3.2, section 4.12.2.3): a form, or content that is percent-encoded."""
    named = properties(value)
    if named is None or kind_of(parameter.content_type or "") != "form":
        return [encoded(_content(parameter, value))]
    pieces = (Parameter(name, name, "query") for name, _ in named)
    return [
        pair
        for piece, (_, item) in zip(pieces, named, strict=True)
        for pair in query_pairs(piece, item)
    ]


def header_text(parameter: Parameter, value: object) -> str:
    """Return the value of a header parameter.

    Raises:
        ValueError: If the value cannot be sent in a header field.
    """
    if parameter.content_type is not None:
        return checked_header_value(_content(parameter, value))
    return checked_header_value(_simple(value, bool(parameter.explode), _unchanged))


def cookie_text(parameter: Parameter, value: object) -> str:
    """Return the pairs of a cookie parameter as they stand in the Cookie field (RFC 6265, section 4.2.1).

    Raises:
        ValueError: If the value cannot be sent.
    """
    if parameter.content_type is not None:
        return f"{parameter.name}={_cookie_octets(_content(parameter, value))}"
    pairs = form_pairs(parameter, value, _cookie_octets)
    return "; ".join(f"{_cookie_octets(key)}={text}" for key, text in pairs)


def checked_header_value(text: object) -> str:
    """Return a header value if it may be one: printable ASCII, no line breaks, no space at its ends.

    See RFC 9110, section 5.5; what lies beyond ASCII there is not read the same way by all servers.

    Raises:
        ValueError: If it may not.
    """
    if not isinstance(text, str) or not _HEADER_VALUE.fullmatch(text):
        raise ValueError(
            "a header value is a str of printable ASCII without line breaks, and does not begin or end with a space"
        )
    return text


def checked_header_name(text: object) -> str:
    """Return a header name if it is a token (RFC 9110, section 5.6.2).

    Raises:
        ValueError: If it is not.
    """
    if not isinstance(text, str) or not _TOKEN.fullmatch(text):
        raise ValueError("this is not the name of a header")
    return text


def form_pairs(parameter: Parameter, value: object, encode: Callable[[str], str]) -> list[Pair]:
    """Lay a value out as for a query: form, spaceDelimited, pipeDelimited or deepObject.

    Args:
        parameter: Gives the name, the style and explode.
        value: What is sent.
        encode: Encodes each piece of a value.

    Returns:
        Pairs of a name, not encoded, and a value, encoded.

    Raises:
        ValueError: If the value cannot be sent.
    """
    name, style = parameter.name, parameter.style or _DEFAULT_STYLES[parameter.location]
    if style == "deepObject":
        return list(_brackets(name, value, encode))
    text = scalar_text(value)
    if text is not None:
        return [(name, encode(text))]
    explode = style in ("form", "cookie") if parameter.explode is None else parameter.explode
    members = _members(value)
    if explode:
        return [(key if key is not None else name, encode(text)) for key, text in members]
    pieces = [encode(piece) for member in members for piece in member if piece is not None]
    return [(name, _DELIMITERS.get(style, ",").join(pieces))] if members else []


def _path_expansion(parameter: Parameter, value: object) -> str:
    style, explode = parameter.style or "simple", bool(parameter.explode)
    if style == "label":
        text = scalar_text(value)
        if text is not None:
            return f".{encoded(text)}"
        members = _members(value)
        return "".join(f".{part}" for part in _joined(members, explode, encoded)) if members else ""
    if style == "matrix":
        return _matrix(parameter.name, value, explode)
    return _simple(value, explode, encoded)


def _simple(value: object, explode: bool, encode: Callable[[str], str]) -> str:
    text = scalar_text(value)
    if text is not None:
        return encode(text)
    return ",".join(_joined(_members(value), explode, encode))


def _matrix(name: str, value: object, explode: bool) -> str:
    text = scalar_text(value)
    if text is not None:
        return f";{encoded(name)}={encoded(text)}" if text else f";{encoded(name)}"
    members = _members(value)
    if not members:
        return ""
    if not explode:
        return f";{encoded(name)}={','.join(_joined(members, False, encoded))}"
    pairs = ((name if key is None else key, piece) for key, piece in members)
    return "".join(
        f";{encoded(key)}={encoded(piece)}" if piece else f";{encoded(key)}" for key, piece in pairs
    )


def _joined(
    members: Iterable[tuple[str | None, str]], explode: bool, encode: Callable[[str], str]
) -> list[str]:
    """Return the pieces of an array or an object that a style puts its separator between."""
    if not explode:
        flat = [encode(piece) for member in members for piece in member if piece is not None]
        return [",".join(flat)]
    return [
        encode(piece) if key is None else f"{encode(key)}={encode(piece)}" for key, piece in members
    ]


def _members(value: object) -> list[tuple[str | None, str]]:
    """Return the items of an array, under None, or the properties of an object; what is nested in them as JSON."""
    named = properties(value)
    if named is not None:
        return [(name, _member_text(item)) for name, item in named if item is not None]
    listed = items(value)
    if listed is None:
        raise ValueError(f"a value of type {type(value).__name__} cannot be sent")
    return [(None, _member_text(item)) for item in listed if item is not None]


def _member_text(value: object) -> str:
    text = scalar_text(value)
    return json_text(value) if text is None else text


def _brackets(name: str, value: Any, encode: Callable[[str], str]) -> Iterable[Pair]:
    text = scalar_text(value)
    if text is not None:
        yield name, encode(text)
        return
    members = properties(value)
    if members is None:
        listed = items(value)
        if listed is None:
            raise ValueError(f"a value of type {type(value).__name__} cannot be sent")
        members = [(str(index), item) for index, item in enumerate(listed)]
    for key, item in members:
        if item is not None:
            yield from _brackets(f"{name}[{key}]", item, encode)


def _content(parameter: Parameter, value: object) -> str:
    if kind_of(parameter.content_type or "") == "json":
        return json_text(value)
    text = scalar_text(value)
    if text is None:
        raise ValueError(
            f"a value of type {type(value).__name__} has no {parameter.content_type} form"
        )
    return text


def _reserved_kept(text: str) -> str:
    parts = _PERCENT_ENCODED.split(text)
    return "".join(
        part if index % 2 else quote(part, safe=_RESERVED_IN_QUERY)
        for index, part in enumerate(parts)
    )


def _cookie_octets(text: str) -> str:
    return quote(text, safe=_COOKIE_OCTETS)


def _unchanged(text: str) -> str:
    return text
