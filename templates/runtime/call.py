"""A call from its first request to its result, without a socket: what both clients do, decided once.

`Call` yields steps (send this, read that, wait so long) and is sent their results. A client performs the steps, each in
its own way, and that is all that the two clients do differently.
"""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import lru_cache
from time import monotonic
from typing import TYPE_CHECKING, Any, Literal, cast
from urllib.parse import quote

from . import redirect
from .auth import ANONYMOUS, Credentials, Reply, Token, token_flow
from .compression import Undecodable
from .errors import (
    ApiConnectionError,
    ApiError,
    ApiStatusError,
    ApiTimeoutError,
    RequestValidationError,
    ResponseValidationError,
    without_secrets,
)
from .exchange import AsyncExchange, BodyTooLarge, Exchange, Fault, Limits, Outgoing
from .headers import Headers
from .hooks import Event
from .operation import Operation
from .options import Options, Timeout
from .request import Request, build
from .response import status_error, streamed
from .retry import IDEMPOTENT_METHODS, Outcome, repeatability, wait_before_retry
from .session import Session
from .steps import Flow, Notify, Obtain, Read, Send, Sleep

if TYPE_CHECKING:
    from .auth import Grant

LOGGER = logging.getLogger((__package__ or "client").partition(".")[0])
LOGGER.addHandler(logging.NullHandler())

_FOREVER = float("inf")
_CHANCE = random.SystemRandom()
_DISCARDED_BYTES = 64 * 1024

Pairs = tuple[tuple[str, str], ...]


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
class _Failure:
    """An attempt that failed."""

    error: ApiError
    outcome: Outcome
    status: int = 0
    headers: Headers | None = None


