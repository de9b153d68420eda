"""The bodies of answers: as the document describes them, in the media type that is wanted."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from ..media_types import essence, kind_of, matching
from ..operation import MediaType
from .description import Description, Operation
from .jsonkinds import is_array, is_object
from .messages import Answer

_MESSAGES = ("message", "description", "detail", "error_description", "reason", "title", "error")


class Answers:
    """Makes answers of a document.

    Args:
        description: The document.
    """

    def __init__(self, description: Description) -> None:
        self._description = description

    def problems(
        self, operation: Operation, status: int, content_type: str | None, data: Any
    ) -> list[str]:
        """Return what is wrong with the body of an answer, as far as it is JSON."""
        media = content_of(operation, status).get(content_type or "", {})
        if isinstance(data, bytes) or kind_of(content_type or "") != "json":
            return []
        return [
            str(each)
            for each in self._description.schemas.problems(media.get("schema"), data, "response")
        ]

    def error(self, operation: Operation | None, status: int, message: str | None) -> Answer:
        """Return an error as the document describes it, with a message in it where there is a place for one."""
        for described in (operation, *self._description.operations):
            if described is None or not (content := content_of(described, status)):
                continue
            content_type = next(iter(content))
            examples = self._description.examples(described, status, content_type)
            data = next(iter(examples.values()), None)
            if is_object(data) and message is not None:
                data = _with_message(data, message)
            return encoded(status, content_type, data if data is not None else message or "", {})
        return encoded(
            status, "application/json", {"message": message or "this is what was asked for"}, {}
        )


def _with_message(data: dict[str, Any], message: str) -> dict[str, Any]:
    for name in _MESSAGES:
        if isinstance(data.get(name), str):
            return {**data, name: message}
    for name, value in data.items():
        if is_object(value) and name in ("error", "errors"):
            inner: dict[str, Any] = value
            return {**data, name: _with_message(inner, message)}
    return data


def content_of(operation: Operation, status: int) -> Mapping[str, Any]:
    """Return the media types that an operation documents for a status, by name."""
    content: Mapping[str, Any] = (operation.response(status) or {}).get("content", {})
    return content


def accepted(content: Mapping[str, Any], accept: str) -> str:
    """Return the first media type of a response that an Accept header names, or the first one (RFC 9110, 12.5.1)."""
    for wanted in (essence(each) for each in accept.split(",")):
        for name in content:
            if matching([MediaType(wanted)], name) is not None:
                return name
    return next(iter(content))


def encoded(status: int, content_type: str | None, data: Any, headers: Mapping[str, str]) -> Answer:
    """Return an answer with a value as its body."""
    if data is None and content_type is None:
        return Answer(status, headers)
    content_type = content_type or (
        "application/octet-stream" if isinstance(data, bytes) else "application/json"
    )
    concrete = content_type if "*" not in content_type else "application/octet-stream"
    return Answer(status, {"Content-Type": concrete, **headers}, b"".join(_pieces(concrete, data)))


def _pieces(content_type: str, data: Any) -> Iterator[bytes]:
    kind = kind_of(content_type)
    if isinstance(data, bytes):
        yield data
    elif kind == "json":
        yield json.dumps(data).encode()
    elif essence(content_type) == "text/event-stream" and not isinstance(data, str | None):
        for each in data if is_array(data) else [data]:
            yield "".join(f"data: {line}\n" for line in _line(each).split("\n")).encode() + b"\n"
    elif is_array(data) or is_object(data):
        yield from (f"{_line(each)}\n".encode() for each in (data if is_array(data) else [data]))
    elif isinstance(data, str):
        yield data.encode("utf-8" if kind == "text" else "latin-1", "replace")
    elif data is not None:
        yield json.dumps(data).encode()


def _line(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)
