"""The requests that the service sends in turn (OpenAPI 3.1, section 4.8.18), made of what it was asked for."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from .expressions import Exchange, put
from .jsonkinds import is_object

_PATIENCE = 10.0


@dataclass
class Callback:
    """A request that the service sends.

    Attributes:
        name: What the document calls it.
        method: The HTTP method.
        url: Where it goes, as the request said that asked for it.
        body: The value of its JSON body; None for none.
        headers: Its header fields, credentials among them.
        status: The status that it got; None while it is not sent, or when nobody answered.
    """

    name: str
    method: str
    url: str
    body: Any = field(default=None, repr=False)
    headers: dict[str, str] = field(default_factory=dict[str, str], repr=False)
    status: int | None = None

    @property
    def content(self) -> bytes:
        """The bytes of its body."""
        return b"" if self.body is None else json.dumps(self.body).encode()

    def send(self) -> None:
        """Send it, and note the status of the answer. It goes to no other place than `url`."""
        from http.client import HTTPConnection, HTTPException, HTTPSConnection

        parts = urlsplit(self.url)
        kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
        path = f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}"
        try:
            connection = kind(parts.hostname or "", parts.port, timeout=_PATIENCE)
            try:
                connection.request(self.method, path, self.content, self.headers)
                self.status = connection.getresponse().status
            finally:
                connection.close()
        except (OSError, HTTPException, ValueError):
            self.status = None


def callback_of(
    described: Mapping[str, Any], exchange: Exchange, example: Any, item: Mapping[str, Any]
) -> Callback | None:
    """Return the request that a call asks for; None if it asks for none.

    Args:
        described: What the document says of it.
        exchange: The call.
        example: An example of its body; None for no body.
        item: The thing that the call was about. What it says stands in the body in place of the example's.
    """
    url = exchange.filled(described["url"])
    if url is None or urlsplit(url).scheme not in ("http", "https"):
        return None
    says: Mapping[str, Any] = described.get("says", {})
    body = deepcopy(example)
    if is_object(body):
        body.update({name: item[name] for name in body if name in item})
        for pointer, expression in says.get("body", {}).items():
            put(body, pointer, exchange.value(expression))
    headers = {"Content-Type": described["content_type"]} if body is not None else {}
    username, password = (
        exchange.filled(says[name]) if name in says else None for name in ("username", "password")
    )
    if username is not None or password is not None:
        credentials = f"{username or ''}:{password or ''}".encode()
        headers["Authorization"] = f"Basic {b64encode(credentials).decode('ascii')}"
    asked = exchange.filled(says["method"]) if "method" in says else None
    return Callback(described["name"], asked or described["method"], url, body, headers)
