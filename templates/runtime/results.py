"""From an answer to what the caller gets, and requests that the document does not describe."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, cast

from .api_response import ApiResponse
from .attempt import Answer
from .begin import begin
from .call import Call
from .errors import RequestValidationError, ResponseValidationError
from .operation import Body, MediaType, Operation, Response
from .parameters import checked_header_name
from .response import decode, streamed, typed_headers
from .unset import UNSET

_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")


def respond(call: Call, answer: Answer) -> ApiResponse[Any]:
    """Decode an answer whose body was read.

    Returns:
        The response. If the body cannot be read, its `data` raises the ResponseValidationError that says why.
    """
    problem: ResponseValidationError | None = None
    data: object = None
    try:
        data = decode(
            call.request.operation, answer.status, answer.headers, cast(bytes, answer.body)
        )
    except ResponseValidationError as error:
        call.attach(error)
        problem = error
    return wrap(call, answer, data, problem)


def wrap(
    call: Call, answer: Answer, data: object, problem: ResponseValidationError | None = None
) -> ApiResponse[Any]:
    """Return a value with what came along with it."""
    operation = call.request.operation
    return ApiResponse(
        data,
        status=answer.status,
        headers=answer.headers,
        attempts=call.attempts,
        elapsed=call.elapsed,
        problem=problem,
        typed_headers=typed_headers(operation, answer.status, answer.headers),
    )


def undescribed(method: str, path: str, body: object, content_type: str) -> Operation[Any]:
    """Return a descriptor for a request that the document does not describe.

    Args:
        method: The HTTP method.
        path: The path, percent-encoded, appended to the server's URL.
        body: The body, if there is one.
        content_type: How the body is sent.

    Raises:
        RequestValidationError: The method cannot be one, or the path is a URL.
    """
    try:
        checked_header_name(method)
    except ValueError as error:
        raise RequestValidationError(f"{method!r} is not the name of an HTTP method") from error
    if _URL.match(path):
        raise RequestValidationError(
            "path: give it without the server, which base_url= can name for a call"
        )
    return Operation(
        id=f"{method.upper()} {path}",
        name="request",
        method=method.upper(),
        path=("" if path.startswith("/") else "/") + path.replace("{", "%7B").replace("}", "%7D"),
        body=None if body is UNSET else Body((MediaType(content_type),)),
        responses={"default": Response((MediaType("*/*"),))},
    )


def fallback_name(operation: Operation[Any], arguments: Mapping[str, object]) -> str:
    """Return what to call a downloaded file that the service does not name: the last of the path's arguments."""
    named = [
        arguments.get(part.argument) for part in operation.parameters if part.location == "path"
    ]
    return next((str(value) for value in reversed(named) if value), operation.name)


class Calls:
    """What a client needs for each of its calls, to be imported once: an import in a function takes a tenth of a call."""

    begin = staticmethod(begin)
    fallback_name = staticmethod(fallback_name)
    respond = staticmethod(respond)
    streamed = staticmethod(streamed)
    wrap = staticmethod(wrap)
