"""A call from its first request to its result, without a socket: what both clients do, decided once.

`Call` yields steps (send this, read that, wait so long) and is sent their results. A client performs the steps, each in
its own way, and that is all that the two clients do differently.
"""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING, Any, Literal, cast
from urllib.parse import unquote, urlsplit

from . import redirect
from .adapters import adapter
from .auth import ANONYMOUS, Credentials
from .compression import Undecodable
from .errors import (
    ApiError,
    ApiStatusError,
)
from .exchange import AsyncExchange, Exchange
from .failures import of_fault, unreadable
from .faults import BodyTooLarge, Fault
from .headers import Headers
from .hooks import Event
from .limits import MARGIN, Limits
from .log import LOGGER
from .operation import Operation
from .options import Options, Timeout
from .outgoing import Pairs, outgoing, redirected, traced
from .request import Request
from .response import status_error, streamed
from .retry import Outcome, repeatability, wait_before_retry
from .secrecy import secret_values, secrets_in, secrets_in_url, without_secrets
from .session import Session
from .steps import Flow, Notify, Obtain, Read, Send, Sleep
from .tokens import Reply, Token, token_flow
from .wire import Outgoing

if TYPE_CHECKING:
    from .auth import Grant
    from .spans import CallSpan

_FOREVER = float("inf")
_CHANCE = random.SystemRandom()
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
        body: The body as the caller gave it, for the secrets in it.
        base_url: The server's URL.

    Attributes:
        attempts: How many requests were sent so far; those of a redirect are one.
        retries: How many failed attempts were repeated.
        span: Its span, if calls are traced.
    """

    __slots__ = (
        "_renewed",
        "_tokens",
        "attempts",
        "base_url",
        "body",
        "credentials",
        "deadline_at",
        "options",
        "request",
        "retries",
        "session",
        "span",
        "started",
    )

    def __init__(
        self,
        session: Session,
        request: Request,
        options: Options,
        credentials: Credentials,
        deadline_at: float | None = None,
        body: object = None,
        base_url: str = "",
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
        self.body = body
        self.base_url = base_url
        self.span: CallSpan | None = None
        self._tokens: list[Token] = []
        self._renewed = False

    @property
    def elapsed(self) -> float:
        """Seconds since the call began."""
        return monotonic() - self.started

    def traced(self) -> AbstractContextManager[object]:
        """Give what the call runs in: its span, if calls are traced."""
        recorder = self.session.recorder
        if recorder is None:
            return nullcontext()
        operation = self.request.operation
        self.span = recorder.call(operation.id, _template(operation, self.base_url))
        return self.span or nullcontext()

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
                yield from self.failed(result.error)
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

    def failed(self, error: ApiError) -> Flow[None]:
        """Tell that the call failed for good."""
        if self.span is not None:
            self.span.fail(error)
        yield from self._tell("error", error=error)

    def failure(self, fault: Fault) -> ApiError:
        """Return the error that a fault of the transport is to the caller."""
        late = monotonic() >= self.deadline_at - (MARGIN if fault.timed_out else 0.0)
        return self.attach(of_fault(fault, self.options, late=late))

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
        asking.span = self.span
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
                most = self.session.configuration.max_response_bytes
                error = unreadable(problem, status, headers, most)
                return _Failure(self.attach(error), Outcome.FINAL)
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
        error.scrub(self._secrets())
        error.__cause__ = cause
        return _Failure(error, Outcome.ANSWERED, status, headers)

    def _authorized(self, more: Pairs) -> Flow[tuple[Exchange | AsyncExchange, Limits]]:
        """Send the request with its credentials; once more with new tokens if the service takes the old no longer."""
        content = self.request.content
        tokens: list[Token] = []
        self._tokens = tokens
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
        self._tokens = tokens + renewed
        self.attempts += 1
        limits = self._limits()
        exchange = yield from self._followed(self._outgoing(limits, renewed, more))
        return exchange, limits

    def _followed(self, request: Outgoing) -> Flow[Exchange | AsyncExchange]:
        shown = self.request.shown_url if self._is_watched() else ""
        hooks = self.session.configuration.hooks
        for hop in range(redirect.MOST_REDIRECTS + 1):
            if hooks is not None:
                yield from self._tell("request")
            exchange = yield from self._sent(request, shown, templated=hop == 0)
            if LOGGER.isEnabledFor(logging.DEBUG):
                told = (request.method, shown, exchange.status, self.elapsed)
                LOGGER.debug("%s %s: status %d after %.3f s", *told)
            if hooks is not None:
                yield from self._tell("response", exchange=exchange)
            if 200 <= exchange.status < 300:
                return exchange
            target = redirect.location(
                request.method, request.url, exchange.status, exchange.headers
            )
            if target is None:
                return exchange
            yield from _discard(exchange)
            shown = without_secrets(target, query=False)
            if redirect.is_insecure(target) and not self.session.configuration.allow_insecure_http:
                raise Fault(f"redirected to plain http, {shown}", Outcome.FINAL)
            request = redirected(request, target)
        raise Fault(f"redirected more than {redirect.MOST_REDIRECTS} times", Outcome.FINAL)

    def _sent(
        self, request: Outgoing, shown: str, *, templated: bool
    ) -> Flow[Exchange | AsyncExchange]:
        """Send a request, in a span of its own if calls are traced."""
        exchange: Exchange | AsyncExchange
        if self.span is None:
            exchange = yield Send(request)
            return exchange
        templated = templated and self.request.operation.path != ""
        span = self.span.request(request, shown, templated=templated)
        try:
            exchange = yield Send(traced(request, span.headers), span)
        except BaseException as error:
            span.end(error)
            raise
        span.answered(exchange.status)
        exchange.span = span
        return exchange

    def _is_watched(self) -> bool:
        return self.span is not None or LOGGER.isEnabledFor(logging.DEBUG)

    def _secrets(self) -> Iterator[str]:
        """Yield what an error's text must not repeat."""
        yield from self.credentials.secrets
        yield from (token.value for token in self._tokens)
        yield from secret_values(self.request.headers.pairs)
        yield from secrets_in_url(self.request.url)
        for piece in self.request.hidden:
            yield piece.removeprefix("=")
            yield unquote(piece.removeprefix("="))
        body = self.request.operation.body
        for media in body.content if body is not None else ():
            if media.type is not None and not media.binary:
                with suppress(ValueError):
                    yield from secrets_in(adapter(media.type).check(self.body))

    def _outgoing(self, limits: Limits, tokens: list[Token], more: Pairs) -> Outgoing:
        return outgoing(
            self.request,
            self.credentials,
            tokens,
            limits,
            user_agent=self.session.configuration.user_agent,
            more=more,
            replaceable=bool(self.options.extra_headers),
        )

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
                url=self.request.shown_url,
                attempt=self.attempts,
                elapsed=self.elapsed,
                status=None if exchange is None else exchange.status,
                headers=None if exchange is None else exchange.headers,
                wait=wait,
                error=error,
            )
            yield Notify(hook, event)


def _discard(exchange: Exchange | AsyncExchange) -> Flow[None]:
    with suppress(Fault, BodyTooLarge, Undecodable):
        yield Read(exchange, _DISCARDED_BYTES)


def _template(operation: Operation[Any], base_url: str) -> str | None:
    """Return the path with its expressions, behind that of the server; None for a request that is not described."""
    if not operation.path or operation.name == "request":
        return None
    path = operation.path.partition("?")[0].partition("#")[0]
    return urlsplit(base_url).path.rstrip("/") + path
