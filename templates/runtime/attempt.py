"""An attempt of a call: its request with credentials, where redirects lead, and what comes back.

As in `call`, what is done is yielded as steps and nothing here touches a socket.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING, cast
from urllib.parse import unquote

from . import redirect
from .adapters import adapter
from .compression import Undecodable
from .errors import ApiError
from .exchange import AsyncExchange, Exchange
from .failures import unreadable
from .faults import BodyTooLarge, Fault
from .headers import Headers
from .limits import Limits
from .log import LOGGER
from .options import Timeout
from .outgoing import Pairs, outgoing, redirected, traced
from .response import status_error, streamed
from .retry import Outcome
from .secrecy import secret_values, secrets_in, secrets_in_url, without_secrets
from .steps import Flow, Obtain, Read, Send
from .tokens import Token
from .wire import Outgoing

if TYPE_CHECKING:
    from .call import Call

_FOREVER = float("inf")
_DISCARDED_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class Answer:
    """A successful response.

    Attributes:
        status: The HTTP status.
        headers: The header fields.
        body: The whole body, or the exchange that still has it.
    """

    status: int
    headers: Headers
    body: bytes | Exchange | AsyncExchange


@dataclass(frozen=True, slots=True)
class Failure:
    """An attempt that failed."""

    error: ApiError
    outcome: Outcome
    status: int = 0
    headers: Headers | None = None


def attempt(call: Call, more: Pairs) -> Flow[Answer | Failure]:
    """Send the request of a call once, with what an expired token and redirects ask for.

    Args:
        call: The call.
        more: Further headers, of a request that continues a download; its body is streamed in any case.
    """
    call.attempts += 1
    try:
        exchange, limits = yield from _authorized(call, more)
        status, headers = exchange.status, exchange.headers
        if not 200 <= status < 300:
            return (yield from _refused(call, exchange))
        continued = bool(more) and status == 206
        if continued or streamed(call.request.operation, status, headers.get("content-type")):
            limits.expires_at = call.deadline_at
            return Answer(status, headers, exchange)
        try:
            body: bytes = yield Read(exchange, call.session.configuration.max_response_bytes)
        except (BodyTooLarge, Undecodable) as problem:
            most = call.session.configuration.max_response_bytes
            error = unreadable(problem, status, headers, most)
            return Failure(call.attach(error), Outcome.FINAL)
        return Answer(status, headers, body)
    except Fault as fault:
        return Failure(call.failure(fault), fault.outcome)


def _refused(call: Call, exchange: Exchange | AsyncExchange) -> Flow[Failure]:
    status, headers, body = exchange.status, exchange.headers, b""
    cause: Exception | None = None
    try:
        body = yield Read(exchange, call.session.configuration.max_response_bytes)
    except Fault as fault:
        body, cause = fault.body, cast("Exception | None", fault.__cause__)
    except (BodyTooLarge, Undecodable) as problem:
        body, cause = problem.body, problem
    error = status_error(
        call.request.operation,
        call.request,
        status,
        headers,
        body,
        attempts=call.attempts,
        elapsed=call.elapsed,
    )
    error.scrub(_secrets(call))
    error.__cause__ = cause
    return Failure(error, Outcome.ANSWERED, status, headers)


def _authorized(call: Call, more: Pairs) -> Flow[tuple[Exchange | AsyncExchange, Limits]]:
    """Send the request with its credentials; once more with new tokens if the service takes the old no longer."""
    content = call.request.content
    tokens: list[Token] = []
    call.tokens = tokens
    for grant in call.credentials.grants:
        tokens.append((yield Obtain(grant, None, call)))
    limits = _limits(call)
    exchange = yield from _followed(call, _outgoing(call, limits, tokens, more))
    if (
        exchange.status != 401
        or not tokens
        or call.renewed
        or not (content is None or content.replayable)
    ):
        return exchange, limits
    call.renewed = True
    yield from _discard(exchange)
    renewed: list[Token] = []
    for grant, token in zip(call.credentials.grants, tokens, strict=True):
        renewed.append((yield Obtain(grant, token, call)))
    call.tokens = tokens + renewed
    call.attempts += 1
    limits = _limits(call)
    exchange = yield from _followed(call, _outgoing(call, limits, renewed, more))
    return exchange, limits


def _followed(call: Call, request: Outgoing) -> Flow[Exchange | AsyncExchange]:
    shown = call.request.shown_url if _is_watched(call) else ""
    hooks = call.session.configuration.hooks
    for hop in range(redirect.MOST_REDIRECTS + 1):
        if hooks is not None:
            yield from call.tell("request")
        exchange = yield from _sent(call, request, shown, templated=hop == 0)
        if LOGGER.isEnabledFor(logging.DEBUG):
            told = (request.method, shown, exchange.status, call.elapsed)
            LOGGER.debug("%s %s: status %d after %.3f s", *told)
        if hooks is not None:
            yield from call.tell("response", exchange=exchange)
        if 200 <= exchange.status < 300:
            return exchange
        target = redirect.location(request.method, request.url, exchange.status, exchange.headers)
        if target is None:
            return exchange
        yield from _discard(exchange)
        shown = without_secrets(target, query=False)
        if redirect.is_insecure(target) and not call.session.configuration.allow_insecure_http:
            raise Fault(f"redirected to plain http, {shown}", Outcome.FINAL)
        request = redirected(request, target)
    raise Fault(f"redirected more than {redirect.MOST_REDIRECTS} times", Outcome.FINAL)


def _sent(
    call: Call, request: Outgoing, shown: str, *, templated: bool
) -> Flow[Exchange | AsyncExchange]:
    """Send a request, in a span of its own if calls are traced."""
    exchange: Exchange | AsyncExchange
    if call.span is None:
        exchange = yield Send(request)
        return exchange
    templated = templated and call.request.operation.path != ""
    span = call.span.request(request, shown, templated=templated, resent=call.sent)
    call.sent += 1
    try:
        exchange = yield Send(traced(request, span.headers), span)
    except BaseException as error:
        span.end(error)
        raise
    span.answered(exchange.status)
    exchange.span = span
    return exchange


def _is_watched(call: Call) -> bool:
    return call.span is not None or LOGGER.isEnabledFor(logging.DEBUG)


def _secrets(call: Call) -> Iterator[str]:
    """Yield what an error's text must not repeat."""
    yield from call.credentials.secrets
    yield from (token.value for token in call.tokens)
    yield from secret_values(call.request.headers.pairs)
    yield from secrets_in_url(call.request.url)
    for piece in call.request.hidden:
        yield piece.removeprefix("=")
        yield unquote(piece.removeprefix("="))
    body = call.request.operation.body
    for media in body.content if body is not None else ():
        if media.type is not None and not media.binary:
            with suppress(ValueError):
                yield from secrets_in(adapter(media.type).check(call.body))


