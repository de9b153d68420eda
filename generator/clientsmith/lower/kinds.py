"""What kind of content a media type is."""

from __future__ import annotations

from typing import Literal

Kind = Literal["json", "form", "multipart", "text", "bytes", "any", "events", "lines"]

_LINES = frozenset(
    {
        "application/jsonl",
        "application/jsonlines",
        "application/x-jsonlines",
        "application/x-ndjson",
        "application/ndjson",
        "application/json-seq",
        "application/geo+json-seq",
        "application/json-lines",
    }
)
_TEXTUAL = ("xml", "javascript", "yaml", "x-yaml")


def essence(content_type: str) -> str:
    """Return type/subtype in small letters, without parameters (RFC 9110, 8.3.1)."""
    return content_type.partition(";")[0].strip().lower()


def kind_of(content_type: str) -> Kind:
    """Return what kind of content a media type or range is; a structured suffix counts (RFC 6838, 4.2.8)."""
    name = essence(content_type)
    main, _, sub = name.partition("/")
    if name == "text/event-stream":
        return "events"
    if name in _LINES or sub.endswith("+json-seq"):
        return "lines"
    if sub == "json" or sub.endswith("+json"):
        return "json"
    if name == "application/x-www-form-urlencoded":
        return "form"
    if name == "multipart/form-data":
        return "multipart"
    if main == "text" or sub in _TEXTUAL or sub.endswith(("+xml", "+yaml")):
        return "text"
    return "any" if name in ("*/*", "application/*", "*") else "bytes"
