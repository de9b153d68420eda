"""What goes to the fake and comes from it, whichever way: through a transport, or over a socket."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlsplit

from ..headers import Headers

_RANGE = re.compile(r"bytes=(\d*)-(\d*)")


@dataclass(frozen=True)
class Incoming:
    """A request as it came.

    Attributes:
        method: The HTTP method, in capitals.
        url: The whole URL.
        headers: The header fields.
        body: The body.
    """

    method: str
    url: str
    headers: Headers = field(repr=False)
    body: bytes = field(default=b"", repr=False)

    @property
    def path(self) -> str:
        """The path, still percent-encoded."""
        return urlsplit(self.url).path

    @property
    def query(self) -> str:
        """The query, still percent-encoded."""
        return urlsplit(self.url).query

    @property
    def origin(self) -> str:
        """The scheme and the authority."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}"


@dataclass(frozen=True)
class Answer:
    """An answer, and what goes wrong on its way.

    Attributes:
        status: The status.
        headers: The header fields, without the length of the body.
        body: The body.
        delay: The seconds that go by before it comes.
        reset: Whether the connection is reset in its place.
        truncate: How many bytes of the body come before the connection ends; None for all.
    """

    status: int
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    body: bytes = b""
    delay: float = 0.0
    reset: bool = False
    truncate: int | None = None


@dataclass
class Call:
    """A request that the fake got, as what it means.

    Attributes:
        operation: The name of the method that makes it; "" if the document has no such operation.
        method: The HTTP method.
        path: The path, without the query.
        arguments: The values of the parameters that were sent, by the names of the method's arguments.
        body: The body: a value of JSON, the fields of a form, text, bytes, or None.
        headers: The header fields, the values of credentials left out.
        problems: What the document does not allow about it.
        status: The status of the answer; None if the connection was reset.
    """

    operation: str
    method: str
    path: str
    arguments: dict[str, Any] = field(default_factory=dict[str, Any])
    body: Any = field(default=None, repr=False)
    headers: Headers = field(default_factory=Headers, repr=False)
    problems: list[str] = field(default_factory=list[str])
    status: int | None = None

    def __str__(self) -> str:
        return f"{self.method} {self.path}" + (f" ({self.operation})" if self.operation else "")


def selected(answer: Answer, request: Incoming) -> Answer:
    """Return the part of a file that a request asks for (RFC 9110, sections 13 and 14).

    Args:
        answer: The whole file, with status 200.
        request: The request, whose Range, If-Range and If-None-Match count.
    """
    tag = f'"{hashlib.sha256(answer.body).hexdigest()[:32]}"'
    whole = replace(answer, headers={**answer.headers, "ETag": tag, "Accept-Ranges": "bytes"})
    if tag in request.headers.get("if-none-match", ""):
        return replace(whole, status=304, body=b"")
    match = _RANGE.fullmatch(request.headers.get("range", "").strip())
    if match is None or not (match[1] or match[2]) or request.headers.get("if-range", tag) != tag:
        return whole
    size = len(answer.body)
    first = int(match[1]) if match[1] else max(0, size - int(match[2]))
    last = min(int(match[2]), size - 1) if match[1] and match[2] else size - 1
    if first > last:
        return Answer(416, {"Content-Range": f"bytes */{size}"})
    headers = {**whole.headers, "Content-Range": f"bytes {first}-{last}/{size}"}
    return replace(whole, status=206, headers=headers, body=answer.body[first : last + 1])
