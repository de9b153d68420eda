"""Requests that the service sends: webhooks (OpenAPI 3.1, section 4.8.1) and callbacks (section 4.8.18)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Generic, TypeVar, cast
from urllib.parse import parse_qsl

from .errors import ApiError
from .media_types import kind_of
from .operation import TypeSource
from .secrecy import without_input

T = TypeVar("T")


class WebhookValidationError(ApiError):
    """The body of a request of the service is not what the API documents and cannot be read.

    Attributes:
        body: The body as it came.
    """

    def __init__(
        self, message: str = "", *, body: bytes = b"", operation: str | None = None
    ) -> None:
        super().__init__(message, operation=operation)
        self.body = body


class WebhookAuthenticationError(ApiError):
    """A request of the service does not carry the credentials that it was asked to carry: somebody else may have sent it."""


def check_basic_credentials(authorization: str | None, *, username: str, password: str) -> None:
    """Check the HTTP Basic credentials (RFC 7617) of a request that claims to come from the service.

    The comparison takes as long for a wrong value as for the right one.

    Args:
        authorization: The value of its Authorization header; None if it has none.
        username: The user name that the service was told to send.
        password: The password that the service was told to send.

    Raises:
        WebhookAuthenticationError: They are not the same, or there are none. The message does not show them.
        ValueError: There is nothing to compare with: `username` and `password` are empty.
    """
    from base64 import b64decode
    from hmac import compare_digest

    if not username and not password:
        raise ValueError("username and password are empty: every request would be accepted")
    scheme, _, encoded = (authorization or "").strip().partition(" ")
    try:
        given = b64decode(encoded.strip(" "), validate=True)
    except ValueError:
        given = b""
    right = compare_digest(given, f"{username}:{password}".encode())
    if not right or scheme.lower() != "basic":
        raise WebhookAuthenticationError("the request does not carry the credentials agreed upon")


class Incoming(Generic[T]):
    """A request that the service sends, as the document describes it.

    Args:
        name: Its name in the document.
        content_type: The media type of its body; empty for none.
        source: The type of its body.
    """

    def __init__(self, name: str, content_type: str, source: TypeSource) -> None:
        self._name = name
        self._content_type = content_type
        self._kind = kind_of(content_type)
        self._type = source

    def parse(self, body: bytes | str) -> T:
        """Read the body of such a request. Data that is not quite as documented is kept, as in responses.

        Args:
            body: The body as it came.

        Raises:
            WebhookValidationError: It cannot be read at all.
        """
        from .adapters import adapter  # here, so that importing the package loads no pydantic

        content = body.encode() if isinstance(body, str) else body
        if self._content_type == "":
            return cast(T, None)
        if self._kind == "bytes":
            return cast(T, content)
        typed = adapter(self._type)
        try:
            if self._kind == "json":
                return cast(T, typed.read(content))
            if self._kind == "text":
                return cast(T, typed.read_text(content.decode()))
            fields = (
                parse_qsl(content.decode(), keep_blank_values=True, strict_parsing=bool(content))
                if self._kind == "form"
                else _parts(content)
            )
            return cast(T, typed.read_texts(_gathered(fields)))
        except ValueError as error:
            raise WebhookValidationError(
                "the body cannot be read", body=content, operation=self._name
            ) from without_input(error)


def _gathered(fields: Iterable[tuple[str, object]]) -> dict[str, object]:
    """Return the fields of a form by name; a field that comes several times is an array."""
    gathered: dict[str, list[object]] = {}
    for name, value in fields:
        gathered.setdefault(name, []).append(value)
    return {name: values if len(values) > 1 else values[0] for name, values in gathered.items()}


def _parts(body: bytes) -> Iterator[tuple[str, object]]:
    """Yield the names and values of the parts of a multipart/form-data body, files as bytes (RFC 7578).

    The first line of the body is its delimiter (RFC 2046, section 5.1.1).

    Raises:
        ValueError: If it is no such body.
    """
    from email import message_from_bytes, policy  # slow to import, and such requests are rare

    from .surrogates import from_json

    delimiter = body.lstrip(b"\r\n").partition(b"\r\n")[0]
    if not delimiter.startswith(b"--"):
        raise ValueError("it does not begin with a delimiter")
    head = b'Content-Type: multipart/form-data; boundary="' + delimiter[2:].rstrip() + b'"\r\n\r\n'
    message = message_from_bytes(head + body, policy=policy.HTTP)
    if message.defects:
        raise ValueError(str(message.defects[0]))
    for part in message.iter_parts():
        content = part.get_payload(decode=True)
        name = part.get_param("name", header="content-disposition")
        if not isinstance(content, bytes) or not isinstance(name, str):
            raise ValueError("a part has no name")
        kind = kind_of(part.get_content_type())
        if part.get_filename() is not None:
            yield name, content
        else:
            yield name, from_json(content) if kind == "json" else content.decode()
