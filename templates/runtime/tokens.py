"""Access tokens: how one is asked for, and how long it is good (RFC 6749).

Asking is a flow: a generator that yields a request, is sent the reply, and returns the token, so that one function serves both
clients.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from math import isfinite
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urljoin

from .auth import Grant, basic
from .errors import ApiStatusError, ResponseValidationError
from .operation import Body, MediaType, Operation, Response

if TYPE_CHECKING:
    from .request import Request

_RENEWAL_MARGIN = 60.0
_TOKEN = re.compile(r"[\x21-\x7e]+")

_TOKEN_REQUEST: Operation[Any] = Operation(
    id="OAuth 2 token request",
    name="token",
    method="POST",
    path="",
    body=Body((MediaType("application/x-www-form-urlencoded"),), required=True),
    responses={"default": Response((MediaType("application/json"),))},
    retry=True,
)


@dataclass(frozen=True, slots=True)
class Token:
    """An access token and when it should be replaced, in seconds on the monotonic clock."""

    value: str = field(repr=False)
    renew_at: float


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole response."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)


def token_flow(grant: Grant, base_url: str, now: float) -> Generator[Request, Reply, Token]:
    """Ask for an access token (RFC 6749, sections 4.4 and 2.3.1): yield the request, be sent the reply, return the token.

    Args:
        grant: The right to ask.
        base_url: What a relative token URL is resolved against.
        now: The present on the monotonic clock, from which the token's life is counted.

    Raises:
        ApiStatusError: The endpoint refused. Neither the message nor the body holds a secret.
        ResponseValidationError: The endpoint answered something else than a token.
    """
    from .request import build

    form = {"grant_type": "client_credentials"}
    if grant.scopes:
        form["scope"] = " ".join(grant.scopes)
    name, value = basic(quote(grant.client_id, safe=""), quote(grant.client_secret, safe=""))
    request = build(
        _TOKEN_REQUEST,
        {},
        form,
        base_url=urljoin(base_url.rstrip("/") + "/", grant.token_url),
        extra_headers={"Accept": "application/json", name: value},
    )
    reply = yield request
    if not 200 <= reply.status < 300:
        raise _refusal(grant, request, reply)
    return _token(request, reply, now)


def _refusal(grant: Grant, request: Request, reply: Reply) -> ApiStatusError:
    """Say that no token was given. The body is left out: it may repeat what it was sent."""
    from .response import status_error

    code = _fields(reply.body).get("error")
    known = (
        isinstance(code, str)
        and code.isascii()
        and code.replace("_", "").isalnum()
        and len(code) < 40
        and grant.client_secret not in code
    )
    error = status_error(request.operation, request, reply.status, reply.headers, b"")
    error.message = (
        f"the token endpoint refused the client's credentials: {code}"
        if known
        else "the token endpoint failed"
    )
    return error


def _token(request: Request, reply: Reply, now: float) -> Token:
    fields = _fields(reply.body)
    value, kind, life = (fields.get(name) for name in ("access_token", "token_type", "expires_in"))
    if (
        not isinstance(value, str)
        or not _TOKEN.fullmatch(value)
        or not isinstance(kind, str | None)
    ):
        problem = "no access_token"
    elif kind is not None and kind.lower() != "bearer":
        problem = "a token of another type than Bearer"
    else:
        return Token(value, now + _useful_life(life))
    raise ResponseValidationError(
        f"the token endpoint answered with {problem}", status=reply.status, headers=reply.headers
    ).attach(request)


def _fields(body: bytes) -> dict[str, object]:
    """Return the members of a JSON object, none if it is something else."""
    from pydantic import TypeAdapter

    try:
        return TypeAdapter(dict[str, object]).validate_json(body)
    except ValueError:
        return {}


def _useful_life(expires_in: object) -> float:
    """Return the seconds until a token should be renewed: a minute, or a tenth of its life, before it expires."""
    try:
        life = float(expires_in) if isinstance(expires_in, int | float | str) else float("inf")
    except (ValueError, OverflowError):
        return float("inf")
    return max(0.0, life - min(_RENEWAL_MARGIN, life / 10)) if isfinite(life) else float("inf")