class Call:
    """One call: its request, its budget of time and attempts, and what it does next.

    Args:
        session: What the calls of the client share.
        request: What is sent, without credentials.
        options: The caller's options.
        credentials: Who sends it.
        deadline_at: When the call is over, on the monotonic clock.

    Attributes:
        attempts: How many requests were sent so far; those of a redirect are one.
        retries: How many failed attempts were repeated.
    """

    __slots__ = (
        "_renewed",
        "attempts",
        "credentials",
        "deadline_at",
        "options",
        "request",
        "retries",
        "session",
        "started",
    )

    def __init__(
        self,
        session: Session,
        request: Request,
        options: Options,
        credentials: Credentials,
        deadline_at: float | None = None,
    ) -> None:
        self.session = session
        self.request = request
        self.options = options
        self.credentials = credentials
        self.started = monotonic()
        if deadline_at is None:
            deadline_at = _FOREVER if options.deadline is None else self.started + options.deadline
        self.deadline_at = deadline_at
        self.attempts = 0
        self.retries = 0
        self._renewed = False

    @property
    def elapsed(self) -> float:
        """Seconds since the call began."""
        return monotonic() - self.started

    def perform(self, more: Pairs = ()) -> Flow[Answer]:
        """Send the request, as often as it takes, and return its answer.

        Args:
            more: Further headers, of a request that continues a download; its body is streamed in any case.

        Raises:
            ApiError: It failed for good.
        """
        while True:
            result = yield from self._attempt(more)
            if isinstance(result, Answer):
                return result
            wait = self.wait(result.outcome, status=result.status, headers=result.headers)
            if wait is None:
                yield from self._tell("error", error=result.error)
                raise result.error
            yield from self.pause(wait, result.error)

    def wait(
        self, outcome: Outcome, *, status: int = 0, headers: Mapping[str, str] | None = None
    ) -> float | None:
        """Return the seconds to wait before the next attempt, or None to give up."""
        content = self.request.content
        nature = repeatability(
            self.request.method,
            self.request.operation.retry,
            idempotency_key="idempotency-key" in self.request.headers,
            replayable=content is None or content.replayable,
        )
        return wait_before_retry(
            self.options.retry,
            nature,
            outcome,
            retries=self.retries,
            max_retries=self.options.max_retries,
            status=status,
            headers=headers,
            remaining=None if self.deadline_at == _FOREVER else self.deadline_at - monotonic(),
            now=time.time(),
            chance=_CHANCE.random(),
        )

    def pause(self, seconds: float, error: ApiError) -> Flow[None]:
        """Wait before the next attempt."""
        self.retries += 1
        LOGGER.info(
            "%s: attempt %d failed (%s); the next in %.2f s",
            self.request.operation.id,
            self.attempts,
            type(error).__name__,
            seconds,
        )
        yield from self._tell("retry", error=error, wait=seconds)
        yield Sleep(seconds)

    def failure(self, fault: Fault) -> ApiError:
        """Return the error that a fault of the transport is to the caller."""
        error: ApiConnectionError
        if monotonic() >= self.deadline_at:
            error = ApiTimeoutError(f"the deadline of {self.options.deadline:g} s passed")
        elif fault.timed_out:
            what = "no connection" if fault.outcome is Outcome.NOT_SENT else "no complete response"
            error = ApiTimeoutError(
                f"{what} within the timeout of an attempt ({_shown(self.options.timeout)})"
            )
        elif fault.outcome is Outcome.NOT_SENT:
            error = ApiConnectionError(f"the connection was not made: {fault}")
        elif fault.outcome is Outcome.LOST:
            error = ApiConnectionError(
                f"the connection broke before the response was complete: {fault}"
            )
        else:
            error = ApiConnectionError(str(fault))
        error.__cause__ = fault.__cause__
        return self.attach(error)

    def attach(self, error: ApiError) -> ApiError:
        """Add the call's circumstances to an error."""
        return error.attach(self.request, attempts=self.attempts, elapsed=self.elapsed)

    def obtain(self, grant: Grant) -> Flow[Token]:
        """Ask for an access token, within this call's budget.

        Raises:
            ApiError: There is none to be had.
        """
        flow = token_flow(grant, self.session.server_url((), self.options.base_url), monotonic())
        request = next(flow)
        self.session.check_scheme(request.url)
        asking = Call(self.session, request, self.options, ANONYMOUS, self.deadline_at)
        try:
            answer = yield from asking.perform()
            reply = Reply(answer.status, answer.headers, cast(bytes, answer.body))
        except ApiStatusError as error:
            reply = Reply(error.status, error.headers, error.body)
        try:
            flow.send(reply)
        except StopIteration as done:
            token: Token = done.value
            return token
        except ApiError as error:
            asking.attach(error)
            raise
        raise AssertionError("a token flow asks once")

    def _attempt(self, more: Pairs) -> Flow[Answer | _Failure]:
        self.attempts += 1
        try:
            exchange, limits = yield from self._authorized(more)
            status, headers = exchange.status, exchange.headers
            if not 200 <= status < 300:
                return (yield from self._refused(exchange))
            continued = bool(more) and status == 206
            if continued or streamed(self.request.operation, status, headers.get("content-type")):
                limits.expires_at = self.deadline_at
                return Answer(status, headers, exchange)
            try:
                body: bytes = yield Read(exchange, self.session.configuration.max_response_bytes)
            except (BodyTooLarge, Undecodable) as problem:
                return _Failure(self._unreadable(exchange, problem), Outcome.FINAL)
            return Answer(status, headers, body)
        except Fault as fault:
            return _Failure(self.failure(fault), fault.outcome)

    def _refused(self, exchange: Exchange | AsyncExchange) -> Flow[_Failure]:
        status, headers, body = exchange.status, exchange.headers, b""
        cause: Exception | None = None
        try:
            body = yield Read(exchange, self.session.configuration.max_response_bytes)
        except Fault as fault:
            body, cause = fault.body, cast("Exception | None", fault.__cause__)
        except (BodyTooLarge, Undecodable) as problem:
            body, cause = problem.body, problem
        error = status_error(
            self.request.operation,
            self.request,
            status,
            headers,
            body,
            attempts=self.attempts,
            elapsed=self.elapsed,
        )
        error.__cause__ = cause
        return _Failure(error, Outcome.ANSWERED, status, headers)

    def _unreadable(
        self, exchange: Exchange | AsyncExchange, problem: BodyTooLarge | Undecodable
    ) -> ApiError:
        if isinstance(problem, BodyTooLarge):
            most = self.session.configuration.max_response_bytes
            message = f"the response holds more than max_response_bytes, {most} bytes"
        else:
            message = f"the response cannot be decompressed: {problem}"
        error = ResponseValidationError(
            message, status=exchange.status, headers=exchange.headers, body=problem.body
        )
        error.__cause__ = problem
        return self.attach(error)

    def _authorized(self, more: Pairs) -> Flow[tuple[Exchange | AsyncExchange, Limits]]:
        """Send the request with its credentials; once more with new tokens if the service takes the old no longer."""
        content = self.request.content
        tokens: list[Token] = []
        for grant in self.credentials.grants:
            tokens.append((yield Obtain(grant, None, self)))
        limits = self._limits()
        exchange = yield from self._followed(self._outgoing(limits, tokens, more))
        if (
            exchange.status != 401
            or not tokens
            or self._renewed
            or not (content is None or content.replayable)
        ):
            return exchange, limits
        self._renewed = True
        yield from _discard(exchange)
        renewed: list[Token] = []
        for grant, token in zip(self.credentials.grants, tokens, strict=True):
            renewed.append((yield Obtain(grant, token, self)))
        self.attempts += 1
        limits = self._limits()
        exchange = yield from self._followed(self._outgoing(limits, renewed, more))
        return exchange, limits

    def _followed(self, outgoing: Outgoing) -> Flow[Exchange | AsyncExchange]:
        for _ in range(redirect.MOST_REDIRECTS + 1):
            yield from self._tell("request")
            exchange: Exchange | AsyncExchange = yield Send(outgoing)
            if LOGGER.isEnabledFor(logging.DEBUG):
                url = without_secrets(outgoing.url)
                LOGGER.debug(
                    "%s %s: status %d after %.3f s",
                    outgoing.method,
                    url,
                    exchange.status,
                    self.elapsed,
                )
            yield from self._tell("response", exchange=exchange)
            target = redirect.location(
                outgoing.method, outgoing.url, exchange.status, exchange.headers
            )
            if target is None:
                return exchange
            yield from _discard(exchange)
            if redirect.is_insecure(target) and not self.session.configuration.allow_insecure_http:
                raise Fault(f"redirected to plain http, {without_secrets(target)}", Outcome.FINAL)
            outgoing = self._redirected(outgoing, target)
        raise Fault(f"redirected more than {redirect.MOST_REDIRECTS} times", Outcome.FINAL)

    def _redirected(self, outgoing: Outgoing, target: str) -> Outgoing:
        if redirect.same_origin(outgoing.url, target):
            return replace(outgoing, url=target)
        harmless = tuple(
            pair for pair in outgoing.headers if pair[0].lower() in redirect.HARMLESS_HEADERS
        )
        return replace(outgoing, url=target, headers=harmless, content=None)

    def _outgoing(self, limits: Limits, tokens: list[Token], more: Pairs) -> Outgoing:
        request, credentials = self.request, self.credentials
        encoding = "identity" if _may_stream(request.operation) else "gzip, deflate"
        added: Pairs = (
            ("User-Agent", self.session.configuration.user_agent),
            ("Accept-Encoding", encoding),
            *credentials.headers,
            *(("Authorization", f"Bearer {token.value}") for token in tokens),
            *more,
        )
        if self.options.extra_headers:
            added = tuple(pair for pair in added if pair[0] not in request.headers)
        pairs = request.headers.pairs + added
        if credentials.cookies:
            pairs = _with_cookies(pairs, credentials.cookies)
        url = request.url if not credentials.query else _with_query(request.url, credentials.query)
        return Outgoing(request.method, url, pairs, request.content, limits)

    def _limits(self) -> Limits:
        """Return the limits of an attempt that begins now.

        Raises:
            Fault: The deadline has passed.
        """
        now = monotonic()
        left = self.deadline_at - now
        if left <= 0:
            raise Fault("timed out", Outcome.FINAL, timed_out=True)
        timeout = self.options.timeout
        if isinstance(timeout, Timeout):
            pool = min(left, _FOREVER if timeout.pool is None else timeout.pool)
            limits = Limits(timeout.connect, timeout.read, timeout.write, pool, self.deadline_at)
        else:
            pool = min(left, _FOREVER if timeout is None else timeout)
            limits = Limits(timeout, timeout, timeout, pool, self.deadline_at)
            content = self.request.content
            if timeout is not None and (content is None or content.data is not None):
                limits.expires_at = min(self.deadline_at, now + timeout)
        if limits.pool == _FOREVER:
            limits.pool = None
        return limits

    def _tell(
        self,
        kind: Literal["request", "response", "retry", "error"],
        *,
        exchange: Exchange | AsyncExchange | None = None,
        error: Exception | None = None,
        wait: float | None = None,
    ) -> Flow[None]:
        hooks = self.session.configuration.hooks
        hook = None if hooks is None else getattr(hooks, kind)
        if hook is not None:
            event = Event(
                kind=kind,
                operation=self.request.operation.id,
                method=self.request.method,
                url=without_secrets(self.request.url),
                attempt=self.attempts,
                elapsed=self.elapsed,
                status=None if exchange is None else exchange.status,
                headers=None if exchange is None else exchange.headers,
                wait=wait,
                error=error,
            )
            yield Notify(hook, event)


