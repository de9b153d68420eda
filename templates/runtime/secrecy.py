"""What is never printed, and how it is left out of what is.

Credentials, query parameters and header fields that are named like secrets, and what the document marks `format: password`
or writeOnly are in no log, error, repr or span.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, cast
from urllib.parse import unquote, urlsplit, urlunsplit

from .kinds import is_mapping

LEFT_OUT = "..."

_SECRET_NAME = re.compile(
    r"(?i:token|secret|passw|passphrase|passcode|pwd|jwt|saml|hmac|credential|signature|auth|cookie|session)"
    r"|(?i:api|access)[_-]?(?i:key)|(?<=[a-z])Key(?![a-z])"
    r"|(?<![A-Za-z])(?i:key|sig|pass|pin|otp|sid)(?![a-z])|^(?i:code)$"
)
_URL_FIELDS = frozenset({"location", "content-location", "link", "refresh"})
_QUERY = re.compile(r"\?[^\s<>;,\"]*")
_SHORTEST = 4
"""Shorter values are not looked for in texts, where they would be found everywhere."""


def shown_field(name: str, value: str) -> str:
    """Return the value of a header field to be shown: of a URL, which may hold a token, no query."""
    if is_secret_name(name):
        return LEFT_OUT
    return _QUERY.sub(f"?{LEFT_OUT}", value) if name.lower() in _URL_FIELDS else value


def is_secret_name(name: str) -> bool:
    """Return whether a header field or a query parameter is named like one whose value is a secret."""
    return _SECRET_NAME.search(name) is not None


def secret_values(fields: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Yield the secrets in header fields: whole values, and what stands behind a scheme or the name of a cookie."""
    for name, value in fields:
        if is_secret_name(name):
            yield value
            yield value.rpartition(" ")[2]
            for cookie in value.split(";"):
                yield cookie.partition("=")[2]


def without_secrets(url: str, *, query: bool = True) -> str:
    """Return a URL to be shown.

    Args:
        url: The URL.
        query: Whether its query is kept, for a URL of which more is known than that a server gave it.

    Returns:
        It without user information and without the values of query parameters that are named like secrets.
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        return "(a URL that cannot be read)"
    shown = "&".join(_shown_pair(pair) for pair in parts.query.split("&"))
    if not query:
        shown = LEFT_OUT if parts.query else ""
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, shown, ""))


def _shown_pair(pair: str) -> str:
    name, sign, _ = pair.partition("=")
    return f"{name}={LEFT_OUT}" if sign and is_secret_name(unquote(name)) else pair


def secrets_in_url(url: str) -> Iterator[str]:
    """Yield the values of query parameters that are named like secrets, as they stand in the URL and as they are."""
    for pair in url.partition("?")[2].split("&"):
        if _shown_pair(pair) != pair:
            value = pair.partition("=")[2]
            yield value
            yield unquote(value)


def scrubbed(text: str, secrets: Iterable[str]) -> str:
    """Return a text of the service without the secrets that it repeats."""
    for secret in sorted(set(secrets), key=len, reverse=True):
        if len(secret) >= _SHORTEST:
            text = text.replace(secret, LEFT_OUT)
    return text


def secrets_in(value: object) -> Iterator[str]:
    """Yield the values of a model's fields that are never printed, also of the models in it."""
    from pydantic import BaseModel  # here, as nothing else of this module needs it

    from .model import fields_of

    if isinstance(value, BaseModel):
        for name, field in fields_of(type(value)).items():
            held = getattr(value, name, None)
            if field.repr:
                yield from secrets_in(held)
            elif held is not None:
                yield str(held)
    if is_mapping(value):
        for item in value.values():
            yield from secrets_in(item)
    elif isinstance(value, list):
        for item in cast("list[object]", value):
            yield from secrets_in(item)


def without_input(error: ValueError) -> ValueError:
    """Return an error of pydantic without the values that it is about; another one as it is."""
    from pydantic import ValidationError
    from pydantic_core import InitErrorDetails, PydanticCustomError

    if not isinstance(error, ValidationError):
        return error
    problems: list[InitErrorDetails] = []
    for problem in error.errors(include_url=False, include_input=False, include_context=False):
        kind: Any = problem["type"]
        message: Any = problem["msg"]
        problems.append(
            {"type": PydanticCustomError(kind, message), "loc": problem["loc"], "input": None}
        )
    return ValidationError.from_exception_data(error.title, problems, hide_input=True)
