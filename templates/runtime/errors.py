"""What can go wrong with a call.

* ApiError
  x RequestValidationError (also a ValueError): the call cannot be sent as it was written; nothing
  was sent x ApiConnectionError: no complete response came
    + ApiTimeoutError: none came in time
      - WaitTimeoutError: what was waited for is not there in time
  x ApiStatusError: a response came, and it is not a success
    + ClientError (4xx)
      - BadRequestError (400)
      - UnauthorizedError (401)
      - ForbiddenError (403)
      - NotFoundError (404)
      - MethodNotAllowedError (405)
      - ConflictError (409)
      - UnsupportedMediaTypeError (415)
      - UnprocessableContentError (422)
      - TooManyRequestsError (429)
    + ServerError (5xx)
      - InternalServerError (500)
      - ServiceUnavailableError (503)
  x ResponseValidationError: a response came that cannot be read
  x PagingError: the pages of a list do not lead to its end
  x WaitError: what was waited for has failed

Statuses are those of RFC 9110, section 15. A redirect that is not followed is an ApiStatusError
itself.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from typing import Any

from .api_error import ApiError as ApiError
from .headers import Headers, HeaderSource, retry_after
from .secrecy import scrubbed
from .wording import (
    LONGEST_TEXT,
    json_value,
    message_of,
    named_request,
    reason_phrase,
    request_id_of,
)


class RequestValidationError(ApiError, ValueError):
    """An argument or a body that cannot be sent; nothing was sent. The message names each field as it was written."""


class ApiConnectionError(ApiError):
    """No complete response came: the connection was not made, or it broke. The cause tells how."""


class ApiTimeoutError(ApiConnectionError):
    """No complete response came within the timeout of an attempt or the deadline of the call."""


class PagingError(ApiError):
    """The pages of a list do not lead to its end: in a circle, to another server, or past what an answer can hold."""


class WaitError(ApiError):
    """What was waited for has failed, and will not come.

    Attributes:
        state: The value that says so.
        answer: The last answer, as the method that asks for it returns it.
    """

    state: Any = None
    answer: Any = None


class WaitTimeoutError(ApiTimeoutError):
    """What was waited for is not there yet, and the deadline leaves no time to ask again.

    Attributes:
        state: The last value of the field that tells; None if there was none.
        answer: The last answer, as the method that asks for it returns it; None if there was none.
    """

    state: Any = None
    answer: Any = None


class ResponseValidationError(ApiError):
    """A response came that is not what the API documents and cannot be read.

    Attributes:
        status: The HTTP status.
        headers: The response's header fields.
        body: The raw bytes of the body.
    """

    def __init__(
        self,
        message: str = "",
        *,
        status: int,
        headers: HeaderSource = (),
        body: bytes = b"",
        operation: str | None = None,
        method: str | None = None,
        url: str | None = None,
        attempts: int | None = None,
        elapsed: float | None = None,
    ) -> None:
        super().__init__(
            message,
            operation=operation,
            method=method,
            url=url,
            attempts=attempts,
            elapsed=elapsed,
        )
        self.status = status
        self.headers = Headers(headers)
        self.body = body

    @property
    def request_id(self) -> str | None:
        """The server's name for the request, or None if no header gives one."""
        return request_id_of(self.headers)

    def _circumstances(self) -> list[str]:
        return [f"status {self.status}", *named_request(self.request_id), *super()._circumstances()]