def begin(
    session: Session,
    operation: Operation[Any],
    arguments: Mapping[str, object],
    body: object,
    options: Options,
    content_type: str | None = None,
    link: str | None = None,
) -> Call:
    """Return a call that is ready to be performed.

    Raises:
        PagingError: The link leads to another server.
        RequestValidationError: It cannot be sent as it was written, or there are no credentials for it.
    """
    base_url = session.server_url(operation.servers, options.base_url)
    session.check_scheme(base_url)
    key = options.idempotency_key
    if callable(key):
        key = None if operation.method in IDEMPOTENT_METHODS else key()
    try:
        credentials = session.credentials(operation.security)
    except RequestValidationError:
        if "authorization" not in Headers(options.extra_headers):
            raise
        credentials = ANONYMOUS
    request = build(
        operation,
        arguments,
        body,
        base_url=base_url,
        extra_headers=options.extra_headers or None,
        extra_query=options.extra_query or None,
        extra_body=options.extra_body or None,
        idempotency_key=key,
        content_type=content_type,
    )
    if link is not None:
        from .links import followed

        request = replace(request, url=followed(request.url, link, dict(credentials.query)))
    return Call(session, request, options, credentials)


@lru_cache(maxsize=4096)
def _may_stream(operation: Operation[Any]) -> bool:
    """Return whether a success may be a file, whose ranges count bytes that are not compressed, or items to be read at once."""
    successes = (
        response for status, response in operation.responses.items() if status.startswith("2")
    )
    return any(media.is_streamed for response in successes for media in response.content)


def _discard(exchange: Exchange | AsyncExchange) -> Flow[None]:
    with suppress(Fault, BodyTooLarge, Undecodable):
        yield Read(exchange, _DISCARDED_BYTES)


def _with_query(url: str, query: Pairs) -> str:
    added = "&".join(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in query)
    return f"{url}{'&' if '?' in url else '?'}{added}"


def _with_cookies(pairs: Pairs, cookies: Pairs) -> Pairs:
    sent = [value for name, value in pairs if name.lower() == "cookie"]
    sent += [f"{name}={value}" for name, value in cookies]
    return (*(pair for pair in pairs if pair[0].lower() != "cookie"), ("Cookie", "; ".join(sent)))


def _shown(timeout: float | Timeout | None) -> str:
    return f"{timeout:g} s" if isinstance(timeout, int | float) else str(timeout)
