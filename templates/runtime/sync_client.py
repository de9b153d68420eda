"""The synchronous client: performs the steps of calls, one after another, in the caller's thread.

What is slow to import is imported by the first call and not with the package.
"""

from __future__ import annotations

import os
import time
from collections import deque
from collections.abc import Coroutine, Mapping
from threading import Lock
from time import monotonic
from typing import TYPE_CHECKING, Any, TypeVar, Unpack, cast

from .api_response import ApiResponse
from .auth import Grant
from .closing import Closing
from .configuration import BaseConfiguration
from .errors import ApiError
from .exchange import Exchange
from .faults import Fault
from .forking import UNDIVIDED
from .operation import Operation
from .options import CallOptions, resolve
from .retry import Outcome
from .session import Session
from .steps import Discard, Flow, Notify, Obtain, Read, Send, Sleep, Step
from .tokens import Token
from .unset import UNSET
from .wire import Transport

if TYPE_CHECKING:
    from .results import Calls

T = TypeVar("T")


class BaseClient(Closing):
    """A client: a configuration and the connections that its calls share. Threads may share it.

    Args:
        configuration: Where the service is and who calls it.
    """

    def __init__(self, configuration: BaseConfiguration) -> None:
        if configuration.transport == "aiohttp":
            raise ValueError('transport="aiohttp" is for the asynchronous client')
        self._configuration = configuration
        self._session = Session(configuration)
        self._transport: Transport | None = None
        self._closed = False
        self._calls: type[Calls] | None = None
        self._after_fork()

    def request(
        self,
        method: str,
        path: str,
        *,
        body: object = UNSET,
        content_type: str = "application/json",
        **options: Unpack[CallOptions],
    ) -> ApiResponse[Any]:
        """Call something that the document does not describe, with the same credentials, retries and errors.

        Args:
            method: The HTTP method.
            path: The path, percent-encoded, appended to the server's URL.
            body: The body: what the content type can express.
            content_type: How the body is sent.
            options: The options of a call, such as extra_query and extra_headers.

        Returns:
            The response. Its data is the value of a JSON body, the str of a text, or bytes.

        Raises:
            ApiError: The call failed, or cannot be made so.
        """
        from .results import undescribed

        return self.call(undescribed(method, path, body, content_type), {}, options, body)

    def close(self) -> None:
        """Close the connections. A call after this raises RuntimeError."""
        self._closed = True
        if self._transport is not None:
            self._transport.close()

    def call(
        self,
        operation: Operation[Any],
        arguments: Mapping[str, object],
        options: Mapping[str, Any],
        body: object = UNSET,
        content_type: str | None = None,
        link: str | None = None,
    ) -> ApiResponse[Any]:
        """Call an operation.

        Args:
            operation: Its description.
            arguments: The method's arguments by name; None is not sent.
            options: The options of the call.
            body: The body.
            content_type: The media type of the body; None to choose a documented one by the body.
            link: What the service gave as the URL of a next page, in place of the operation's.

        Returns:
            The response; if the body cannot be read, its data raises.

        Raises:
            ApiError: The call failed.
            RuntimeError: The client is closed.
        """
        self._connected()  # first, so that what it imports takes nothing from the time of the call
        calls = self._calls or self._imported()
        call = calls.begin(
            self._session,
            operation,
            arguments,
            body,
            resolve(self._session.options, options, operation.name),
            content_type,
            link,
        )
        with call.traced():
            answer = self.run(call.perform())
            if isinstance(answer.body, bytes):
                response = calls.respond(call, answer)
                if response.problem is not None:
                    self.run(call.failed(response.problem))
                return response
            media = calls.streamed(operation, answer.status, answer.headers.get("content-type"))
            if media is not None and media.stream:
                from .streams import Stream

                items: Stream[Any] = Stream(self, call, answer, media)
                return calls.wrap(call, answer, items)
            from .download import Download

            name = calls.fallback_name(operation, arguments)
            return calls.wrap(call, answer, Download(self, call, answer, name))

    def run(self, flow: Flow[T]) -> T:
        """Perform the steps of a flow and return its result."""
        if self._closed:
            raise RuntimeError("the client is closed")
        if self._process != os.getpid():
            self._after_fork()
        while (dropped := self._next_abandoned()) is not None:
            dropped.close()
        exchange: Exchange | None = None
        try:
            step = next(flow)
            while True:
                try:
                    result = self._perform(step)
                except BaseException as error:
                    step = flow.throw(error)
                else:
                    if type(step) is Send:
                        exchange = cast(Exchange, result)
                    step = flow.send(result)
        except StopIteration as done:
            return cast(T, done.value)
        except BaseException as error:
            if exchange is not None:
                exchange.close()
            if not isinstance(error, ApiError) and self._transport is not None:
                self._transport.interrupted()
            raise

    def abandon(self, exchange: Exchange) -> None:
        """Have an exchange closed before the next call: for a finalizer, which may not take a lock."""
        self._abandoned.append(exchange)

    def _next_abandoned(self) -> Exchange | None:
        try:
            return self._abandoned.popleft()
        except IndexError:
            return None

    def _perform(self, step: Step) -> object:
        match step:
            case Send():
                if step.span is None:
                    return self._connected().send(step.request)
                with step.span.current():
                    return self._connected().send(step.request)
            case Read():
                return cast(Exchange, step.exchange).read(step.most)
            case Obtain():
                return self._token(step)
            case Discard():
                cast(Exchange, step.exchange).close()
            case Sleep():
                time.sleep(step.seconds)
            case Notify():
                if isinstance(told := step.hook(step.event), Coroutine):
                    told.close()
                    raise TypeError(
                        "a hook of the synchronous client cannot be a coroutine function"
                    )
        return None

    def _token(self, step: Obtain) -> Token:
        """Return a token; of threads that need one at the same time, one asks for it and the others wait."""
        tokens = self._session
        token = tokens.fresh(step.grant, step.rejected, monotonic())
        if token is not None:
            return token
        since = monotonic()
        left = step.call.deadline_at - since
        lock = self._locks.setdefault(step.grant, Lock())
        if not lock.acquire(timeout=-1 if left == float("inf") else max(0.0, left)):
            raise Fault("timed out", Outcome.FINAL, timed_out=True)
        try:
            token = tokens.fresh(step.grant, step.rejected, monotonic())
            if token is None:
                tokens.check_refused(step.grant, since)
                token = tokens.tokens[step.grant] = self.run(step.call.obtain(step.grant))
            return token
        except ApiError as error:
            if monotonic() < step.call.deadline_at:
                tokens.refused(step.grant, error, monotonic())
            raise
        finally:
            lock.release()

    def _imported(self) -> type[Calls]:
        from .results import Calls

        self._calls = Calls
        return Calls

    def _connected(self) -> Transport:
        if self._transport is None:
            with UNDIVIDED:
                if self._transport is None:
                    self._imported()
                    self._transport = _transport(self._configuration)
        return self._transport

    def _after_fork(self) -> None:
        self._process = os.getpid()
        self._abandoned: deque[Exchange] = deque()
        self._locks: dict[Grant, Lock] = {}


def _transport(configuration: BaseConfiguration) -> Transport:
    client = configuration.http_client
    if client is None:
        from .transport import Pool

        return Pool(configuration)
    import httpx2

    if not isinstance(client, httpx2.Client):
        raise TypeError("http_client is not an httpx2.Client, which the synchronous client needs")
    from .user_transport import UserTransport

    return UserTransport(client)