class ApiStatusError(ApiError):
    """A response that is not a success.

    Attributes:
        status: The HTTP status.
        headers: The response's header fields.
        body: The raw bytes of the body.
        error: The body as the documented model; as plain JSON values if it is not as documented, or nothing is
            documented; None if it is no JSON.
        typed_headers: The header fields that the API documents for this status and that came, by their documented
            names, as their types; what does not fit is the text itself.
        retry_after: Seconds to wait, from Retry-After as seconds or as a date (RFC 9110, section
            10.2.3), or None.
    """

    def __init__(
        self,
        message: str = "",
        *,
        status: int,
        headers: HeaderSource = (),
        body: bytes = b"",
        error: object = None,
        typed_headers: Mapping[str, Any] | None = None,
        operation: str | None = None,
        method: str | None = None,
        url: str | None = None,
        attempts: int | None = None,
        elapsed: float | None = None,
    ) -> None:
        super().__init__(
            message,
            operation=operation,
            method=method,
            url=url,
            attempts=attempts,
            elapsed=elapsed,
        )
        self.status = status
        self.headers = Headers(headers)
        self.body = body
        self.error: Any = error
        self.typed_headers: Mapping[str, Any] = typed_headers or {}
        self.retry_after = retry_after(self.headers, now=time.time())

    @property
    def request_id(self) -> str | None:
        """The server's name for the request, or None if no header gives one."""
        return request_id_of(self.headers)

    def scrub(self, secrets: Iterable[str]) -> None:
        """Take secrets out of what the service says, which is in `str(error)`; `body` and `error` stay as they came."""
        said = self._said()
        clean = scrubbed(said, secrets)
        if clean != said:
            self.message = clean

    def _summary(self) -> str:
        reason = reason_phrase(self.status)
        said = self._said()
        return f"{self.status} {reason}: {said}" if said else f"{self.status} {reason}"

    def _said(self) -> str:
        return self.message or message_of(self.error or json_value(self.body)) or self._text()

    def _text(self) -> str:
        """Return the body of a plain text."""
        kind = self.headers.get("content-type", "").partition(";")[0].strip().lower()
        return self.body[:LONGEST_TEXT].decode(errors="replace") if kind == "text/plain" else ""

    def _circumstances(self) -> list[str]:
        circumstances = [*named_request(self.request_id), *super()._circumstances()]
        if self.retry_after is not None:
            circumstances.append(f"retry after {self.retry_after:.3g} s")
        return circumstances


class ClientError(ApiStatusError):
    """Status 4xx: the request is at fault."""


class BadRequestError(ClientError):
    """Status 400 (RFC 9110, section 15.5.1)."""


class UnauthorizedError(ClientError):
    """Status 401: the credentials are missing or were not accepted (RFC 9110, section 15.5.2)."""


class ForbiddenError(ClientError):
    """Status 403: the credentials do not give access (RFC 9110, section 15.5.4)."""


class NotFoundError(ClientError):
    """Status 404 (RFC 9110, section 15.5.5)."""


class MethodNotAllowedError(ClientError):
    """Status 405 (RFC 9110, section 15.5.6)."""


class ConflictError(ClientError):
    """Status 409 (RFC 9110, section 15.5.10)."""


class UnsupportedMediaTypeError(ClientError):
    """Status 415 (RFC 9110, section 15.5.16)."""


class UnprocessableContentError(ClientError):
    """Status 422 (RFC 9110, section 15.5.21)."""


class TooManyRequestsError(ClientError):
    """Status 429 (RFC 6585, section 4); `retry_after` tells how long to wait, if the server said so."""


class ServerError(ApiStatusError):
    """Status 5xx: the server is at fault."""


class InternalServerError(ServerError):
    """Status 500 (RFC 9110, section 15.6.1)."""


class ServiceUnavailableError(ServerError):
    """Status 503 (RFC 9110, section 15.6.4)."""


_BY_STATUS: Mapping[int, type[ApiStatusError]] = {
    400: BadRequestError,
    401: UnauthorizedError,
    403: ForbiddenError,
    404: NotFoundError,
    405: MethodNotAllowedError,
    409: ConflictError,
    415: UnsupportedMediaTypeError,
    422: UnprocessableContentError,
    429: TooManyRequestsError,
    500: InternalServerError,
    503: ServiceUnavailableError,
}


def status_error_class(status: int) -> type[ApiStatusError]:
    """Return the class of the error for a status that is not a success."""
    known = _BY_STATUS.get(status)
    if known is not None:
        return known
    if 400 <= status < 500:
        return ClientError
    return ServerError if 500 <= status < 600 else ApiStatusError
