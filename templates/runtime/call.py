"""A call from its first request to its result, without a socket: what both clients do, decided once.

`Call` yields steps (send this, read that, wait so long) and is sent their results. A client performs the steps, each in
its own way, and that is all that the two clients do differently.
"""

from __future__ import annotations

import random
import time
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from time import monotonic
from typing import TYPE_CHECKING, Any, Literal, cast
from urllib.parse import urlsplit

from .attempt import Answer, attempt
from .auth import ANONYMOUS, Credentials
from .errors import ApiError, ApiStatusError
from .exchange import AsyncExchange, Exchange
from .failures import of_fault
from .faults import Fault
from .hooks import Event
from .limits import MARGIN
from .log import LOGGER
from .operation import Operation
from .options import Options
from .outgoing import Pairs
from .request import Request
from .retry import Outcome, repeatability, wait_before_retry
from .session import Session
from .steps import Flow, Notify, Sleep
from .tokens import Reply, Token, token_flow

if TYPE_CHECKING:
    from .auth import Grant
    from .spans import CallSpan

_FOREVER = float("inf")
_CHANCE = random.SystemRandom()


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
        sent: How many requests had a span so far.
        span: Its span, if calls are traced.
        tokens: The access tokens of the last attempt.
        renewed: Whether the service took none of its tokens, and others were asked for.
    """

    __slots__ = (
        "attempts",
        "base_url",
        "body",
        "credentials",
        "deadline_at",
        "options",
        "renewed",
        "request",
        "retries",
        "sent",
        "session",
        "span",
        "started",
        "tokens",
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
        self.sent = 0
        self.body = body
        self.base_url = base_url
        self.span: CallSpan | None = None
        self.tokens: list[Token] = []
        self.renewed = False

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
            result = yield from attempt(self, more)
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
            idempotency_key=bool(self.request.headers.get("idempotency-key")),
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
        yield from self.tell("retry", error=error, wait=seconds)
        yield Sleep(seconds)

    def failed(self, error: ApiError) -> Flow[None]:
        """Tell that the call failed for good."""
        if self.span is not None:
            self.span.fail(error)
        yield from self.tell("error", error=error)

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

    def tell(
        self,
        kind: Literal["request", "response", "retry", "error"],
        *,
        exchange: Exchange | AsyncExchange | None = None,
        error: Exception | None = None,
        wait: float | None = None,
    ) -> Flow[None]:
        """Tell a hook, if there is one for this."""
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


def _template(operation: Operation[Any], base_url: str) -> str | None:
    """Return the path with its expressions, behind that of the server; None for a request that is not described."""
    if not operation.path or operation.name == "request":
        return None
    path = operation.path.partition("?")[0].partition("#")[0]
    return urlsplit(base_url).path.rstrip("/") + path
