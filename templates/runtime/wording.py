"""What the text of an error is made of: what the service said, the name of the request, one line of it all."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from .headers import Headers
from .kinds import is_list, is_mapping
from .surrogates import from_json

_REQUEST_ID_HEADERS = (
    "x-request-id",
    "request-id",
    "x-requestid",
    "x-correlation-id",
    "x-amzn-requestid",
    "x-amz-request-id",
    "x-trace-id",
    "cf-ray",
)
_MESSAGE_PROPERTIES = (
    "description",
    "message",
    "detail",
    "error_description",
    "title",
    "error",
    "errors",
    "msg",
)
_LONGEST_MESSAGE = 300
LONGEST_TEXT = 4 * _LONGEST_MESSAGE


def request_id_of(headers: Headers) -> str | None:
    """Return the name that the server gave the request, from the header fields that servers use for it."""
    return next((headers[name] for name in _REQUEST_ID_HEADERS if name in headers), None)


def named_request(request_id: str | None) -> list[str]:
    """Return how a line names the request, in a list; an empty one if it has no name."""
    return [f"request id {one_line(request_id)}"] if request_id else []


def reason_phrase(status: int) -> str:
    """Return the reason phrase of a status (RFC 9110, section 15)."""
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "(unknown status)"


def message_of(error: object) -> str:
    """Return what an error of the service says, from the properties that services say it in."""
    for name in _MESSAGE_PROPERTIES:
        value: Any = error.get(name) if is_mapping(error) else getattr(error, name, None)
        if is_list(value) and value:
            value = value[0]
        if is_mapping(value):
            return message_of(value)
        if isinstance(value, str) and value:
            return value
    return error if isinstance(error, str) else ""


def json_value(body: bytes) -> object:
    """Return the value of a JSON body, None if it is none."""
    try:
        return from_json(body)
    except ValueError:
        return None


def one_line(text: str) -> str:
    """Return a text as one line that is not too long, without control characters."""
    line = " ".join(text[: 4 * _LONGEST_MESSAGE].split())
    line = "".join(letter if letter.isprintable() else "\ufffd" for letter in line)
    return line if len(line) <= _LONGEST_MESSAGE else f"{line[: _LONGEST_MESSAGE - 3]}..."
