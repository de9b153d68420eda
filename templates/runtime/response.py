"""From a status, headers and bytes to a value or an error, by what the operation documents: pure, no transport."""

from __future__ import annotations

import codecs
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from pydantic import ValidationError

from .adapters import adapter
from .errors import ApiStatusError, ResponseValidationError, status_error_class
from .headers import Headers
from .media_types import charset, is_range, kind_of, matching
from .operation import Header, MediaType, Operation, Response
from .request import Request
from .secrecy import without_input
from .surrogates import from_json

_BOM = b"\xef\xbb\xbf"
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
"""What a text in an encoding other than UTF-8 may begin with."""


def select(operation: Operation[Any], status: int) -> Response | None:
    """Return the documented response for a status: the exact one, else its range, else the default.

    See OpenAPI 3.1, section 4.8.16.
    """
    responses = operation.responses
    exact = responses.get(str(status))
    if exact is not None:
        return exact
    hundred = status // 100
    return (
        responses.get(f"{hundred}XX") or responses.get(f"{hundred}xx") or responses.get("default")
    )


def streamed(operation: Operation[Any], status: int, content_type: str | None) -> MediaType | None:
    """Return what the body of this response is if it is handed to the caller as a stream, else None.

    It is if the response is a success and its content is documented as binary or as a stream. A server may name
    another binary type than the documented one; JSON and HTML where only bytes are documented are
    no such content.

    Args:
        operation: What was called.
        status: The HTTP status.
        content_type: The response's Content-Type, or None if it has none.
    """
    if not 200 <= status < 300:
        return None
    response = _success(operation, status)
    candidates = [media for media in response.content if media.is_streamed] if response else []
    if response is None or not candidates:
        return None
    if not content_type:
        return candidates[0] if len(candidates) == len(response.content) else None
    media = matching(response.content, content_type)
    if media is not None:
        return media if media.is_streamed else None
    binary = (media for media in candidates if media.binary)
    return next(binary, None) if kind_of(content_type) == "bytes" else None


def decode(
    operation: Operation[Any], status: int, headers: Mapping[str, str], body: bytes
) -> object:
    """Return the value of a successful response.

    Args:
        operation: What was called.
        status: The HTTP status.
        headers: The response's header fields.
        body: The whole body, decompressed.

    Returns:
        The documented type for JSON, str for text, bytes for anything else, and so for a form of the content
        that was not asked for; None if no content is documented. Data that is not quite as documented is kept (see
        `tolerance`).

    Raises:
        ResponseValidationError: If the body is not the documented content at all. The request is
            not attached to it.
    """
    if not body:
        return _nothing(operation, status, headers)
    response = _success(operation, status)
    if response is None or not response.content:
        return None
    return _content(response, status, headers, body)


def _nothing(operation: Operation[Any], status: int, headers: Mapping[str, str]) -> object:
    """Return the value of an empty body: None, unless the operation always gives something."""
    successes = [response for code, response in operation.responses.items() if code[0] == "2"]
    if operation.method == "HEAD" or not all(response.content for response in successes):
        return None
    contents = [media for response in successes for media in response.content]
    if not contents:
        return None
    text = status not in (204, 205) and {kind_of(media.content_type) for media in contents}
    if text == {"text"}:
        return _content(successes[0], status, headers, b"")
    message = f"nothing came instead of {contents[0].content_type}"
    raise ResponseValidationError(message, status=status, headers=headers)


def typed_headers(
    operation: Operation[Any], status: int, headers: Mapping[str, str]
) -> dict[str, object]:
    """Return the documented header fields that came, as their types; what does not fit is the text itself."""
    response = select(operation, status)
    if response is None or not response.headers:
        return {}
    fields = Headers(headers)
    return {
        name: _field(header, fields[name])
        for name, header in response.headers.items()
        if name in fields
    }


def _field(header: Header, text: str) -> object:
    typed = adapter(header.type)
    if header.content_type is None or kind_of(header.content_type) != "json":
        return typed.read_field(text, explode=header.explode)
    try:
        return typed.read(text.encode())
    except ValidationError:
        return text


