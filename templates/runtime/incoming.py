"""Requests that the service sends: webhooks (OpenAPI 3.1, section 4.8.1) and callbacks (section 4.8.18)."""

from __future__ import annotations

from typing import Generic, TypeVar, cast
from urllib.parse import parse_qsl

from .errors import ApiError
from .media_types import kind_of
from .operation import TypeSource

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


class Incoming(Generic[T]):
    """A request that the service sends, as the document describes it.

    Args:
        name: Its name in the document.
        content_type: The media type of its body.
        source: The type of its body.
    """

    def __init__(self, name: str, content_type: str, source: TypeSource) -> None:
        self._name = name
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
        try:
            if self._kind == "text":
                return cast(T, adapter(self._type).read_text(content.decode()))
            read = content if self._kind == "json" else _form(content.decode())
            return cast(T, adapter(self._type).read(read))
        except ValueError as error:
            raise WebhookValidationError(
                "the body cannot be read", body=content, operation=self._name
            ) from error


def _form(text: str) -> bytes:
    """Return the fields of a form as a JSON object; a field that comes several times is an array."""
    from .values import json_text

    fields: dict[str, list[str]] = {}
    for name, value in parse_qsl(text, keep_blank_values=True, strict_parsing=bool(text)):
        fields.setdefault(name, []).append(value)
    return json_text(
        {name: values if len(values) > 1 else values[0] for name, values in fields.items()}
    ).encode()