def _outgoing(call: Call, limits: Limits, tokens: list[Token], more: Pairs) -> Outgoing:
    return outgoing(
        call.request,
        call.credentials,
        tokens,
        limits,
        user_agent=call.session.configuration.user_agent,
        more=more,
        replaceable=bool(call.options.extra_headers),
    )


def _limits(call: Call) -> Limits:
    """Return the limits of an attempt that begins now.

    Raises:
        Fault: The deadline has passed.
    """
    now = monotonic()
    left = call.deadline_at - now
    if left <= 0:
        raise Fault("timed out", Outcome.FINAL, timed_out=True)
    timeout = call.options.timeout
    if isinstance(timeout, Timeout):
        pool = min(left, _FOREVER if timeout.pool is None else timeout.pool)
        limits = Limits(timeout.connect, timeout.read, timeout.write, pool, call.deadline_at)
    else:
        pool = min(left, _FOREVER if timeout is None else timeout)
        limits = Limits(timeout, timeout, timeout, pool, call.deadline_at)
        content = call.request.content
        if timeout is not None and (content is None or content.data is not None):
            limits.expires_at = min(call.deadline_at, now + timeout)
    if limits.pool == _FOREVER:
        limits.pool = None
    return limits


def _discard(exchange: Exchange | AsyncExchange) -> Flow[None]:
    with suppress(Fault, BodyTooLarge, Undecodable):
        yield Read(exchange, _DISCARDED_BYTES)