def status_error(
    operation: Operation[Any],
    request: Request,
    status: int,
    headers: Mapping[str, str],
    body: bytes,
    *,
    attempts: int | None = None,
    elapsed: float | None = None,
) -> ApiStatusError:
    """Return the error for a response that is not a success.

    Args:
        operation: What was called.
        request: The request that was sent.
        status: The HTTP status.
        headers: The response's header fields.
        body: The whole body, decompressed.
        attempts: How many requests were sent.
        elapsed: Seconds since the call began.
    """
    response = select(operation, status)
    error: object = None
    try:
        if response is not None and response.content and body:
            error = _content(response, status, headers, body)
        else:
            error = _undescribed(headers, body)
    except ResponseValidationError:
        error = _undescribed(headers, body)
    return status_error_class(status)(
        status=status,
        headers=headers,
        body=body,
        error=error,
        typed_headers=typed_headers(operation, status, headers),
        operation=operation.id,
        method=request.method,
        url=request.shown_url,
        attempts=attempts,
        elapsed=elapsed,
    )


def _undescribed(headers: Mapping[str, str], body: bytes) -> object:
    """Return the values of JSON that is not as it is documented, or None if it is no JSON."""
    if kind_of(Headers(headers).get("content-type", "application/json")) != "json":
        return None
    try:
        return from_json(body)
    except ValueError:
        return None


def _success(operation: Operation[Any], status: int) -> Response | None:
    """Return the response for a success; one with another status of success stands in for one not documented."""
    responses = operation.responses
    response = select(operation, status)
    if status in (204, 205) or (response is not None and response is not responses.get("default")):
        return response
    successes = (code for code in responses if code.startswith("2"))
    return next((responses[code] for code in successes), response)


def _content(response: Response, status: int, headers: Mapping[str, str], body: bytes) -> object:
    came = headers.get("content-type") or Headers(headers).get("content-type", "")
    media = matching(response.content, came) if came else None
    if media is None:
        media = response.content[0]
        if came and not _may_be(media, came):
            message = f"{came} came instead of {media.content_type}"
            raise ResponseValidationError(message, status=status, headers=headers, body=body)
    kind = kind_of(_content_type(media, came))
    try:
        if media.binary:
            return body
        if not media.requested:
            with suppress(ValueError):
                return _json(_requested_json(response), _in_utf8(body, charset(came)))
        if kind == "json":
            return _json(media, _in_utf8(body, charset(came)))
        if kind == "bytes" or kind == "multipart":
            return body
        text = _decoded(body, charset(came))
        return text if media.type is None else adapter(media.type).read_text(text)
    except ValueError as error:
        message = f"the body{f' ({came})' if came else ''} cannot be read: {_reason(error)}"
        problem = ResponseValidationError(message, status=status, headers=headers, body=body)
        raise problem from without_input(error)


def _requested_json(response: Response) -> MediaType:
    """Return the JSON that was asked for; some services name it text."""
    return next(media for media in response.content if kind_of(media.content_type) == "json")


def _may_be(media: MediaType, came: str) -> bool:
    """Return whether content that came under an undocumented type is worth reading as a documented one."""
    documented = kind_of(media.content_type)
    if documented == "json":
        return True
    if documented == "bytes":
        return kind_of(came) == "bytes"
    return not came.lower().startswith("text/html")


def _content_type(media: MediaType, came: str) -> str:
    if not is_range(media.content_type):
        return media.content_type
    return came or ("application/octet-stream" if media.type is None else "application/json")


def _json(media: MediaType, body: bytes) -> object:
    text = body.removeprefix(_BOM)
    return from_json(text) if media.type is None else adapter(media.type).read(text)


def _in_utf8(body: bytes, encoding: str) -> bytes:
    """Return JSON in the encoding that it has to be in (RFC 8259, section 8.1), from the one that the service names.

    What is UTF-8 is that, whatever the service names, unless it is a name of UTF-16 or UTF-32.
    """
    marked = next((name for mark, name in _MARKS if body.startswith(mark)), None)
    if marked is not None:
        encoding = marked
    elif encoding.lower() in ("utf-8", "utf8", "us-ascii"):
        return body
    try:
        if not encoding.lower().startswith(("utf-16", "utf-32")):
            with suppress(UnicodeDecodeError):
                body.decode()
                return body
        return body.decode(encoding).encode()
    except LookupError:
        return body


def _decoded(body: bytes, encoding: str) -> str:
    try:
        return body.decode(encoding, "replace")
    except LookupError:
        return body.decode("utf-8", "replace")


def _reason(error: ValueError) -> str:
    if not isinstance(error, ValidationError):
        return str(error)
    first = error.errors(include_url=False, include_input=False, include_context=False)[0]
    place = ".".join(str(part) for part in first["loc"])
    return f"{place}: {first['msg']}" if place else first["msg"]
