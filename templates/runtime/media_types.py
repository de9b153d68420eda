"""Media types: which kind of content they are, and which documented one a Content-Type is (RFC 9110, section 8.3)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Literal

from .operation import MediaType

Kind = Literal["json", "form", "multipart", "text", "bytes"]

_CHARSET = re.compile(r""";\s*charset\s*=\s*"?([^\s;"]+)""", re.IGNORECASE)


def essence(content_type: str) -> str:
    """Return type/subtype in small letters, without parameters."""
    return content_type.partition(";")[0].strip().lower()


@lru_cache(maxsize=1024)
def kind_of(content_type: str) -> Kind:
    """Return what kind of content a media type is; a structured suffix counts (RFC 6838, section 4.2.8)."""
    name = essence(content_type)
    main, _, sub = name.partition("/")
    if sub == "json" or sub.endswith("+json"):
        return "json"
    if name == "application/x-www-form-urlencoded":
        return "form"
    if name == "multipart/form-data":
        return "multipart"
    if (
        main == "text"
        or sub in ("xml", "javascript", "yaml", "x-yaml")
        or sub.endswith(("+xml", "+yaml"))
    ):
        return "text"
    return "bytes"


def _parameters(content_type: str) -> frozenset[str]:
    """Return the parameters of a media type, written alike; no value has a semicolon in it that matters here."""
    _, *parameters = content_type.lower().split(";")
    return frozenset("".join(each.replace('"', "").split()) for each in parameters)


def _agreeing(documented: frozenset[str], came: frozenset[str]) -> int:
    """Return how many documented parameters came; -1 if one did not."""
    return len(documented) if documented <= came else -1


def charset(content_type: str, default: str = "utf-8") -> str:
    """Return the charset parameter, or the default if there is none."""
    match = _CHARSET.search(content_type)
    return match[1] if match else default


def is_range(content_type: str) -> bool:
    """Return whether it is a range, such as "image/*" (RFC 9110, section 12.5.1)."""
    return "*" in content_type


def matching(content: Sequence[MediaType], content_type: str) -> MediaType | None:
    """Return the documented media type that a Content-Type is: the most specific one, None if there is none.

    Of several that differ by parameters alone, such as a version, that is the one with the most of its parameters. Any JSON is
    taken for a documented JSON, whatever the vendor's name in front of the suffix.
    """
    name = essence(content_type)
    same = [media for media in content if essence(media.content_type) == name]
    if len(same) > 1:
        came = _parameters(content_type)
        return max(same, key=lambda media: _agreeing(_parameters(media.content_type), came))
    if same:
        return same[0]
    if kind_of(name) == "json":
        for media in content:
            if kind_of(media.content_type) == "json":
                return media
    for wanted in (f"{name.partition('/')[0]}/*", "*/*"):
        for media in content:
            if essence(media.content_type) == wanted:
                return media
    return None
