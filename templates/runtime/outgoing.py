"""What goes on the wire for a request: with its credentials, to where a redirect leads, and with the fields of a trace."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any
from urllib.parse import quote

from . import redirect
from .auth import Credentials
from .limits import Limits
from .operation import Operation
from .request import Request
from .tokens import Token
from .wire import Outgoing

Pairs = tuple[tuple[str, str], ...]


def outgoing(
    request: Request,
    credentials: Credentials,
    tokens: Sequence[Token],
    limits: Limits,
    *,
    user_agent: str,
    more: Pairs,
    replaceable: bool,
) -> Outgoing:
    """Return a request as it goes out.

    Args:
        request: The request without credentials.
        credentials: Who sends it.
        tokens: The access tokens that its credentials ask for.
        limits: The limits of time.
        user_agent: What the client calls itself.
        more: Further headers.
        replaceable: Whether the request has headers of the caller beside its parameters. Either stand in for those that are
            added here.
    """
    encoding = "identity" if _may_stream(request.operation) else "gzip, deflate"
    added: Pairs = (
        ("User-Agent", user_agent),
        ("Accept-Encoding", encoding),
        *credentials.headers,
        *(("Authorization", f"Bearer {token.value}") for token in tokens),
        *more,
    )
    if replaceable or _has_headers(request.operation):
        added = tuple(pair for pair in added if pair[0] not in request.headers)
    pairs = request.headers.pairs + added
    if credentials.cookies:
        pairs = _with_cookies(pairs, credentials.cookies)
    url = request.url if not credentials.query else _with_query(request.url, credentials.query)
    return Outgoing(request.method, url, pairs, request.content, limits)


def redirected(request: Outgoing, target: str) -> Outgoing:
    """Return the request that a redirect asks for: to another origin, without anything that could be a secret."""
    if redirect.same_origin(request.url, target):
        return replace(request, url=target)
    harmless = tuple(
        pair for pair in request.headers if pair[0].lower() in redirect.HARMLESS_HEADERS
    )
    return replace(request, url=target, headers=harmless, content=None, elsewhere=True)


def traced(request: Outgoing, fields: Pairs) -> Outgoing:
    """Return a request with the fields of its trace, unless it goes elsewhere or the caller gave them."""
    if request.elsewhere:
        return request
    given = {name.lower() for name, _ in request.headers}
    added = tuple(pair for pair in fields if pair[0].lower() not in given)
    return replace(request, headers=(*request.headers, *added))


@lru_cache(maxsize=4096)
def _has_headers(operation: Operation[Any]) -> bool:
    """Return whether an operation has headers among its parameters."""
    return any(parameter.location == "header" for parameter in operation.parameters)


@lru_cache(maxsize=4096)
def _may_stream(operation: Operation[Any]) -> bool:
    """Return whether a success may be a file, whose ranges count bytes that are not compressed, or items to be read at once."""
    successes = (
        response for status, response in operation.responses.items() if status.startswith("2")
    )
    return any(media.is_streamed for response in successes for media in response.content)


def _with_query(url: str, query: Pairs) -> str:
    added = "&".join(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in query)
    return f"{url}{'&' if '?' in url else '?'}{added}"


def _with_cookies(pairs: Pairs, cookies: Pairs) -> Pairs:
    sent = [value for name, value in pairs if name.lower() == "cookie"]
    sent += [f"{name}={value}" for name, value in cookies]
    return (*(pair for pair in pairs if pair[0].lower() != "cookie"), ("Cookie", "; ".join(sent)))
